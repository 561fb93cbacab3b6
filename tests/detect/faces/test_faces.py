"""The face face_detector finds faces at every size, and nothing where there is none. Needs the installed model."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from PIL import Image, ImageFilter

from detect_kit import Shown, face_detector
from paravent.detect.base import Context, Covering
from paravent.detect.faces import scales
from paravent.detect.faces.centerface import DOUBT_LARGE
from paravent.detect.faces.turning import way_up
from paravent.detect.models import known_picture
from paravent.model.geometry import Box
from portraits import astronaut, hopper


def drawn() -> Image.Image:
    return Image.fromarray(known_picture.draw())


def pasted(face: Image.Image, size: tuple[int, int], at: tuple[int, int]) -> Shown:
    """A face in a drawn scene: sky and meadow."""
    scene = Image.new("RGB", size, (150, 185, 215))
    scene.paste((95, 140, 80), (0, size[1] // 2, *size))
    scene.paste(face, at)
    return Shown(np.asarray(scene))


# Where the eyes, nose and mouth are: a detection must cover this and not much more.
def common(a: Box, b: Box) -> float:
    """Area that two boxes share."""
    w = min(a.x + a.w, b.x + b.w) - max(a.x, b.x)
    h = min(a.y + a.h, b.y + b.h) - max(a.y, b.y)
    return max(0.0, w) * max(0.0, h)


PORTRAITS = [
    ("hopper", hopper, Box(192, 100, 130, 160)),
    ("astronaut", astronaut, Box(185, 75, 70, 95)),
    ("drawn", drawn, Box(43, 45, 42, 45)),
]


@pytest.mark.parametrize(("name", "picture", "features"), PORTRAITS, ids=[row[0] for row in PORTRAITS])
def test_finds_the_face_of_a_portrait(name, picture, features):
    found = face_detector().find(Shown(np.asarray(picture())))
    assert len(found) == 1
    assert common(found[0].box, features) > 0.75 * features.area
    assert found[0].box.area < 3 * features.area
    assert found[0].score > 0.5


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (31, 17), (640, 480), (3000, 40)])
def test_finds_nothing_on_a_blank_picture(size):
    assert face_detector().find(Shown(np.full((size[1], size[0], 3), 128, np.uint8))) == []


def test_landmarks_lie_where_eyes_and_mouth_are():
    (face,) = face_detector().find(Shown(np.asarray(astronaut())))
    right_eye, left_eye, nose, right_mouth, left_mouth = face.landmarks
    assert right_eye[0] < nose[0] < left_eye[0]
    assert right_mouth[0] < left_mouth[0]
    assert max(right_eye[1], left_eye[1]) < nose[1] < min(right_mouth[1], left_mouth[1])


@pytest.mark.parametrize("enlarged", [1, 2, 6])
def test_a_large_face_is_found_at_any_size(enlarged):
    picture = hopper().resize((hopper().width * enlarged, hopper().height * enlarged))
    (face,) = face_detector().find(Shown(np.asarray(picture)))
    assert common(face.box, Box(192 * enlarged, 100 * enlarged, 130 * enlarged, 160 * enlarged)) > 0


def test_scores_are_sorted_and_at_least_doubt():
    scene = pasted(hopper().resize((256, 300)), (900, 700), (20, 20)).pixels.copy()
    scene[380:636, 500:756] = np.asarray(astronaut().resize((256, 256)))
    scores = [face.score for face in face_detector().find(Shown(scene))]
    assert len(scores) == 2
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= DOUBT_LARGE


def test_a_small_face_in_a_very_wide_picture_is_found_in_tiles():
    face = hopper().crop((120, 30, 400, 380)).resize((88, 110))
    picture = pasted(face, (9000, 1500), (7100, 800))
    (found,) = face_detector().find(picture)
    assert common(Box(7100, 800, 88, 110), found.box) > 0.9 * found.box.area


def test_a_large_look_that_is_guided_loses_no_face(monkeypatch):
    scene = pasted(hopper().resize((700, 820)), (4000, 3000), (300, 1900)).pixels.copy()
    heads = [hopper().crop((120, 30, 400, 380)), astronaut().crop((150, 20, 300, 190))]
    for i in range(12):  # 12 to 67 pixels as looked at
        width = 32 + 13 * i
        head = heads[i % 2].resize((width, round(1.2 * width)))
        left, top = 250 + 600 * (i % 6), 250 + 800 * (i // 6)
        scene[top : top + head.height, left : left + head.width] = np.asarray(head)
    guided = face_detector().find(Shown(scene))
    monkeypatch.setattr(scales, "_guided", lambda picture, look: look)
    whole = face_detector().find(Shown(scene))
    certain = [one.box for one in whole if not one.doubtful]
    assert len(certain) >= 10
    assert all(max(common(box, one.box) for one in guided) > 0.7 * box.area for box in certain)


def test_tiles_cover_the_picture_and_overlap():
    tiles = scales.tiles(9000, 7000, 0.5)
    seen = np.zeros((70, 90), int)
    for tile in tiles:
        assert tile.window.x + tile.window.w <= 9000
        assert tile.window.y + tile.window.h <= 7000
        w = tile.window
        seen[int(w.y / 100) : round((w.y + w.h) / 100), int(w.x / 100) : round((w.x + w.w) / 100)] += 1
    assert seen.min() >= 1
    assert seen.max() >= 2


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_faces_are_found_whatever_side_is_up(quarters):
    scene = pasted(hopper().resize((104, 120)), (1500, 1100), (140, 240)).pixels.copy()
    scene[700:860, 1100:1260] = np.asarray(astronaut().resize((160, 160)))
    faces = [Box(140 + 38, 240 + 20, 26, 32), Box(1100 + 57, 700 + 24, 24, 30)]  # eyes, nose and mouth
    turned = Shown(np.rot90(scene, quarters))
    found = face_detector().find(turned)
    for face in faces:
        there = turned_box(face, quarters, 1500, 1100)
        assert any(common(one.box, there) > 0.75 * there.area for one in found)


def turned_box(box: Box, quarters: int, width: int, height: int) -> Box:
    """A box of an upright picture in pixels of the picture turned counter-clockwise."""
    for _ in range(quarters):
        box, width, height = Box(box.y, width - box.x - box.w, box.h, box.w), height, width
    return box


def test_a_face_upside_down_among_upright_ones_is_found_with_its_tilt():
    scene = pasted(hopper().resize((256, 300)), (1500, 1100), (40, 40)).pixels.copy()
    scene[500:1012, 900:1412] = np.rot90(np.asarray(astronaut()), 2)
    found = face_detector().find(Shown(scene))
    fallen = max(found, key=lambda face: common(face.box, Box(1157, 842, 70, 95)))
    right_eye, left_eye, nose, *mouth = fallen.landmarks
    assert right_eye[0] > left_eye[0]
    assert nose[1] > max(corner[1] for corner in mouth)


def test_looking_again_finds_the_same_face():
    scene = pasted(hopper().resize((256, 300)), (1500, 1100), (40, 40)).pixels.copy()
    scene[700:956, 1100:1356] = np.asarray(astronaut().resize((256, 256)))
    everywhere = face_detector().find(Shown(scene))
    assert len(everywhere) == 2
    for face in everywhere:
        found = face_detector().find(Shown(scene), within=(face.box,))
        (again,) = (one for one in found if common(one.box, face.box))
        assert common(again.box, face.box) > 0.7 * face.box.area
        assert again.score == pytest.approx(face.score, abs=0.1)


def test_looking_again_at_nothing_looks_at_nothing():
    picture = Shown(np.asarray(astronaut()))
    assert face_detector().find(picture, within=()) == []
    assert picture.views == []


def blurred(radius: int) -> Shown:
    return Shown(np.asarray(astronaut().filter(ImageFilter.GaussianBlur(radius))))


@cache
def doubtful() -> Shown:
    """The astronaut, so blurred that the face is in doubt."""
    for radius in range(8, 20):
        picture = blurred(radius)
        found = face_detector().find(picture)
        if found and all(one.doubtful for one in found):
            return picture
    raise AssertionError("the face is never in doubt")


BLANK = Shown(np.full((512, 512, 3), 150, np.uint8))


def covered(before, *found, beside_paint=True) -> Context:
    """What is known of a covered picture."""
    return Context(covering=Covering(before, found, lambda box: beside_paint))


def test_doubt_that_the_picture_did_not_raise_before_it_was_covered_is_the_paint():
    assert face_detector().find(doubtful(), context=covered(BLANK)) == []


def test_doubt_beside_the_paint_that_the_picture_raised_before_stays():
    picture = doubtful()
    for before in (picture, blurred(0)):
        assert face_detector().find(picture, context=covered(before)) == face_detector().find(picture)


def test_doubt_that_touches_no_paint_was_settled_before():
    picture = doubtful()
    assert face_detector().find(picture, context=covered(picture, beside_paint=False)) == []


def test_what_is_certain_stays_whatever_the_picture_showed_before():
    picture = blurred(0)
    assert face_detector().find(picture, context=covered(BLANK, beside_paint=False)) == face_detector().find(picture) != []


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_covered_picture_is_looked_at_the_way_its_faces_stood_up(quarters):
    upright = pasted(hopper().resize((80, 94)), (1500, 1100), (40, 40))
    lying = Shown(np.rot90(upright.pixels, -quarters))
    before = face_detector().find(lying)
    assert [way_up(face.landmarks) for face in before] == [quarters]
    (again,) = face_detector().find(lying, context=covered(lying, *before))
    assert common(again.box, before[0].box) > 0.7 * before[0].box.area
    assert all(face.score < again.score - 0.2 for face in face_detector().find(lying, context=covered(lying)))
