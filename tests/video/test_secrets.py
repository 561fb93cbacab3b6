"""No place of a film's container carries anything over into the copy."""

from __future__ import annotations

from pathlib import Path

import pytest

import video_plants
import video_running
from paravent.model.report import Status

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("row", video_plants.ROWS, ids=lambda row: row.name)
def test_a_secret_does_not_travel(row: video_plants.Row, tmp_path: Path) -> None:
    source = tmp_path / f"film{row.suffix}"
    row.make(source)
    assert video_plants.holds_secret(source), "the secret was not planted"
    report = video_running.protect(source, tmp_path / "out", sound="keep")
    assert report.status is Status.PREPARED, (report.hold, report.hold_params)
    assert not video_plants.holds_secret(tmp_path / "out" / report.output)


def test_encoders_and_programs_do_not_sign(tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    video_plants.ROWS[0].make(source)
    assert b"x264" in source.read_bytes()
    assert b"Lavf" in source.read_bytes()
    report = video_running.protect(source, tmp_path / "out", sound="keep")
    copy = (tmp_path / "out" / report.output).read_bytes()
    assert not [sign for sign in (b"x264", b"x265", b"Lavc", b"Lavf", b"udta", b"meta", b"free") if sign in copy]
