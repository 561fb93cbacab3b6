"""What the inspection of a BMP sees, and that damage never stops it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from container_kit import bmp, bmp_profile, drawn
from inspect_rows import Row, check, damaged, read_all
from inspecting import inspect, values
from rows_bmp import PATH, ROWS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_planted_entry_is_found_and_its_value_is_not_told(row: Row) -> None:
    check(row, "bmp")


@settings(max_examples=150, deadline=None)
@given(damaged(ROWS))
def test_damaged_files(data: bytes) -> None:
    read_all(data, "bmp")


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    read_all(b"BM" + bytes(8) + data, "bmp")


@pytest.mark.parametrize("data", [drawn("BMP"), bmp(), bmp(width=4, pixels=bytes(range(24)))])
def test_plain_picture_gives_nothing_away(data: bytes) -> None:
    assert inspect(data, "bmp").findings == ()


def test_path_is_shown_only_when_asked_for() -> None:
    assert ("BMP ProfilePath", PATH.decode()) in values(bmp_profile(b"KNIL", PATH), "bmp")


_HOSTILE = {
    "many rows": bmp(pixels=bytes(12) * 2_000_000)[:22] + b"\xff\xff\xff\x7f" + bmp(pixels=bytes(12) * 2_000_000)[26:],
    "large padding": bmp(pixels=bytes(40_000_000)),
    "pixels far away": bmp()[:10] + b"\xff\xff\xff\xff" + bmp()[14:],
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_nothing_takes_long(name: str) -> None:
    began = time.process_time()
    inspect(_HOSTILE[name], "bmp")
    assert time.process_time() - began < 3.0
