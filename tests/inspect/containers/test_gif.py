"""What the inspection of a GIF sees, and that damage never stops it."""

from __future__ import annotations

import struct
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from container_kit import drawn, gif, gif_application, gif_extension, gif_frame, gif_xmp
from inspect_rows import Row, check, damaged, read_all
from inspecting import inspect
from paravent.inspect.containers import lzw
from rows_gif import ROWS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_planted_entry_is_found_and_its_value_is_not_told(row: Row) -> None:
    check(row, "gif")


@settings(max_examples=150, deadline=None)
@given(damaged(ROWS))
def test_damaged_files(data: bytes) -> None:
    read_all(data, "gif")


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    read_all(b"GIF89a\4\0\4\0\x80\0\0" + bytes(6) + data, "gif")


@pytest.mark.parametrize(
    "data",
    [drawn("GIF"), gif(), gif(gif_application(b"NETSCAPE2.0", b"\1\0\0")), gif(gif_extension(0xF9, b"\0\0\0\0"))],
)
def test_plain_picture_gives_nothing_away(data: bytes) -> None:
    assert inspect(data, "gif").findings == ()


_HOSTILE = {
    "empty blocks": b"GIF89a" + bytes(7) + b"\x21\xfe\0" * 2_000_000,
    "tiny sub-blocks": b"GIF89a" + bytes(7) + b"\x21\xfe" + b"\1x" * 8_000_000,
    "frames": b"GIF89a" + bytes(7) + gif_frame() * 500_000,
    "junk between": b"GIF89a" + bytes(7) + (b"\1" * 20 + b"\x21\xfe\0") * 300_000,
    "packets": b"GIF89a" + bytes(7) + gif_xmp(b"<a/>" * 50) * 20_000,
    "huge canvas": b"GIF89a" + struct.pack("<HH", 65535, 65535) + bytes(3) + gif_frame(0, 0, 65535, 65535),
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_nothing_takes_long(name: str) -> None:
    began = time.process_time()
    inspect(_HOSTILE[name], "gif")
    assert time.process_time() - began < 3.0


@pytest.mark.parametrize("name", ["empty blocks", "tiny sub-blocks", "frames", "junk between"])
def test_what_was_not_read_to_the_end_is_said(name: str) -> None:
    assert "unreadable" in [
        finding.precision for finding in inspect(_HOSTILE[name], "gif").findings if finding.where == "GIF"
    ]


# --- the end of the codes


def _end_code_by_hand(codes: bytes, size: int) -> int:
    """Bytes up to and with the end code, one code after the other."""
    bits, at, entries, width, first = int.from_bytes(codes, "little"), 0, (1 << size) + 2, size + 1, True
    while at + width <= 8 * len(codes):
        code = bits >> at & ((1 << width) - 1)
        at += width
        if code == 1 << size:
            entries, width, first = (1 << size) + 2, size + 1, True
            continue
        if code == (1 << size) + 1:
            return -(-at // 8)
        if not first and entries < 4096:
            entries += 1
            width += entries == 1 << width and width < 12
        first = False
    return len(codes)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 3_000), st.integers(2, 8), st.sampled_from([0, 0, 0.001, 0.05, 1]))
def test_the_end_code_is_found_whatever_the_codes(seed: int, length: int, size: int, clears: float) -> None:
    rng = np.random.default_rng(seed)
    codes = rng.bytes(length) if clears else bytes(length) + rng.bytes(20)
    if clears == 1:
        codes = np.packbits(np.tile([0] * size + [1], length), bitorder="little").tobytes() + codes[:9]
    assert lzw.end(codes, size, lzw.Budget()) == _end_code_by_hand(codes, size)


def test_hostile_codes_end_the_search() -> None:
    clears = np.packbits(np.tile([0] * 8 + [1], 1_000_000), bitorder="little").tobytes()
    begun = time.process_time()
    assert lzw.end(clears, 8, lzw.Budget()) is None
    assert time.process_time() - begun < 3
