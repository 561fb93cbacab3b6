"""No place of a film's container carries anything over into the copy."""

from __future__ import annotations

from pathlib import Path

import pytest

import film_plants
import film_running
from paravent.model.report import Status

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("row", film_plants.ROWS, ids=lambda row: row.name)
def test_a_secret_does_not_travel(row: film_plants.Row, tmp_path: Path) -> None:
    source = tmp_path / f"film{row.suffix}"
    row.make(source)
    assert film_plants.holds_secret(source), "the secret was not planted"
    report = film_running.protect(source, tmp_path / "out", sound="keep")
    assert report.status is Status.PREPARED, (report.hold, report.hold_params)
    assert not film_plants.holds_secret(tmp_path / "out" / report.output)


def test_encoders_and_programs_do_not_sign(tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    film_plants.ROWS[0].make(source)
    assert b"x264" in source.read_bytes()
    assert b"Lavf" in source.read_bytes()
    report = film_running.protect(source, tmp_path / "out", sound="keep")
    copy = (tmp_path / "out" / report.output).read_bytes()
    assert not [sign for sign in (b"x264", b"x265", b"Lavc", b"Lavf", b"udta", b"meta", b"free") if sign in copy]
