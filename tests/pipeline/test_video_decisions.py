"""What a human decided about a film reaches the copy: a track left visible, a place covered by hand for a while."""

from __future__ import annotations

from array import array
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

import video_kit as kit
from paravent.detect.base import NOTHING_KNOWN, Context, Detection, Viewer
from paravent.model.decision import Course, DecidedRegion, Decision, VideoChoice, VisibleRegion
from paravent.model.geometry import Box, Ellipse
from paravent.model.job import Job
from paravent.model.keyframes import STAYS, KeyFrame
from paravent.model.policy import SoundName, preset
from paravent.model.report import FileReport, Status
from paravent.model.style import Style
from paravent.pipeline import video
from paravent.video.proposal import Proposal, ticks
from paravent.video.tracking import track as tracks
from paravent.video.tracking.regions import Regions
from paravent.video.tracking.track import Track
from video_running import tools

pytestmark = pytest.mark.slow

FRAMES = 30
SIZE = kit.PAIR_SIZE
LEFT, RIGHT = kit.PAIR
CORNER = (40, 215)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kit.write_pair(tmp_path_factory.mktemp("film") / "film.mp4", FRAMES)


@pytest.fixture(scope="module")
def proposed(source: Path) -> Proposal:
    outcome, proposal = video.propose(job(source, None), tools(), tracks=True)
    assert outcome.report.status is Status.SCANNED
    assert proposal is not None
    return proposal


def job(source: Path, output: Path | None, decision: Decision | None = None, name: str = "family") -> Job:
    if output is not None:
        output.mkdir()
    destination, root = ("", "") if output is None else ("film.mp4", str(output))
    return Job(str(source), source.name, preset(name), "recipe", root, destination, decision=decision)


def prepared(source: Path, output: Path, decision: Decision, name: str = "family") -> FileReport:
    report = video.protect(job(source, output, decision, name), tools()).report
    assert report.status is Status.PREPARED, (report.hold, report.hold_params)
    return report


def visible(course: Course, kind: str = "face") -> VisibleRegion:
    return VisibleRegion(Ellipse(0, 0, 1, 1), "adult-agreed", kind=kind, course=course)


def test_both_faces_are_proposed_with_their_times(proposed: Proposal) -> None:
    assert proposed.frames == FRAMES
    assert proposed.clock == ((0, 0.0), (FRAMES, FRAMES / kit.RATE))
    assert len(proposed.tracks) == 2
    for track, (x, y) in zip(sorted(proposed.tracks, key=lambda one: one.path[0][1][0]), (LEFT, RIGHT), strict=True):
        assert (track.course.first, track.course.stop) == (0, FRAMES)
        assert [frame for frame, _ in track.course.marks] == sorted({frame for frame, _ in track.course.marks})
        assert [track.path[0][0], track.path[-1][0]] == [0, FRAMES - 1]
        for frame, (cx, cy, rx, ry) in track.path:
            assert abs(cx - x - frame) < rx < 90
            assert abs(cy - y) < ry < 110


def test_a_track_left_visible_stays_as_it_was_and_the_other_is_covered(
    source: Path, proposed: Proposal, tmp_path: Path
) -> None:
    left = min(proposed.tracks, key=lambda one: one.path[0][1][0])
    report = prepared(source, tmp_path / "out", Decision(visible=(visible(left.course),)))
    assert (report.faces, report.left_visible) == (1, 1)
    assert max(kit.changes(source, tmp_path / "out" / "film.mp4", LEFT)) < 6
    assert min(kit.changes(source, tmp_path / "out" / "film.mp4", RIGHT)) > 15


def test_what_is_no_track_of_this_video_stays_covered(source: Path, proposed: Proposal, tmp_path: Path) -> None:
    left = min(proposed.tracks, key=lambda one: one.path[0][1][0])
    elsewhere = tuple((frame, replace(box, x=box.x + box.w)) for frame, box in left.course.marks)
    decision = Decision(visible=(visible(replace(left.course, marks=elsewhere)), visible(replace(left.course, marks=()))))
    prepared(source, tmp_path / "out", decision)
    assert min(kit.changes(source, tmp_path / "out" / "film.mp4", LEFT)) > 15


def test_a_permission_holds_for_its_frames_only(source: Path, proposed: Proposal, tmp_path: Path) -> None:
    left = min(proposed.tracks, key=lambda one: one.path[0][1][0])
    prepared(source, tmp_path / "out", Decision(visible=(visible(replace(left.course, stop=12)),)))
    found = kit.changes(source, tmp_path / "out" / "film.mp4", LEFT)
    assert max(found[:10]) < 8
    assert min(found[12:]) > 12


