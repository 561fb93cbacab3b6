"""Codes are found at every angle and covered whole; what they say goes nowhere."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp

from code_kit import CODES, Placed, place, share_covered
from detect_kit import Shown
from paravent.detect.codes import Codes
from paravent.model.geometry import Box
from portraits import hopper

ANGLES = [0, 17, 45, 77, 133, 270]


@pytest.mark.parametrize("angle", ANGLES)
@pytest.mark.parametrize("name", CODES)
def test_a_code_is_found_at_every_angle_and_covered_whole(name, angle):
    placed = place(CODES[name], module=3, angle=angle, seed=angle, size=(560, 480))
    found = Codes().find(Shown(placed.pixels))
    assert len(found) == 1
    assert found[0].kind == "code"
    assert share_covered(found, placed) > 0.995
    assert found[0].box.area < 4 * placed.bounds.area


@pytest.mark.parametrize("module", [2.5, 4, 8])
def test_qr_codes_are_read_from_two_and_a_half_pixels_a_module(module):
    for angle in range(0, 360, 37):
        found = Codes().find(Shown(place(CODES["qr"], module, angle, seed=angle).pixels))
        assert [code.doubtful for code in found] == [False]


def test_a_light_code_on_dark_is_found():
    placed = place(CODES["qr"], 4, 20)
    assert len(Codes().find(Shown(255 - placed.pixels))) == 1


def test_several_codes_are_each_found():
    one, two = place(CODES["qr"], 4, 10), place(CODES["ean"], 3, 60)
    beside = Placed(np.hstack([one.pixels, two.pixels]), np.hstack([one.mask, two.mask]))
    found = Codes().find(Shown(beside.pixels))
    assert len(found) == 2
    assert share_covered(found, beside) > 0.995


def test_a_damaged_code_is_doubtful_and_covered():
    placed = place(CODES["qr"], 4, 30)
    x, y = round(placed.bounds.x + placed.bounds.w / 2), round(placed.bounds.y + placed.bounds.h / 2)
    placed.pixels[y - 22 : y + 22, x - 22 : x + 22] = 120
    found = Codes().find(Shown(placed.pixels))
    assert found
    assert all(code.doubtful for code in found)
    assert share_covered(found, placed) > 0.9


def test_a_code_that_is_small_in_a_large_picture_is_found():
    placed = place(CODES["qr"], 3, 40)
    scene = np.full((3000, 4000, 3), 170, np.uint8)
    scene[1000:1600, 3000:3800] = placed.pixels
    found = Codes().find(Shown(scene))
    assert len(found) == 1
    assert abs(found[0].box.x - 3000 - placed.bounds.x) < 30


def test_only_the_places_asked_for_are_looked_at():
    placed = place(CODES["qr"], 4, 10)
    assert len(Codes().find(Shown(placed.pixels), (Box(200, 150, 400, 300),))) == 1
    assert Codes().find(Shown(placed.pixels), (Box(0, 0, 100, 100), Box(-50, 9000, 10, 10))) == []
    assert Codes().find(Shown(placed.pixels), ()) == []


def test_nothing_is_seen_where_no_code_is():
    assert Codes().find(Shown(np.asarray(hopper()))) == []
    fence = np.full((600, 800, 3), 200, np.uint8)
    fence[:, ::12] = fence[:, 1::12] = 60
    assert Codes().find(Shown(fence)) == []


@pytest.mark.parametrize("size", [(1, 1), (5, 900), (40, 3)])
def test_tiny_pictures_hold_no_code(size):
    assert Codes().find(Shown(np.zeros((*size, 3), np.uint8))) == []


def test_nothing_that_was_read_is_kept(capfd):
    placed = place(CODES["qr"], 4, 0)
    grey = cv2.cvtColor(placed.pixels, cv2.COLOR_RGB2GRAY)
    content = zxingcpp.read_barcodes(grey)[0].text
    detector = Codes()
    told = repr(detector.find(Shown(placed.pixels))) + repr(vars(detector)) + "".join(capfd.readouterr())
    assert content not in told
