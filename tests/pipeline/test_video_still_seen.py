"""What becomes of a film in whose copy something is still seen, round after round."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

import video_kit as kit
import video_running
from paravent.model.report import FileReport, Status
from paravent.pipeline import rounds
from paravent.video.tracking.regions import Walk
from paravent.video.tracking.track import Observation, Track

pytestmark = pytest.mark.slow

_BOX = np.array([20, 20, 8, 8], np.float32)


def _prepared(
    frames: Collection[int],
    preset: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    frames_in_all: int = 50,
    one_at_a_time: bool = False,
) -> FileReport:
    """A film in which something is seen in these frames that no track ever covers. one_at_a_time: in the first of them
    that shows it, in each round."""

    def confirmed(source: Any, network: Any, missed: Any, covered: Walk) -> dict[int, list[Observation]]:
        shapes = {frame: covered.at(frame) for frame in sorted(frames)}
        bare = [frame for frame, here in shapes.items() if not _is_whole(here)]
        return {frame: [Observation.of_face(_BOX, 0.5)] for frame in (bare[:1] if one_at_a_time else bare)}

    def followed(*_rest: object) -> list[Track]:
        track = Track(0, observed=1, score=0.9, doubtful=False)
        track.append(_BOX, seen=True, found=True)
        return [track]

    monkeypatch.setattr(rounds, "confirmed", confirmed)
    monkeypatch.setattr(rounds, "followed", followed)
    source = kit.write(tmp_path / "film.mp4", kit.Spec(face=False, frames=frames_in_all, options={"preset": "ultrafast"}))
    return video_running.protect(source, tmp_path / "out", preset)


def _is_whole(shapes: tuple[Any, ...]) -> bool:
    return any(shape.bounds().w == kit.SIZE[0] for shape in shapes)


def test_the_whole_frame_is_covered_where_something_is_still_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = _prepared({20}, "family", tmp_path, monkeypatch)
    assert (report.status, report.rounds) == (Status.PREPARED, 4)
    assert report.video is not None
    assert report.video.whole == (("0:00:00.60", "0:00:01.04"),)
    with av.open(str(tmp_path / "out" / report.output)) as copy:
        spread = [float(frame.to_ndarray(format="gray").std()) for frame in copy.decode(video=0)]
    flat = [i for i, value in enumerate(spread) if value < 3]
    assert flat == list(range(15, 26))


def test_whole_frames_are_covered_in_more_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = _prepared({4, 20, 44}, "family", tmp_path, monkeypatch)
    assert (report.status, report.rounds) == (Status.PREPARED, 4)
    assert report.video is not None
    assert report.video.whole == (("0:00:00.00", "0:00:00.40"), ("0:00:00.60", "0:00:01.04"), ("0:00:01.56", "0:00:02.00"))


def test_more_is_covered_in_each_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is covered, something is seen beside it."""
    report = _prepared(range(30), "family", tmp_path, monkeypatch, frames_in_all=30, one_at_a_time=True)
    assert (report.status, report.rounds) == (Status.PREPARED, 6)
    assert report.video is not None
    assert report.video.whole == (("0:00:00.00", "0:00:01.20"),)


def test_a_video_waits_for_a_human_where_that_is_not_for_it_to_decide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _prepared({20}, "press", tmp_path, monkeypatch).hold == "still-seen"
