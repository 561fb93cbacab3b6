"""What the inspection of a JPEG 2000 sees, and that damage never stops it."""

from __future__ import annotations

import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from container_kit import code_stream, drawn, jp2, stream_comment
from inspect_kit import box
from inspect_rows import Row, check, damaged, read_all
from inspecting import inspect
from paravent.model.report import Kind
from rows_jp2 import PACKET, ROWS, nested


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_planted_entry_is_found_and_its_value_is_not_told(row: Row) -> None:
    check(row, "jp2")


@settings(max_examples=150, deadline=None)
@given(damaged(ROWS))
def test_damaged_files(data: bytes) -> None:
    read_all(data, "jp2")


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    read_all(jp2()[:32] + data, "jp2")


@pytest.mark.parametrize("data", [jp2(), code_stream(), jp2(stream=code_stream(open_ended=True))])
def test_plain_picture_gives_nothing_away(data: bytes) -> None:
    assert inspect(data, "jp2").findings == ()


def test_what_a_library_wrote_is_read() -> None:
    assert [finding.kind for finding in inspect(drawn("JPEG2000"), "jp2").findings] == [Kind.SOFTWARE]


_HOSTILE = {
    "nested": jp2(nested(1000, box(b"xml ", PACKET))),
    "nested deeply": jp2(struct.pack(">I4s", 4_000_000, b"asoc") * 500_000),
    "empty boxes": jp2(box(b"asoc", box(b"free", b"") * 500_000)),
    "top boxes": jp2(box(b"wibb", b"") * 500_000),
    "packets": jp2(box(b"xml ", PACKET + b" " * 100_000) * 200),
    "comments": code_stream(stream_comment(b"x") * 500_000),
    "tile parts": code_stream()[:-2] + code_stream()[45:-2] * 200_000,
    "open tile parts": b"\xff\x4f" + b"\xff\x90\0\x0a\0\0\0\0\0\0\0\1" * 300_000,
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_nothing_takes_long(name: str) -> None:
    began = time.process_time()
    inspect(_HOSTILE[name], "jp2")
    assert time.process_time() - began < 3.0
