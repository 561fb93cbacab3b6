"""What becomes of a film in whose copy something is still seen, round after round."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

import film_kit as kit
import film_running
from paravent.model.report import FileReport, Status
from paravent.pipeline import video_rounds
from paravent.video.tracking.regions import Walk
from paravent.video.tracking.track import Observation, Track

pytestmark = pytest.mark.slow

_BOX = np.array([20, 20, 8, 8], np.float32)


def _prepared(frames: Collection[int], preset: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileReport:
    """A film in which something is seen in these frames that no track ever covers."""

    def confirmed(source: Any, network: Any, missed: Any, covered: Walk) -> dict[int, list[Observation]]:
        shapes = {frame: covered.at(frame) for frame in sorted(frames)}
        return {frame: [Observation.of_face(_BOX, 0.5)] for frame, here in shapes.items() if not _is_whole(here)}

    def followed(*_rest: object) -> list[Track]:
        track = Track(0, observed=1, score=0.9, doubtful=False)
        track.append(_BOX, seen=True, found=True)
        return [track]

    monkeypatch.setattr(video_rounds, "confirmed", confirmed)
    monkeypatch.setattr(video_rounds, "followed", followed)
    source = kit.write(tmp_path / "film.mp4", kit.Spec(face=False, frames=50, options={"preset": "ultrafast"}))
    return film_running.protect(source, tmp_path / "out", preset)


def _is_whole(shapes: tuple[Any, ...]) -> bool:
    return any(shape.bounds().w == kit.SIZE[0] for shape in shapes)


def test_the_whole_frame_is_covered_where_something_is_still_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = _prepared({20}, "family", tmp_path, monkeypatch)
    assert (report.status, report.rounds) == (Status.PREPARED, 4)
    assert report.film is not None
    assert report.film.whole == (("0:00:00.60", "0:00:01.04"),)
    with av.open(str(tmp_path / "out" / report.output)) as copy:
        spread = [float(frame.to_ndarray(format="gray").std()) for frame in copy.decode(video=0)]
    flat = [i for i, value in enumerate(spread) if value < 3]
    assert flat == list(range(15, 26))


@pytest.mark.parametrize(("frames", "preset"), [({20}, "press"), ({4, 20, 44}, "family")])
def test_a_film_is_held_back_where_that_is_not_for_it_to_decide(
    frames: set[int], preset: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _prepared(frames, preset, tmp_path, monkeypatch).hold == "still-seen"
