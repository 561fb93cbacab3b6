"""What the inspection of a GIF sees, and that damage never stops it."""

from __future__ import annotations

import struct
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from container_kit import drawn, gif, gif_application, gif_extension, gif_frame, gif_xmp, sub_blocks
from inspect_kit import iim, irb, xmp
from inspect_rows import NAME, TEXT, ZIP, Row, check, damaged, read_all
from paravent.inspect import inspect
from paravent.inspect.containers import lzw
from paravent.model.report import Kind

_PACKET = xmp(f"<dc:creator><rdf:Seq><rdf:li>{NAME}</rdf:li></rdf:Seq></dc:creator>")
_FRAME = gif_frame(2, 2)
_REST = sub_blocks(b"\x55" * 900) + b";"

ROWS = [
    Row("comment", gif(gif_extension(0xFE, TEXT.encode())), Kind.CAPTION, "GIF comment", "", 1, len(TEXT)),
    Row("long comment", gif(gif_extension(0xFE, TEXT.encode() * 40)), Kind.CAPTION, "GIF comment", "", 1, 40 * len(TEXT)),
    Row("program's comment", gif(gif_extension(0xFE, b"Created with Blobware")), Kind.SOFTWARE, "GIF comment"),
    Row("plain text", gif(b"\x21\x01\x0c" + bytes(12) + sub_blocks(TEXT.encode())), Kind.CAPTION, "GIF plain text"),
    Row("XMP", gif(gif_xmp(_PACKET)), Kind.PERSON_NAME, "XMP", "author"),
    Row("profile", gif(gif_application(b"ICCRGBG1012", bytes(500))), Kind.COLOUR_PROFILE, "ICC", "", 1, 500),
    Row(
        "IPTC of ImageMagick",
        gif(gif_application(b"MGK8BIM0000", irb((0x404, iim((80, NAME.encode())))))),
        Kind.PERSON_NAME,
        "IPTC",
        "author",
    ),
    Row(
        "program's own extension",
        gif(gif_application(b"WIBBLE1.0xx", b"wibble" * 60)),
        Kind.OTHER_METADATA,
        "GIF application extension",
        "private-chunk",
        1,
        360,
    ),
    Row(
        "archive in it", gif(gif_application(b"WIBBLE1.0xx", ZIP)), Kind.HIDDEN_DATA, "GIF application extension", "archive"
    ),
    Row(
        "behind the loop count",
        gif(gif_application(b"NETSCAPE2.0", b"\1\0\0wibble")),
        Kind.HIDDEN_DATA,
        "between GIF blocks",
        "text",
        1,
        6,
    ),
    Row("unknown extension", gif(gif_extension(0x42, b"wibble")), Kind.OTHER_METADATA, "GIF extension", "private-chunk"),
    Row("frame outside", gif(gif_frame(100, 0)), Kind.HIDDEN_PICTURE, "GIF frame", "outside-canvas"),
    Row("frame half outside", gif(_FRAME), Kind.HIDDEN_PICTURE, "GIF frame", "outside-canvas", 1, len(_FRAME)),
    Row("two frames", gif(gif_frame()), Kind.OTHER_METADATA, "GIF", "animation"),
    Row("between blocks", gif(b"\1wibble\1"), Kind.HIDDEN_DATA, "between GIF blocks", "unknown", 1, 8),
    Row("behind", gif(behind=ZIP), Kind.TRAILING_BYTES, "behind the picture", "archive", 1, len(ZIP)),
    Row("cropped", gif(behind=_REST), Kind.HIDDEN_PICTURE, "behind the picture", "cropped-rest", 1, len(_REST)),
    Row("picture behind", gif(behind=drawn("PNG")), Kind.HIDDEN_PICTURE, "behind the picture"),
]


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