def test_a_place_covered_by_hand_is_covered_from_then_to_then(source: Path, tmp_path: Path) -> None:
    region = DecidedRegion(Ellipse(*CORNER, 30, 20), course=Course(8, 20))
    report = prepared(source, tmp_path / "out", Decision(regions=(region,)))
    assert report.covered == {"face": 2, "drawn": 1}
    found = kit.changes(source, tmp_path / "out" / "film.mp4", CORNER, moving=False)
    assert min(found[8:20]) > 4 > max(found[:8] + found[20:])


def test_a_place_covered_by_hand_goes_from_key_frame_to_key_frame(source: Path, tmp_path: Path) -> None:
    keys = (KeyFrame(5, STAYS), KeyFrame(25, (200, 0, 1.5, 1)))
    region = DecidedRegion(Ellipse(*CORNER, 30, 20), course=Course(0, FRAMES), keys=keys)
    prepared(source, tmp_path / "out", Decision(regions=(region,)))
    copy, (x, y) = tmp_path / "out" / "film.mp4", CORNER
    start, end, wide = (kit.changes(source, copy, (at, y), moving=False) for at in (x, x + 200, x + 228))
    assert min(start[:7]) > 3 > max(start[11:])
    assert min(end[22:]) > 3 > max(end[:19])
    assert min(wide[25:]) > 5 > max(wide[:23])  # it is half as wide again there


def test_a_track_that_was_moved_covers_where_it_was_moved_to_and_uncovers_nobody(
    source: Path, proposed: Proposal, tmp_path: Path
) -> None:
    left = min(proposed.tracks, key=lambda one: one.path[0][1][0])
    keys = (KeyFrame(0, (140, 0, 0.7, 0.7)),)
    track = DecidedRegion(Ellipse(0, 0, 1, 1), kind="face", course=left.course, keys=keys)
    prepared(source, tmp_path / "out", Decision(tracks=(track,)))
    copy = tmp_path / "out" / "film.mp4"
    assert min(kit.changes(source, copy, (LEFT[0] + 140, LEFT[1]))) > 4
    assert min(kit.changes(source, copy, LEFT)) > 15  # the detector sees that face in the copy, which is covered again
    assert min(kit.changes(source, copy, RIGHT)) > 15


def test_a_track_made_larger_covers_more(source: Path, proposed: Proposal, tmp_path: Path) -> None:
    left = min(proposed.tracks, key=lambda one: one.path[0][1][0])
    x, y, rx, _ry = left.path[0][1]
    beside = (round(x + rx + 18), round(y))  # the covering; what is looked at reaches 15 pixels each way
    keys = (KeyFrame(0, STAYS), KeyFrame(10, (0, 0, 1.6, 1)))
    track = DecidedRegion(Ellipse(0, 0, 1, 1), kind="face", course=left.course, keys=keys)
    prepared(source, tmp_path / "out", Decision(tracks=(track,)))
    found = kit.changes(source, tmp_path / "out" / "film.mp4", beside)
    assert min(found[12:]) > 6 > max(found[:2])


def colours(copy: Path, place: tuple[int, int]) -> list[np.ndarray]:
    """Mean colour around a place of a pair, frame by frame."""
    with av.open(str(copy)) as shown:
        frames = [frame.to_ndarray(format="rgb24") for frame in shown.decode(video=0)]
    x, y = place
    return [frame[y - 9 : y + 9, x + i - 9 : x + i + 9].mean(axis=(0, 1)) for i, frame in enumerate(frames)]


def test_each_track_has_the_look_that_was_chosen(source: Path, proposed: Proposal, tmp_path: Path) -> None:
    left = min(proposed.tracks, key=lambda one: one.path[0][1][0])
    track = DecidedRegion(Ellipse(0, 0, 1, 1), kind="face", style="solid", course=left.course)
    drawn = DecidedRegion(Ellipse(*CORNER, 30, 20), style="solid", course=Course(0, FRAMES))
    prepared(source, tmp_path / "out", Decision(regions=(drawn,), tracks=(track,)))
    copy, grey = tmp_path / "out" / "film.mp4", Style().color
    assert max(np.abs(one - grey).max() for one in colours(copy, LEFT)) < 5
    assert max(np.abs(one - grey).max() for one in colours(copy, (CORNER[0] - 10, CORNER[1]))[:10]) < 5
    assert max(np.abs(one - grey).max() for one in colours(copy, RIGHT)) > 12


