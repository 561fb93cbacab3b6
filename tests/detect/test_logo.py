"""A logo that was given is covered wherever it recurs; faces and marks without detail are refused."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from detect_kit import Shown, face_detector
from logo_kit import crest, crests
from paravent.detect.base import Detection
from paravent.detect.logo import Logo, checked_template
from paravent.detect.quads import shared_area
from paravent.errors import UsageProblem
from paravent.model.geometry import Box
from portraits import hopper


def file(image: Image.Image, kind: str = "PNG") -> bytes:
    data = io.BytesIO()
    image.save(data, kind)
    return data.getvalue()


def covered(quad: np.ndarray, found: list[Detection]) -> float:
    shared = [shared_area(quad, np.array(one.outline.points, np.float32)) for one in found]
    return max(shared, default=0) / abs(cv2.contourArea(quad))


@pytest.mark.parametrize("tilt", [0, 40])
@pytest.mark.parametrize("angle", [0, 33, 90, 200])
@pytest.mark.parametrize("side", [60, 110, 300])
def test_the_logo_is_found_at_any_size_and_angle(side, angle, tilt):
    picture, quads = crests([(400, 300, side, angle)], tilt)
    found = Logo((file(crest()),)).find(picture)
    assert [one.kind for one in found] == ["logo"]
    assert covered(quads[0], found) > 0.98
    assert found[0].box.area < 3 * side * side


def test_every_one_of_several_is_found():
    picture, quads = crests([(150, 150, 120, 0), (600, 150, 90, 70), (400, 450, 200, -30)])
    found = Logo((file(crest()),)).find(picture)
    assert len(found) == 3
    assert min(covered(quad, found) for quad in quads) > 0.98


def test_nothing_is_found_where_the_logo_is_not():
    logo = Logo((file(crest()),))
    assert logo.find(crests([])[0]) == []
    assert logo.find(crests([(400, 300, 100, 0)])[0], ()) == []
    assert logo.find(Shown(np.asarray(hopper()))) == []
    assert logo.find(Shown(np.zeros((1, 1, 3), np.uint8))) == []


def test_a_face_is_refused_as_a_logo():
    with pytest.raises(UsageProblem, match="never a person"):
        checked_template(file(hopper(), "JPEG"), face_detector().find)


def test_a_crest_is_taken():
    assert checked_template(file(crest()), face_detector().find) == file(crest())


def test_a_mark_without_detail_is_refused():
    plain = Image.new("RGB", (300, 300), (200, 40, 30))
    ImageDraw.Draw(plain).polygon([(150, 70), (240, 230), (60, 230)], (255, 255, 255))
    with pytest.raises(UsageProblem, match="too little detail"):
        checked_template(file(plain), lambda _picture: [])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        file(Image.new("RGB", (3, 300))),
        b"\x89PNG\r\n\x1a\n" + bytes(400),
        bytes(20_000_001),
    ],
    ids=["empty", "text", "postscript", "thin", "broken", "huge"],
)
def test_what_is_no_logo_is_refused(data):
    with pytest.raises(UsageProblem):
        checked_template(data, lambda _picture: [Detection(Box(0, 0, 1, 1), 1.0)])
