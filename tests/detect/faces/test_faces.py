"""The face face_detector finds faces at every size, and nothing where there is none. Needs the installed model."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from PIL import Image, ImageFilter

from detect_kit import Shown, face_detector
from paravent.detect.base import Context, Covering, Pixels
from paravent.detect.faces import scales
from paravent.detect.faces.centerface import DOUBT
from paravent.detect.faces.scales import Look
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
    (face,) = [one for one in face_detector().find(Shown(np.asarray(picture))) if not one.doubtful]
    assert common(face.box, Box(192 * enlarged, 100 * enlarged, 130 * enlarged, 160 * enlarged)) > 0


def test_scores_are_sorted_and_at_least_doubt():
    scene = pasted(hopper().resize((256, 300)), (900, 700), (20, 20)).pixels.copy()
    scene[380:636, 500:756] = np.asarray(astronaut().resize((256, 256)))
    scores = [face.score for face in face_detector().find(Shown(scene))]
    assert len(scores) == 2
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= DOUBT


def test_a_small_face_in_a_very_wide_picture_is_found_in_tiles():
    face = hopper().crop((120, 30, 400, 380)).resize((88, 110))
    picture = pasted(face, (9000, 1500), (7100, 800))
    (found,) = face_detector().find(picture)
    assert common(Box(7100, 800, 88, 110), found.box) > 0.9 * found.box.area


@pytest.mark.slow
def test_a_large_look_that_is_guided_loses_no_face(monkeypatch):
    scene = pasted(hopper().resize((700, 820)), (4000, 3000), (300, 1900)).pixels.copy()
    heads = [hopper().crop((120, 30, 400, 380)), astronaut().crop((150, 20, 300, 190))]
    for i in range(12):  # 12 to 67 pixels as looked at
        width = 32 + 13 * i
        head = heads[i % 2].resize((width, round(1.2 * width)))
        left, top = 250 + 600 * (i % 6), 250 + 800 * (i // 6)
        scene[top : top + head.height, left : left + head.width] = np.asarray(head)
    guided = face_detector().find(Shown(scene))
    monkeypatch.setattr(scales, "GUIDED_FROM", 10_000)
    whole = face_detector().find(Shown(scene))
    certain = [one.box for one in whole if not one.doubtful]
    assert len(certain) >= 10
    assert all(max(common(box, one.box) for one in guided) > 0.7 * box.area for box in certain)


class Large:
    """A scene of many megapixels that is decoded at the size asked for, as files are."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.width, self.height = size
        y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
        light = 150 + 40 * np.sin(x / 300) + 30 * np.cos(y / 170)
        self.scene = Image.fromarray(np.stack([light * 0.8, light, light * 0.7], -1).clip(0, 255).astype(np.uint8))

    def add(self, head: Image.Image, left: int, top: int) -> None:
        self.scene.paste(head, (left, top))

    def view(self, longest: int) -> Pixels:
        factor = max(1, max(self.scene.size) // longest)
        return np.asarray(self.scene.reduce(factor))


def head(height: int) -> tuple[Image.Image, Box]:
    """Grace Hopper with a face so many pixels high, and the face's box in the picture."""
    face = Box(175, 85, 165, 215)
    scale = height / face.h
    picture = hopper().resize((round(hopper().width * scale), round(hopper().height * scale)), Image.Resampling.LANCZOS)
    return picture, Box(*(side * scale for side in (face.x, face.y, face.w, face.h)))


@pytest.mark.slow
@pytest.mark.parametrize("size", [(2400, 1700), (4000, 3000), (8000, 6000)], ids=["4 MP", "12 MP", "48 MP"])
def test_a_small_face_in_a_large_picture_is_looked_at_at_its_own_size(size):
    scene, faces = Large(size), []
    for i, height in enumerate((16, 18, 20, 28)):
        picture, face = head(height)
        left, top = round(size[0] * (0.1 + 0.25 * i)), round(size[1] * (0.8 - 0.2 * i))
        scene.add(picture, left, top)
        faces.append(Box(left + face.x, top + face.y, face.w, face.h))
    found = face_detector().find(scene)
    for face in faces:
        assert any(common(one.box, face) > 0.5 * max(one.box.area, face.area) for one in found), face.h
    assert len(found) <= len(faces) + 1


@pytest.mark.parametrize("larger", [False, True])
def test_windows_show_what_no_other_look_shows_better(larger):
    look = Look(Box(0, 0, 6000, 4000), 0.25, guided=True, larger=larger)
    places = {20: 200, 100: 1500, 300: 2800, 1000: 4500}  # pixels of each place at full size, and where it is
    boxes = np.array([(x, 2000, x + side, 2000 + side) for side, x in places.items()], np.float32)
    parts = scales.windows(look, boxes)
    shown = {side for side, x in places.items() for part in parts if part.window.x <= x and x + side <= right(part)}
    assert shown == ({100, 300} if larger else {20, 100, 300})
    for part in parts:
        for side, x in places.items():
            if side in shown and part.window.x <= x < right(part):
                assert part.window.x <= x - 4 * 48
                assert right(part) >= x + side + 4 * 48


def right(look: Look) -> float:
    return look.window.x + look.window.w


def test_no_window_is_larger_than_a_tile_however_much_there_is_to_see():
    look = Look(Box(0, 0, 9000, 7000), 1.0, guided=True)
    spots = np.mgrid[100:8900:90, 100:6900:90].reshape(2, -1).T
    everywhere = np.concatenate([spots, spots + 40], axis=1).astype(np.float32)
    for places in (everywhere, everywhere[: len(everywhere) // 2]):
        parts = scales.windows(look, places)
        assert max(max(part.window.w, part.window.h) for part in parts) <= 1600
        for left, top, end, bottom in places[::37]:
            assert any(
                part.window.x <= left
                and part.window.y <= top
                and end <= part.window.x + part.window.w
                and bottom <= part.window.y + part.window.h
                for part in parts
            )


def test_windows_of_places_far_apart_are_not_joined():
    look = Look(Box(0, 0, 8000, 6000), 1.0, guided=True)
    places = np.array([(200 + 1500 * i, 300 + 900 * i, 230 + 1500 * i, 330 + 900 * i) for i in range(5)], np.float32)
    parts = scales.windows(look, places)
    assert len(parts) == 5
    assert sum(part.window.area for part in parts) < 5 * 250**2
    assert scales.windows(look, places[:0]) == []


def test_doubt_on_a_certain_face_is_the_same_head():
    crowd = pasted(hopper().resize((256, 300)), (900, 700), (20, 20))
    boxes = [one.box for one in face_detector().find(crowd)]
    for i, box in enumerate(boxes):
        assert all(common(box, other) < 0.4 * min(box.area, other.area) for other in boxes[:i])


def test_tiles_cover_the_picture_and_overlap():
    tiles = scales.tiled(Look(Box(0, 0, 9000, 7000), 0.5))
    seen = np.zeros((70, 90), int)
    for tile in tiles:
        assert tile.window.x + tile.window.w <= 9000
        assert tile.window.y + tile.window.h <= 7000
        assert max(tile.window.w, tile.window.h) * tile.factor <= 1600
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
