"""From what is seen to what is covered: by policy, and by a human's word."""

import io
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from job_kit import FAMILY, job, listed, saved, tools_of
from paravent.detect.base import Detection
from paravent.detect.detector_set import DetectorSet
from paravent.model.decision import DecidedRegion, Decision, VisibleRegion
from paravent.model.geometry import Box, Ellipse, Polygon, Region
from paravent.model.policy import Policy, preset
from paravent.model.report import Kind, Status
from paravent.model.style import Style
from paravent.pipeline import dispatch as pipeline
from paravent.pipeline.covering import decided, not_left_visible
from paravent.redact.masks import share_within
from paravent.redact.rules import style_of

BODY = Polygon(((100, 100), (300, 100), (300, 500), (100, 500)))
PERSON = Detection(BODY.bounds(), 0.9, "person", outline=BODY)
TAG = Detection(Box(180, 250, 40, 20), 0.8, "text", outline=Box(180, 250, 40, 20).outline())
SIGN = Detection(Box(500, 250, 80, 20), 0.8, "plate", outline=Box(500, 250, 80, 20).outline())
FACE = Detection(Box(180, 110, 50, 60), 0.95)


@dataclass
class Sheet:
    width: int
    height: int


class Still:
    moving = False

    def __init__(self, width: int = 640, height: int = 480) -> None:
        self.pages = (Sheet(width, height),)


def kinds(*seen: Detection, policy: Policy = FAMILY) -> list[str]:
    return [region.kind for region in decided([(0, one) for one in seen], Still(), policy)]


def test_persons_come_first_and_writing_on_them_is_theirs():
    assert kinds(FACE, TAG, SIGN, PERSON) == ["person", "face", "plate"]
    assert kinds(FACE, TAG, SIGN) == ["face", "text", "plate"]


def test_writing_that_sticks_out_of_a_person_is_covered_itself():
    wide = Detection(Box(280, 250, 60, 20), 0.8, "text", outline=Box(280, 250, 60, 20).outline())
    assert kinds(PERSON, wide) == ["person", "text"]


def test_an_outline_is_covered_as_it_stands_and_a_face_with_a_margin():
    regions = decided([(0, PERSON), (0, FACE)], Still(), FAMILY)
    assert regions[0].shape == BODY
    assert isinstance(regions[1].shape, Ellipse)
    assert regions[1].shape.bounds().w > FACE.box.w


