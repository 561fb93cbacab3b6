"""What the inspection of a JPEG 2000 sees, and that damage never stops it."""

from __future__ import annotations

import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from container_kit import code_stream, drawn, jp2, stream_comment
from inspect_kit import box, iim, tiff, xmp
from inspect_rows import EXACT, NAME, TEXT, ZIP, Row, check, damaged, read_all
from paravent.inspect import inspect
from paravent.model.report import Kind

_PACKET = xmp(f"<dc:creator><rdf:Seq><rdf:li>{NAME}</rdf:li></rdf:Seq></dc:creator>")
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
_GEOTIFF = bytes.fromhex("b14bf8bd083d4b43a5ae8cd7d5a6ce03")
_GML = b'<gml:Point xmlns:gml="http://www.opengis.net/gml">47.1</gml:Point>'


def _nested(depth: int, inner: bytes) -> bytes:
    for _ in range(depth):
        inner = box(b"asoc", inner)
    return inner


ROWS = [
    Row("XMP", jp2(box(b"uuid", _XMP + _PACKET)), Kind.PERSON_NAME, "XMP", "author"),
    Row("EXIF", jp2(box(b"uuid", b"JpgTiffExif->JP2" + tiff(gps=EXACT))), Kind.PLACE, "EXIF GPS", "exact-position"),
    Row("IPTC", jp2(box(b"uuid", _IPTC + iim((80, NAME.encode())))), Kind.PERSON_NAME, "IPTC", "author"),
    Row("GeoTIFF", jp2(box(b"uuid", _GEOTIFF + bytes(60))), Kind.PLACE, "JPEG 2000 uuid", "exact-position"),
    Row(
        "other uuid",
        jp2(box(b"uuid", b"0123456789abcdefwibble")),
        Kind.OTHER_METADATA,
        "JPEG 2000 uuid",
        "private-chunk",
        1,
        6,
    ),
    Row("archive in a uuid", jp2(box(b"uuid", bytes(16) + ZIP)), Kind.HIDDEN_DATA, "JPEG 2000 uuid", "archive"),
    Row("XMP as XML", jp2(box(b"xml ", _PACKET)), Kind.PERSON_NAME, "XMP", "author"),
    Row("XML", jp2(box(b"xml ", f"<a>{TEXT}</a>".encode())), Kind.CAPTION, "JPEG 2000 XML", "", 1, len(TEXT) + 7),
    Row("position in XML", jp2(box(b"xml ", _GML)), Kind.PLACE, "JPEG 2000 XML", "exact-position"),
    Row("XML below", jp2(_nested(5, box(b"xml ", _PACKET))), Kind.PERSON_NAME, "XMP", "author"),
    Row("label", jp2(_nested(1, box(b"lbl ", TEXT.encode()))), Kind.CAPTION, "JPEG 2000 box", "", 1, len(TEXT)),
    Row("address", jp2(box(b"uinf", box(b"url ", bytes(4) + b"https://wibble.example\0"))), Kind.CAPTION, "JPEG 2000 box"),
    Row("rights", jp2(box(b"jp2i", b"wibble")), Kind.OTHER_METADATA, "JPEG 2000 box", "private-chunk", 1, 6),
    Row("unknown box", jp2(box(b"wibb", b"wibble")), Kind.OTHER_METADATA, "JPEG 2000 box", "private-chunk", 1, 6),
    Row(
        "picture in a box",
        jp2(box(b"wibb", drawn("JPEG"))),
        Kind.HIDDEN_PICTURE,
        "JPEG 2000 box",
        "",
        1,
        len(drawn("JPEG")),
    ),
    Row("box in the header", jp2(in_header=box(b"wibb", b"wibble")), Kind.OTHER_METADATA, "JPEG 2000 box", "private-chunk"),
    Row("bytes in the header", jp2(in_header=b"wib"), Kind.HIDDEN_DATA, "between JPEG 2000 parts", "unknown", 1, 3),
    Row("credentials", jp2(box(b"jumb", box(b"json", b"claim_generator"))), Kind.SOFTWARE, "C2PA"),
    Row("profile", jp2(in_header=box(b"colr", b"\2\0\0" + bytes(300))), Kind.COLOUR_PROFILE, "ICC", "", 1, 300),
    Row("free space", jp2(box(b"free", TEXT.encode())), Kind.HIDDEN_DATA, "between JPEG 2000 parts", "text", 1, len(TEXT)),
    Row("second picture", jp2(box(b"jp2c", code_stream())), Kind.HIDDEN_PICTURE, "JPEG 2000 box", "further-picture"),
    Row(
        "comment",
        jp2(stream=code_stream(stream_comment(TEXT.encode()))),
        Kind.CAPTION,
        "JPEG 2000 comment",
        "",
        1,
        len(TEXT),
    ),
    Row("program", jp2(stream=code_stream(stream_comment(b"Created by Blobware"))), Kind.SOFTWARE, "JPEG 2000 comment"),
    Row(
        "comment in a tile",
        jp2(stream=code_stream(in_tile=stream_comment(TEXT.encode()))),
        Kind.CAPTION,
        "JPEG 2000 comment",
    ),
    Row(
        "binary comment",
        jp2(stream=code_stream(stream_comment(ZIP, False))),
        Kind.HIDDEN_DATA,
        "JPEG 2000 comment",
        "archive",
    ),
    Row("comment in a bare stream", code_stream(stream_comment(TEXT.encode())), Kind.CAPTION, "JPEG 2000 comment"),
    Row(
        "behind the stream",
        jp2(stream=code_stream() + ZIP),
        Kind.HIDDEN_DATA,
        "between JPEG 2000 parts",
        "archive",
        1,
        len(ZIP),
    ),
    Row(
        "behind an open stream",
        jp2(stream=code_stream(open_ended=True) + ZIP),
        Kind.HIDDEN_DATA,
        "between JPEG 2000 parts",
        "archive",
    ),
    Row("behind a bare stream", code_stream() + ZIP, Kind.TRAILING_BYTES, "behind the picture", "archive", 1, len(ZIP)),
    Row("behind the boxes", jp2(behind=TEXT.encode()), Kind.TRAILING_BYTES, "behind the picture", "text", 1, len(TEXT)),
    Row("picture behind", jp2(behind=drawn("PNG")), Kind.HIDDEN_PICTURE, "behind the picture"),
]


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
    "nested": jp2(_nested(1000, box(b"xml ", _PACKET))),
    "nested deeply": jp2(struct.pack(">I4s", 4_000_000, b"asoc") * 500_000),
    "empty boxes": jp2(box(b"asoc", box(b"free", b"") * 500_000)),
    "top boxes": jp2(box(b"wibb", b"") * 500_000),
    "packets": jp2(box(b"xml ", _PACKET + b" " * 100_000) * 200),
    "comments": code_stream(stream_comment(b"x") * 500_000),
    "tile parts": code_stream()[:-2] + code_stream()[45:-2] * 200_000,
    "open tile parts": b"\xff\x4f" + b"\xff\x90\0\x0a\0\0\0\0\0\0\0\1" * 300_000,
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_nothing_takes_long(name: str) -> None:
    began = time.process_time()
    inspect(_HOSTILE[name], "jp2")
    assert time.process_time() - began < 3.0
