"""Whole persons: found with and without a face, covered by an outline, absent where nobody is."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import skimage.data
from PIL import Image

from paravent.detect.base import Context, Detection, Detector
from paravent.detect.models import store
from paravent.detect.models.catalogue import PERSONS
from paravent.detect.persons.boxes import Boxer, parts
from paravent.detect.persons.detector import Persons
from paravent.detect.persons.outlines import traced
from paravent.detect.persons.posture import bodies, orientation
from paravent.errors import ModelsMissing
from paravent.model.geometry import Box, Polygon
from paravent.redact.masks import raster, union_mask
from portraits import astronaut, hopper


class Picture:
    """A picture in memory, as detectors look at it."""

    def __init__(self, image: Image.Image) -> None:
        self._image = image.convert("RGB")
        self.width, self.height = image.size

    def view(self, longest: int) -> np.ndarray:
        shown = self._image.copy()
        shown.thumbnail((longest, longest))
        return np.ascontiguousarray(shown)


def faceless() -> Image.Image:
    """The portrait with all of the face painted over."""
    picture = hopper().copy()
    picture.paste((120, 90, 70), (150, 60, 370, 330))
    return picture


def on_a_wall(width: int, height: int, left: int, top: int) -> Image.Image:
    """The portrait somewhere in a larger picture."""
    picture = Image.new("RGB", (width, height), (150, 170, 185))
    picture.paste(hopper(), (left, top))
    return picture


@pytest.fixture(scope="module")
def persons() -> Detector:
    store.install(print, *PERSONS)
    return Persons()


def covered(found: list[Detection], width: int, height: int) -> np.ndarray:
    shapes = tuple(one.outline for one in found if one.outline is not None)
    assert len(shapes) == len(found)
    return union_mask(shapes, width, height)


# Places where nothing but the person is: left, top, right, bottom.
HOPPER = ((210, 60, 320, 300), (120, 400, 400, 590))
ASTRONAUT = ((190, 70, 260, 170), (120, 320, 320, 500))


@pytest.mark.parametrize(
    ("picture", "places"),
    [(hopper(), HOPPER), (faceless(), HOPPER), (astronaut(), ASTRONAUT)],
    ids=["portrait", "faceless", "astronaut"],
)
def test_a_person_is_covered_but_not_everything(persons, picture, places):
    found = persons.find(Picture(picture))
    assert {one.kind for one in found} == {"person"}
    assert not found[0].doubtful
    mask = covered(found, *picture.size)
    for left, top, right, bottom in places:
        assert mask[top:bottom, left:right].mean() > 0.98
    assert mask.mean() < 0.9
    assert not mask[:20, :20].any(), "an upper corner shows the background"


@pytest.mark.parametrize(("width", "height", "left", "top"), [(1600, 1200, 900, 500), (3000, 700, 2300, 50)])
def test_outlines_stand_in_pixels_of_the_full_size(persons, width, height, left, top):
    mask = covered(persons.find(Picture(on_a_wall(width, height, left, top))), width, height)
    for x, y, right, bottom in HOPPER:
        assert mask[top + y : top + bottom, left + x : left + right].mean() > 0.95
    outside = mask.copy()
    outside[max(0, top - 80) : top + 680, left - 80 : left + 592] = False
    assert not outside.any()


@pytest.mark.parametrize("name", ["coffee", "chelsea", "rocket", "brick"])
def test_where_nobody_is_nothing_is_covered(persons, name):
    assert persons.find(Picture(Image.fromarray(getattr(skimage.data, name)()).convert("RGB"))) == []


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 2), (37, 21)])
def test_tiny_and_thin_pictures_are_looked_at(persons, size):
    assert persons.find(Picture(Image.new("RGB", size, (90, 120, 60)))) == []


def test_nothing_is_looked_at_where_nothing_is_asked_for(persons):
    assert persons.find(Picture(hopper()), within=()) == []


def test_without_the_models_one_line_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PARAVENT_MODELS", str(tmp_path))
    with pytest.raises(ModelsMissing, match="paravent models install"):
        Persons()


def test_a_body_is_hung_on_a_face_that_no_box_holds():
    face = Box(100, 100, 20, 25)
    ((body, score),) = bodies([(face, 0.8)], [])
    assert score == 0.8
    assert body.x < face.x, "shoulders are wider than the face"
    assert body.x + body.w > face.x + face.w
    assert body.y < face.y, "hair"
    assert body.y + body.h > face.y + 5 * face.h, "down to the feet"
    assert bodies([(face, 0.8)], [(Box(90, 90, 60, 200), 0.6)]) == [], "somebody is there already"


def test_a_face_alone_gets_its_body_covered(persons, monkeypatch):
    monkeypatch.setattr(persons._boxer, "find", lambda *_: [])
    face = Detection(Box(205, 90, 115, 160), 0.9)
    found = persons.find(Picture(hopper()), context=Context((face,)))
    mask = covered(found, *hopper().size)
    assert mask[300:580, 180:330].mean() > 0.9, "the uniform below the face"


def test_a_doubtful_face_is_given_no_body(persons, monkeypatch):
    monkeypatch.setattr(persons._boxer, "find", lambda *_: [])
    face = Detection(Box(205, 90, 115, 160), 0.3, doubtful=True)
    assert persons.find(Picture(hopper()), context=Context((face,))) == []


def turned_face(turns: int) -> Detection:
    """A face in a picture turned counter-clockwise by so many quarters."""
    eyes = {0: ((40, 50), (60, 50)), 1: ((50, 60), (50, 40)), 2: ((60, 50), (40, 50)), 3: ((50, 40), (50, 60))}[turns]
    return Detection(Box(30, 30, 40, 40), 0.9, landmarks=eyes)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_people_in_a_picture_that_lies_on_its_side_are_covered(persons, turns):
    image = on_a_wall(900, 700, 200, 60)
    face = turned_face(turns)
    found = persons.find(Picture(image.rotate(90 * turns, expand=True)), context=Context((face,)))
    mask = np.rot90(covered(found, *(image.size if turns % 2 == 0 else image.size[::-1])), -turns)
    for left, top, right, bottom in HOPPER:
        assert mask[60 + top : 60 + bottom, 200 + left : 200 + right].mean() > 0.97
    assert mask.mean() < 0.5


def test_most_of_the_faces_say_which_way_up():
    assert orientation([turned_face(1), turned_face(1), turned_face(0)]) == orientation([turned_face(1)]) != 1
    assert orientation([turned_face(1), turned_face(0)]) == 1
    assert orientation([replace(turned_face(1), doubtful=True)]) == 1
    assert orientation([replace(turned_face(1), landmarks=())]) == orientation([]) == 1


def test_traced_outlines_have_no_holes_and_no_crumbs():
    person = np.zeros((40, 60), bool)
    person[5:30, 5:25] = True
    person[10:20, 10:20] = False  # a hole
    person[5:30, 40:50] = True
    person[38, 58] = True  # a crumb
    place = Box(100, 200, 120, 80)  # two pixels a cell
    outlines = traced(person, place, least=20)
    assert len(outlines) == 2
    mask = np.zeros((400, 400), bool)
    for outline in outlines:
        assert len(outline.points) < 12, "straight edges need few points"
        mask |= raster(outline, 400, 400)
    assert mask[212:256, 112:148].all(), "the hole is filled"
    assert mask[212:256, 182:198].all()
    assert not mask[270:, :].any()


def test_doubt_is_looked_at_again_and_settled_by_both_looks(monkeypatch):
    boxer = Boxer(store.install(print, *PERSONS).read_bytes())
    view = Image.new("RGB", (600, 400))
    seen = {"first": 0.3, "second": 0.0}
    looks: list[tuple[int, int, int, int]] = []

    def look(_view, window, _threshold):
        looks.append(window)
        whole = window in ((0, 0, 600, 400), *parts(600, 400))
        place = np.array([[100, 100, 140, 200]], np.float32)
        return place, np.array([seen["first" if whole else "second"]], np.float32)

    monkeypatch.setattr(boxer, "_look", look)
    assert boxer.find(view, 0.5, 0.2) == [], "nobody is there when looked at again"
    seen["second"] = 0.27
    ((box, score),) = boxer.find(view, 0.5, 0.2)
    assert box == Box(100, 100, 40, 100)
    assert score == pytest.approx(math.sqrt(0.3 * 0.27), abs=1e-6)
    assert looks[-1] == (0, 0, 320, 350), "four times the longer side, within the picture"
    seen["first"] = 0.9
    looks.clear()
    assert [score for _box, score in boxer.find(view, 0.5, 0.2)] == pytest.approx([0.9], abs=1e-6)
    assert len(looks) == 1 + len(parts(600, 400)), "what is certain is not looked at again"


@pytest.mark.parametrize("size", [(640, 480), (480, 640), (1000, 1000), (3000, 400), (300, 3000), (1, 1), (5000, 3)])
def test_parts_cover_the_picture_and_are_few(size):
    windows = parts(*size)
    assert len(windows) <= 12
    across = sorted({(left, right) for left, _top, right, _bottom in windows})
    assert across[0][0] == 0
    assert across[-1][1] == size[0]
    if max(size) < 10 * min(size):
        assert all(after[0] < before[1] for before, after in itertools.pairwise(across)), "no gaps"
    assert all(right > left and bottom > top for left, top, right, bottom in windows)


def test_outlines_are_plain_numbers(persons):
    for one in persons.find(Picture(hopper())):
        assert isinstance(one.outline, Polygon)
        assert all(type(side) is float and math.isfinite(side) for point in one.outline.points for side in point)
        assert 0 <= one.score <= 1