@pytest.mark.parametrize(("longest", "margin"), [(640, 1.36), (1000, 1.36), (2000, 1.435), (3000, 1.51), (12000, 1.51)])
def test_the_margin_is_wider_in_large_pictures(longest, margin):
    for size in ((longest, longest // 2), (longest // 2, longest)):
        (region,) = decided([(0, FACE)], Still(*size), FAMILY)
        bounds = region.shape.bounds()
        less = margin - 0.16
        assert (bounds.w, bounds.h) == pytest.approx((FACE.box.w * less + 10, FACE.box.h * less + 10))


@pytest.mark.parametrize(("height", "covered"), [(16, 29.2), (20, 34), (60, 82), (120, 154), (240, 304.8), (400, 508)])
def test_some_of_the_covering_is_pixels_which_small_faces_need_most(height, covered):
    (region,) = decided([(0, Detection(Box(100, 20, 0.8 * height, height), 0.95))], Still(), FAMILY)
    bounds = region.shape.bounds()
    assert bounds.h == pytest.approx(covered)
    assert (bounds.x + bounds.w / 2, bounds.y + bounds.h / 2) == pytest.approx((100 + 0.4 * height, 20 + height / 2))


def test_the_pixels_of_a_covering_come_on_top_of_any_margin():
    for margin in (1.0, 1.6, 4.0):
        (region,) = decided([(0, FACE)], Still(), replace(FAMILY, margin=margin))
        assert region.shape.bounds().h == pytest.approx(FACE.box.h * (margin - 0.16) + 10)


@pytest.mark.parametrize("style", ["veil", "solid", "pixelate", "sticker"])
def test_what_is_read_is_covered_in_one_colour(style):
    policy = replace(FAMILY, style=Style(style, (1, 2, 3)))
    for kind in ("text", "plate", "code", "logo"):
        assert style_of(Region(BODY, kind), policy) == Style("solid", (1, 2, 3))
    assert style_of(Region(BODY, "face"), policy).name == style
    assert style_of(Region(BODY, "person"), policy).name == ("veil" if style == "sticker" else style)
    assert style_of(Region(BODY, "face", style="pixelate"), policy).name == "pixelate"


class Planted:
    """A detector that sees one sign in every picture it is shown first, and never again."""

    name, again = "planted", False

    def __init__(self, *found):
        self.found = list(found)

    def find(self, picture, within=None, context=None):
        return self.found


def test_each_kind_is_counted_and_painted_in_its_style(portrait, folder):
    found = tools_of(DetectorSet([Planted(PERSON, SIGN, TAG)]))
    outcome = pipeline.protect(job(saved(folder, portrait, "a.png")), found)
    report = outcome.report
    assert (report.status, report.covered, report.faces) == (Status.PREPARED, {"person": 1, "plate": 1}, 0)
    assert {finding.kind for finding in report.findings} >= {Kind.PERSON, Kind.PLATE}
    copy = np.asarray(Image.open(folder / "out" / "a.png").convert("RGB"))
    assert (copy[255:265, 505:575] == FAMILY.style.color).all()
    assert len(np.unique(copy[105:495, 105:295].reshape(-1, 3), axis=0)) > 10
    before = np.asarray(portrait)
    assert np.array_equal(copy[:, 620:], before[:, 620:])


def test_later_detectors_hear_what_earlier_ones_saw(portrait, folder):
    heard = []

    class Listening(Planted):
        def find(self, picture, within=None, context=None):
            heard.append(context.seen)
            return []

    pipeline.protect(job(saved(folder, portrait, "a.png")), tools_of(DetectorSet([Planted(PERSON, SIGN), Listening()])))
    assert heard == [(PERSON, SIGN)]


def test_names_in_the_metadata_reach_those_who_read(portrait, folder):
    heard = []

    class Reading(Planted):
        def find(self, picture, within=None, context=None):
            heard.append(context.names)
            return []

    exif = Image.Exif()
    exif[0x013B] = "Planted Person"
    path = saved(folder, portrait, "a.jpg", exif=exif)
    for reads in (True, False):
        pipeline.protect(job(path, force=True), tools_of(DetectorSet([Reading()], reads=reads)))
    assert heard == [("Planted Person",), ()]


def test_a_human_decides(tools, portrait, folder):
    """What is covered is what the human says, and a place left visible stays as it was, although it is seen in the copy."""
    path = saved(folder, portrait, "a.jpg", quality=92)
    first = pipeline.propose(job(path), tools)[0]
    assert (first.report.status, listed(folder)) == (Status.SCANNED, [])
    kept, *others = sorted(first.regions, key=lambda region: region.shape.bounds().x)
    assert others
    drawn = Polygon(((10.0, 10.0), (50.0, 10.0), (30.0, 60.0)))
    decision = Decision(
        (*(DecidedRegion(region.shape, kind=region.kind) for region in others), DecidedRegion(drawn, style="solid")),
        (VisibleRegion(kept.shape, "adult-agreed", form="12"),),
    )
    outcome = pipeline.protect(job(path, decision=decision), tools)
    assert outcome.report.status is Status.PREPARED
    assert (outcome.report.left_visible, outcome.report.covered.get("drawn")) == (1, 1)
    assert outcome.report.permissions == {"adult-agreed": 1}
    before, after = (
        np.asarray(Image.open(place / "a.jpg").convert("RGB")).astype(int) for place in (folder / "in", folder / "out")
    )
    box = kept.shape.bounds()
    area = (slice(int(box.y), int(box.y + box.h)), slice(int(box.x), int(box.x + box.w)))
    assert np.array_equal(before[area], after[area])
    assert np.abs(after[15:20, 28:32] - FAMILY.style.color).max() < 12
    assert b"12" not in outcome.report.output.encode()
    assert "12" not in repr(outcome.report.permissions), "the report counts reasons, and knows no forms"


def test_what_nobody_left_visible_is_covered_even_after_a_decision(tools, portrait, folder):
    for name in ("a.webp", "a.jpg"):
        path = saved(folder, portrait, name, quality=90)
        outcome = pipeline.protect(job(path, decision=Decision()), tools)
        assert (outcome.report.status, outcome.report.faces >= 2) == (Status.PREPARED, True)


def test_the_name_on_a_shirt_stays_covered_when_its_wearer_is_left_visible() -> None:
    decision = Decision(visible=(VisibleRegion(BODY, "adult-agreed", kind="person"),))
    seen = [(0, PERSON), (0, FACE), (0, TAG), (0, SIGN)]
    assert [found for _, found in not_left_visible(seen, decision)] == [TAG, SIGN]
    sign = Decision(visible=(VisibleRegion(SIGN.outline, "other", kind="plate"),))
    assert [found for _, found in not_left_visible(seen, sign)] == [PERSON, FACE, TAG]


def test_a_place_left_visible_covers_nothing_else(tools, portrait, folder):
    """A corner of a face that was left visible does not keep the face."""
    path = saved(folder, portrait, "a.webp", quality=90)
    faces = [region for region in pipeline.propose(job(path), tools)[0].regions if region.kind == "face"]
    box = faces[0].shape.bounds()
    corner = Polygon(((box.x, box.y), (box.x + box.w / 3, box.y), (box.x, box.y + box.h / 3)))
    outcome = pipeline.protect(job(path, decision=Decision(visible=(VisibleRegion(corner, "other"),))), tools)
    covered = tuple(region.shape for region in outcome.regions)
    assert all(share_within(face.shape, covered) > 0.5 for face in faces)


def test_look_leaves_doubt_to_the_human(portrait, folder):
    doubtful = replace(FACE, doubtful=True)
    path = saved(folder, portrait, "a.jpg")
    tools = tools_of(DetectorSet([Planted(doubtful)]))
    outcome = pipeline.propose(job(path, policy=preset("press")), tools)[0]
    assert (outcome.report.status, [region.doubtful for region in outcome.regions]) == (Status.SCANNED, [True])
    assert pipeline.protect(job(path, policy=preset("press")), tools).report.hold == "doubt"


def test_nothing_a_human_wrote_stands_in_a_copy(tools, portrait, folder):
    decision = Decision(visible=(VisibleRegion(Ellipse(10, 10, 5, 5), "other", form="form-4711"),))
    pipeline.protect(job(saved(folder, portrait, "a.jpg"), decision=decision), tools)
    data = Path(folder / "out" / "a.jpg").read_bytes()
    assert b"4711" not in data
    assert Image.open(io.BytesIO(data)).size == portrait.size


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
def test_a_slanting_line_is_not_new_once_it_is_covered(portrait, folder, name):
    """A thin slanting place fills little of its box; it is the paint all the same."""
    slanting = Polygon(((100, 100), (110, 90), (410, 390), (400, 400)))

    class Reader(Planted):
        again = True

    found = Reader(Detection(slanting.bounds(), 0.9, "text", outline=slanting))
    outcome = pipeline.protect(job(saved(folder, portrait, name)), tools_of(DetectorSet([found])))
    assert (outcome.report.status, outcome.report.rounds) == (Status.PREPARED, 1)