def numbers(path: Path) -> tuple[list[np.ndarray], list[float]]:
    """Frames as a few grey values, and seconds of sound of each track."""
    with av.open(str(path)) as shown:
        frames = [frame.reformat(32, 16, "gray").to_ndarray().astype(int) for frame in shown.decode(video=0)]
        return frames, [float((one.duration or 0) * (one.time_base or 0)) for one in shown.streams.audio]


@pytest.mark.parametrize(("preset", "sound", "tracks"), [("family", "keep", 1), ("press", "mute", 0), ("press", None, 1)])
def test_a_video_has_the_part_and_the_sound_that_were_chosen(
    preset: str, sound: SoundName | None, tracks: int, tmp_path: Path
) -> None:
    source = kit.write(tmp_path / "film.mp4", kit.Spec(frames=50, face=False, sound="mono"))
    prepared(source, tmp_path / "out", Decision(video=VideoChoice((10, 30), sound)), preset)
    (before, _), (after, heard) = numbers(source), numbers(tmp_path / "out" / "film.mp4")
    assert len(after) == 20
    assert max(np.abs(a - b).mean() for a, b in zip(before[10:30], after, strict=True)) < 3
    assert len(heard) == tracks
    assert all(abs(seconds - 20 / kit.RATE) < 0.1 for seconds in heard)


def test_a_part_beyond_the_end_is_held_back(source: Path, tmp_path: Path) -> None:
    decision = Decision(video=VideoChoice((FRAMES, FRAMES + 5)))
    assert video.protect(job(source, tmp_path / "out", decision), tools()).report.hold == "empty-part"


def _lost() -> Track:
    """Ten times seen in the middle of the picture, then twenty frames nowhere."""
    rows = array("f", [240.0, 120.0, 60.0, 60.0] * 30)
    return Track(0, rows, array("b", [1] * 10 + [0] * 20), array("b", [1] * 10 + [0] * 20), observed=10, score=0.9)


@pytest.mark.parametrize(
    ("decision", "whole"),
    [
        (None, [(10, 30)]),
        (Decision(), [(10, 30)]),
        (Decision(visible=(visible(Course(0, 30, ((0, Box(210, 90, 60, 60)),))),)), []),
        (Decision(visible=(visible(Course(0, 15, ((0, Box(210, 90, 60, 60)),))),)), [(15, 30)]),
    ],
)
def test_frames_in_which_a_place_got_lost(decision: Decision | None, whole: list[tuple[int, int]]) -> None:
    regions = Regions(*SIZE)
    regions.add([_lost()], 1.3, 30, decision)
    assert regions.whole == whole


def test_a_human_settles_what_waits(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracks, "CERTAIN", 2.0)  # now everything is doubtful
    assert video.protect(job(source, tmp_path / "waits", None, "press"), tools()).report.hold == "doubt"
    report = prepared(source, tmp_path / "out", Decision(), "press")
    assert report.faces == 2


class _Board:
    """Finds the same piece of writing wherever it looks."""

    name = "board"
    again = False

    def find(
        self, picture: Viewer, within: tuple[Box, ...] | None = None, context: Context = NOTHING_KNOWN
    ) -> list[Detection]:
        del picture, within, context
        return [Detection(Box(180, 20, 100, 40), 1.0, "text")]


def test_writing_is_proposed_and_stays_if_somebody_says_so(tmp_path: Path) -> None:
    source = kit.write(tmp_path / "film.mp4", kit.Spec(frames=20, size=SIZE, face=False))
    everything = tools(_Board())
    _, proposal = video.propose(job(source, None), everything, tracks=True)
    assert proposal is not None
    (track,) = proposal.tracks
    assert track.kind == "text"
    xs = [value for _, numbers in track.path for value in numbers[::2]]
    assert 140 < min(xs) < 181 < 279 < max(xs) < 320
    covered, left = tmp_path / "covered", tmp_path / "left"
    assert video.protect(job(source, covered, Decision()), everything).report.covered == {"text": 1}
    decision = Decision(visible=(visible(track.course, "text"),))
    assert video.protect(job(source, left, decision), everything).report.covered == {}
    assert min(kit.changes(source, covered / "film.mp4", (230, 40), moving=False)) > 4
    assert max(kit.changes(source, left / "film.mp4", (230, 40), moving=False)) < 4


def test_a_clock_of_few_ticks() -> None:
    assert ticks([0.0, 0.04, 0.08, 0.12]) == ((0, 0.0), (3, 0.12))
    assert ticks([0.0, 0.04, 0.08, 1.0, 1.04]) == ((0, 0.0), (2, 0.08), (3, 1.0), (4, 1.04))
    uneven = np.cumsum(np.random.default_rng(1).uniform(0.01, 0.2, 30_000))
    assert len(ticks(list(uneven))) <= 1_000
