"""What the inspection of a TIFF sees, and that damage never stops it."""

from __future__ import annotations

import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from container_kit import Page, big_tiff, drawn, tiff_file
from inspect_rows import NAME, Row, check, damaged, read_all
from inspecting import inspect, values
from rows_tiff import ROWS, tagged


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_planted_entry_is_found_and_its_value_is_not_told(row: Row) -> None:
    check(row, "tiff")


@settings(max_examples=150, deadline=None)
@given(damaged(ROWS))
def test_damaged_files(data: bytes) -> None:
    read_all(data, "tiff")


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    read_all(b"II*\0\x08\0\0\0" + data, "tiff")


@pytest.mark.parametrize("data", [drawn("TIFF"), tiff_file(Page()), tiff_file(Page({0x112: 6})), big_tiff({})])
def test_plain_picture_gives_nothing_away(data: bytes) -> None:
    assert inspect(data, "tiff").findings == ()


def test_values_are_shown_when_asked_for() -> None:
    assert ("EXIF Artist", NAME) in values(tagged({0x13B: NAME}), "tiff")


def _many(count: int, tag: int, kind: int, amount: int) -> bytes:
    """Directories in a chain, each with one field over the whole file."""
    step = 18
    built = b"".join(
        struct.pack("<HHHIII", 1, tag, kind, amount, 8, 8 + step * (number + 1) if number + 1 < count else 0)
        for number in range(count)
    )
    return b"II*\0\x08\0\0\0" + built + bytes(4_000_000)


_HOSTILE = {
    "texts": _many(4000, 0x10E, 2, 4_000_000),
    "strips": _many(4000, 0x111, 4, 1_000_000),
    "numbers": _many(4000, 0x9999, 3, 999),
    "descriptions": _many(4000, 0x13B, 2, 200),
    "packets": _many(4000, 0x2BC, 1, 4_000_000),
    "loop": b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 0x131, 2, 4, 0, 8),
    "children": b"II*\0\x08\0\0\0"
    + struct.pack("<HHHIII", 1, 0x14A, 4, 1_000_000, 8, 0)
    + struct.pack("<I", 8) * 1_000_000,
    "gaps": tiff_file(Page({0x144: struct.pack("<200000I", *range(8, 400_008, 2)), 0x145: b""})) + bytes(500_000),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", _HOSTILE)
def test_nothing_takes_long(name: str) -> None:
    began = time.process_time()
    inspect(_HOSTILE[name], "tiff")
    assert time.process_time() - began < 3.0
