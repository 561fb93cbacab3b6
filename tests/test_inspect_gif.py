"""What the inspection of a GIF sees, and that damage never stops it."""

from __future__ import annotations

import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from container_kit import drawn, gif, gif_application, gif_extension, gif_frame, gif_xmp, sub_blocks
from inspect_kit import iim, irb, xmp
from inspect_rows import NAME, TEXT, ZIP, Row, check, damaged, read_all
from paravent.inspect import inspect
from paravent.report import Kind

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
    assert time.process_time() - began < 1.0
