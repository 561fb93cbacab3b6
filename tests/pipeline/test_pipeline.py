"""The life of one file, from outside: what lies in the output folder, and what the outcome says."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from job_kit import FAMILY, job, listed, saved, tools_of
from paravent.detect.base import NOTHING_KNOWN, PAINTED, Detection
from paravent.detect.detector_set import DetectorSet
from paravent.detect.faces.centerface import CenterFace
from paravent.detect.upright import Upright
from paravent.engine.judging import opened_pages
from paravent.errors import OutputProblem
from paravent.formats import recognise
from paravent.model.geometry import Box
from paravent.model.job import LedgerEntry
from paravent.model.limits import StillLimits
from paravent.model.policy import PRESETS
from paravent.model.report import Kind, Status
from paravent.pipeline import dispatch as pipeline
from paravent.pipeline.tools import Tools
from paravent.redact.masks import covered_share
from paravent.stores.folder import FolderOutput, StagedFile
from paravent.verify import compare, judge_file


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.jpg", {"quality": 92}),
        ("a.jpg", {"quality": 92, "progressive": True}),
        ("a.png", {}),
        ("a.webp", {"quality": 90}),
        ("a.webp", {"lossless": True}),
    ],
)
def test_faces_are_covered_in_every_format(tools, portrait, folder, name, options):
    path = saved(folder, portrait, name, **options)
    before = path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_atime_ns
    outcome = pipeline.protect(job(path), tools)
    assert outcome.report.status is Status.PREPARED
    assert outcome.report.faces >= 2
    assert listed(folder) == [name]
    copy = Image.open(folder / "out" / name)
    assert (copy.size, copy.format) == (portrait.size, Image.open(path).format)
    seen = tools.detectors.look(Upright(_source(folder / "out" / name).pages[0]))
    shapes = tuple(region.shape for region in outcome.regions)
    cell = (16, 16) if name == "a.jpg" else (1, 1)
    assert all(covered_share(found.box, shapes, cell) >= PAINTED for found in seen)
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_atime_ns) == before
    verdict = compare((folder / "out" / name).read_bytes(), path.read_bytes(), outcome.regions, opened_pages)
    assert verdict.ok, verdict


def _source(path: Path):
    data = path.read_bytes()
    return recognise(data[:64]).open(data, StillLimits())


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_picture_is_covered_in_the_right_place(tools, portrait, folder, orientation):
    turned = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]  # Image.Transpose that the viewer will undo
    stored = portrait.transpose(Image.Transpose(turned))
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(folder, stored, "turned.jpg", quality=92, exif=exif)
    outcome = pipeline.protect(job(path), tools)
    assert outcome.report.status is Status.PREPARED
    assert outcome.report.faces >= 2
    assert compare((folder / "out" / "turned.jpg").read_bytes(), path.read_bytes(), outcome.regions, opened_pages).ok
    copy = Image.open(folder / "out" / "turned.jpg")
    assert copy.size == stored.size
    assert copy.getexif()[0x0112] == orientation
    for region in (region for region in outcome.regions if not region.doubtful):
        assert abs(region.shape.x - 300) < 40 or abs(region.shape.x - 890) < 60


def test_nothing_found_changes_nothing_but_the_container(tools, folder):
    path = saved(folder, Image.linear_gradient("L").resize((400, 300)).convert("RGB"), "plain.jpg", comment=b"PLANTED")
    outcome = pipeline.protect(job(path), tools)
    assert outcome.report.faces == 0
    assert b"PLANTED" not in (folder / "out" / "plain.jpg").read_bytes()
    before, after = Image.open(path), Image.open(folder / "out" / "plain.jpg")
    assert np.array_equal(np.asarray(before), np.asarray(after))


def test_findings_name_kinds_and_faces(tools, portrait, folder):
    exif = Image.Exif()
    exif[0x010F] = "Planted"
    outcome = pipeline.scan(job(saved(folder, portrait, "a.jpg", exif=exif), output="", destination=""), tools)
    assert outcome.report.status is Status.SCANNED
    kinds = {finding.kind: finding.count for finding in outcome.report.findings}
    assert kinds[Kind.FACE] >= 2
    assert Kind.DEVICE in kinds
    assert "Planted" not in repr(outcome.report)
    assert listed(folder) == []


def test_known_files_are_not_done_again(tools, portrait, folder):
    path = saved(folder, portrait, "a.jpg")
    first = pipeline.protect(job(path), tools)
    entry = LedgerEntry(first.source_key, "recipe", first.copy_key)
    again = pipeline.protect(job(path, recorded=entry), tools)
    assert again.report.status is Status.ALREADY
    assert again.report.rounds == 0
    (folder / "out" / "a.jpg").unlink()
    assert pipeline.protect(job(path, recorded=entry), tools).report.status is Status.PREPARED
    other = pipeline.protect(job(path, recorded=LedgerEntry(first.source_key, "other recipe", first.copy_key)), tools)
    assert other.report.status is Status.ALREADY  # done anew, and found to be the same bytes
    assert other.report.rounds == 1


def test_a_file_of_somebody_else_is_never_replaced(tools, portrait, folder):
    path = saved(folder, portrait, "a.jpg")
    (folder / "out" / "a.jpg").write_bytes(b"somebody else's")
    outcome = pipeline.protect(job(path), tools)
    assert outcome.report.hold == "exists"
    assert (folder / "out" / "a.jpg").read_bytes() == b"somebody else's"


def test_a_copy_of_ours_gives_way_to_a_new_policy(tools, portrait, folder):
    path = saved(folder, portrait, "a.jpg")
    first = pipeline.protect(job(path), tools)
    solid = FAMILY.with_options(style=type(FAMILY.style)("solid"))
    assert pipeline.protect(job(path, policy=solid), tools).report.hold == "exists"
    second = pipeline.protect(job(path, policy=solid, replaceable=first.copy_key), tools)
    assert second.report.status is Status.PREPARED
    assert second.copy_key != first.copy_key


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"just text", "no-picture"),
        (b"8BPS" + bytes(50), "unsupported-format"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "damaged"),
        (b"RIFF\x20\x00\x00\x00WEBP" + bytes(50), "damaged"),
    ],
)
def test_held_back_with_a_reason(tools, folder, content, code):
    path = folder / "in" / "x.jpg"
    path.write_bytes(content)
    outcome = pipeline.protect(job(path), tools)
    assert (outcome.report.status, outcome.report.hold) == (Status.HELD, code)
    assert listed(folder) == []


@pytest.mark.parametrize("what", ["link", "fifo", "folder", "nothing"])
def test_what_is_no_file_is_held_back_at_once(tools, folder, what):
    path = folder / "in" / "x.jpg"
    if what == "link":
        path.symlink_to("/etc/hostname")
    elif what == "fifo":
        os.mkfifo(path)
    elif what == "folder":
        path.mkdir()
    outcome = pipeline.protect(job(path), tools)
    assert outcome.report.hold in {"not-a-file", "unreadable"}
    assert listed(folder) == []


class Scripted:
    """A detector that finds what the test says, look by look."""

    name = "scripted"
    again = True

    def __init__(self, *looks):
        self.looks = list(looks)
        self.within = []

    def find(self, picture, within=None, context=NOTHING_KNOWN):
        self.within.append(within)
        return self.looks.pop(0) if self.looks else []


def scripted(*looks) -> Tools:
    return tools_of(DetectorSet([Scripted(*looks)]))


FACE = Detection(Box(100, 100, 40, 50), 0.9)
OTHER = Detection(Box(400, 300, 40, 50), 0.9)
DOUBTFUL = Detection(Box(400, 300, 40, 50), 0.25, doubtful=True)


def test_what_is_new_in_the_copy_is_covered_too(portrait, folder):
    outcome = pipeline.protect(job(saved(folder, portrait, "a.jpg")), scripted([FACE], [OTHER], []))
    assert (outcome.report.faces, outcome.report.rounds) == (2, 2)


def test_only_what_changed_since_the_last_look_is_looked_at_again(portrait, folder):
    eyes = Scripted([FACE], [OTHER], [])
    pipeline.protect(job(saved(folder, portrait, "a.jpg")), tools_of(DetectorSet([eyes])))
    everywhere, (first,), (second,) = eyes.within
    assert everywhere is None
    for place, face in ((first, FACE), (second, OTHER)):
        assert place.x < face.box.x
        assert place.x + place.w > face.box.x + face.box.w


def test_a_place_whose_paint_another_one_changed_is_looked_at_again(portrait, folder):
    beside = Detection(Box(145, 100, 40, 50), 0.9)
    eyes = Scripted([FACE], [beside], [])
    pipeline.protect(job(saved(folder, portrait, "a.jpg")), tools_of(DetectorSet([eyes])))
    assert [len(within or ()) for within in eyes.within] == [0, 1, 2]


def test_when_all_rounds_are_used_the_file_is_held_back(portrait, folder):
    looks = [[Detection(Box(100 * i, 100, 40, 50), 0.9)] for i in range(9)]
    outcome = pipeline.protect(job(saved(folder, portrait, "a.jpg")), scripted(*looks))
    assert outcome.report.hold == "still-seen"
    assert listed(folder) == []


def test_what_is_found_under_the_paint_is_the_paint(portrait, folder):
    outcome = pipeline.protect(job(saved(folder, portrait, "a.jpg")), scripted([FACE], [FACE]))
    assert (outcome.report.status, outcome.report.rounds) == (Status.PREPARED, 1)


def test_doubt_is_covered_or_waits_for_a_human(portrait, folder):
    path = saved(folder, portrait, "a.jpg")
    waiting = pipeline.protect(job(path, policy=PRESETS["press"]), scripted([FACE, DOUBTFUL]))
    assert waiting.report.hold == "doubt"
    assert listed(folder) == []
    covered = pipeline.protect(job(path), scripted([FACE, DOUBTFUL]))
    assert (covered.report.faces, covered.report.doubtful) == (2, 1)


def test_a_defect_of_ours_costs_one_file_and_shows_no_values(portrait, folder):
    class Broken:
        name = "broken"
        again = True

        def find(self, picture, within=None, context=NOTHING_KNOWN):
            raise RuntimeError("secret value")

    outcome = pipeline.protect(job(saved(folder, portrait, "a.jpg")), tools_of(DetectorSet([Broken()])))
    assert outcome.report.hold == "internal"
    assert "secret" not in repr(outcome)
    assert listed(folder) == []


def test_verification_stands_between_every_copy_and_the_folder(portrait, folder, monkeypatch):
    monkeypatch.setattr(StagedFile, "read_back", lambda self: b"\xff\xd8\xff\xd9")
    outcome = pipeline.protect(job(saved(folder, portrait, "a.jpg")), scripted([FACE]))
    assert outcome.report.hold == "container"
    assert listed(folder) == []


@pytest.mark.slow
def test_school_publishes_a_smaller_picture(tools, portrait, folder):
    path = saved(folder, portrait.resize((2400, 1400)), "a.jpg", quality=92)
    outcome = pipeline.protect(job(path, policy=PRESETS["school"]), tools)
    assert outcome.report.status is Status.PREPARED
    assert Image.open(folder / "out" / "a.jpg").size == (1600, 933)
    assert "resized" in outcome.report.remarks


@pytest.mark.slow
def test_a_file_is_judged_without_a_plan(tools, portrait, folder):
    path = saved(folder, portrait, "a.jpg", comment=b"PLANTED")
    assert not judge_file(path.read_bytes(), None, opened_pages).ok
    outcome = pipeline.protect(job(path), tools)
    verdict = judge_file((folder / "out" / "a.jpg").read_bytes(), CenterFace(), opened_pages, outcome.regions)
    assert verdict.ok, verdict
    plain = saved(folder, portrait, "b.jpg")
    assert "face" in judge_file(plain.read_bytes(), CenterFace(), opened_pages).problems[0]
    # What the ledger knows to the byte was looked at when it was written; who may stay visible was known then.
    assert judge_file(plain.read_bytes(), CenterFace(), opened_pages, unchanged=True).ok


def test_a_copy_that_changed_elsewhere_is_noticed(tools, portrait, folder):
    path = saved(folder, portrait, "a.jpg", quality=92)
    outcome = pipeline.protect(job(path), tools)
    spoilt = Image.open(folder / "out" / "a.jpg").convert("RGB")
    spoilt.paste((255, 0, 0), (20, 600, 60, 640))
    buffer = io.BytesIO()
    spoilt.save(buffer, "JPEG", quality=92)
    (folder / "out" / "b.jpg").write_bytes(buffer.getvalue())
    assert not compare((folder / "out" / "b.jpg").read_bytes(), path.read_bytes(), outcome.regions, opened_pages).ok
    unknown = compare((folder / "out" / "a.jpg").read_bytes(), path.read_bytes(), None, opened_pages)
    assert unknown.ok
    assert any("not known" in note for note in unknown.notes)


def test_a_copy_that_shows_the_face_is_no_copy(tools, portrait, folder):
    path = saved(folder, portrait, "a.jpg", quality=92)
    outcome = pipeline.protect(job(path), tools)
    (folder / "out" / "a.jpg").write_bytes(path.read_bytes())
    verdict = compare((folder / "out" / "a.jpg").read_bytes(), path.read_bytes(), outcome.regions, opened_pages)
    assert not verdict.ok
    assert "show what the original shows" in verdict.problems[0]


def test_a_file_of_another_tool_is_looked_at_although_its_container_is_not_ours(tools, portrait, folder):
    path = saved(folder, portrait, "a.jpg", comment=b"PLANTED")
    problems = judge_file(path.read_bytes(), CenterFace(), opened_pages).problems
    assert "prepared copies do not hold" in problems[0]
    assert "face" in problems[1]


def test_what_concerns_the_whole_run_is_not_held_against_one_file(portrait, folder, monkeypatch):
    def refuse(output):
        raise OutputProblem("no")

    monkeypatch.setattr(FolderOutput, "stage", refuse)
    with pytest.raises(OutputProblem):
        pipeline.protect(job(saved(folder, portrait, "a.jpg")), scripted([FACE]))
