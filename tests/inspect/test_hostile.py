"""Inspection never raises and never hangs, whatever the bytes."""

from __future__ import annotations

import struct
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspect_kit import EXTENDED_HEADER, app_exif, app_xmp, box, chunk, jpeg, picture, png, segment, webp, webp_chunk, xmp
from inspecting import inspect, values
from rows_stills import ROWS

_HEADS = {"jpeg": b"\xff\xd8", "png": b"\x89PNG\r\n\x1a\n", "webp": b"RIFF\0\0\1\0WEBP"}


def _read(data: bytes, format: str) -> None:
    inspect(data, format)
    values(data, format)


@given(st.sampled_from(sorted(_HEADS)), st.binary(max_size=400), st.booleans())
def test_any_bytes(format: str, data: bytes, headed: bool) -> None:
    _read(_HEADS[format] + data if headed else data, format)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(st.data())
def test_mutated_files(data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(ROWS))
    content = bytearray(row.data)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        patch = data.draw(
            st.sampled_from([b"\0", b"\xff", b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x80", b"\x7f\xff\xff\xff", b"<"])
        )
        content[at : at + len(patch)] = patch
    cut = data.draw(st.integers(0, len(content)))
    _read(bytes(content), row.format)
    _read(bytes(content[:cut]), row.format)


@given(st.sampled_from([app_exif, app_xmp]), st.binary(max_size=300))
def test_any_block(wrap, block: bytes) -> None:
    _read(jpeg(wrap(b"II*\0\x08\0\0\0" + block)), "jpeg")
    _read(jpeg(wrap(b"MM\0*\0\0\0\x08" + block)), "jpeg")


def _directory_of(entries: bytes) -> bytes:
    return b"II*\0\x08\0\0\0\xff\xff" + entries


# Entries of type and count that make a naive reader allocate or count without end, each pointing at the whole block.
_GREEDY = b"".join(struct.pack("<HHII", 0x9000 + n, 2, 60_000, 0) for n in range(5000))
_COUNTING = struct.pack("<HHII", 0x8769, 4, 1, 64) + b"\0" * 44 + b"\xff\xff"
_NOTES = b"".join(struct.pack("<HHII", 0x927C, kind, 0xFFFFFFFF, 8) for kind in (1, 3, 4, 5, 7, 12))
_RATIOS = b"".join(struct.pack("<HHII", 0x9000 + n, 5, 999, 8) for n in range(5000))
_PIECE = segment(0xED, b"Photoshop 3.0\0" + bytes(1000))


def _bomb() -> bytes:
    return zlib.compress(b"\0" * 200_000_000, 9)


def _rows() -> bytes:
    """Five gigabytes: what is flushed in full may stand there again and again."""
    packer = zlib.compressobj()
    first, again = (packer.compress(bytes(1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * 300


def _store() -> bytes:
    return box(b"bfdb", bytes(20_000_000)) + box(b"bidb", b"") * 4900


# Made only when its test runs: they take a second and much memory.
_HOSTILE = {
    "texts over texts": ("jpeg", lambda: jpeg(app_exif(_directory_of(_GREEDY)))),
    "texts over texts, long": ("png", lambda: png(chunk(b"eXIf", _directory_of(_GREEDY)))),
    "directories of nothing": ("jpeg", lambda: jpeg(app_exif(_directory_of(_COUNTING)))),
    "endless maker notes": ("jpeg", lambda: jpeg(app_exif(_directory_of(_NOTES)))),
    "fractions": ("jpeg", lambda: jpeg(app_exif(_directory_of(_RATIOS)))),
    "many slow blocks": ("jpeg", lambda: jpeg(*[app_exif(_directory_of(_RATIOS))] * 100)),
    "bombs of text": ("png", lambda: png(*[chunk(b"zTXt", b"Comment\0\0" + _bomb())] * 50)),
    "a bomb of rows": ("png", lambda: picture("PNG")[:33] + chunk(b"IDAT", _rows()) + chunk(b"IEND", b"")),
    "deep XML": ("webp", lambda: webp(webp_chunk(b"XMP ", b"<a>" * 30_000 + b"</a>" * 30_000))),
    "wide XML": ("webp", lambda: webp(webp_chunk(b"XMP ", b"<a>" + b"<b/>" * 2_000_000 + b"</a>"))),
    "attributes": (
        "webp",
        lambda: webp(webp_chunk(b"XMP ", b"<a " + b" ".join(b'a%d=""' % n for n in range(500_000)) + b"/>")),
    ),
    "most elements": ("webp", lambda: webp(webp_chunk(b"XMP ", xmp("<dc:title>x</dc:title>" * 15_000)))),
    "EXIF in pieces": ("jpeg", lambda: jpeg(app_exif(b"II*\0"), *[app_exif(bytes(1000))] * 19_000)),
    "Photoshop in pieces": ("jpeg", lambda: jpeg(segment(0xED, b"Photoshop 3.0\x008BIM"), *[_PIECE] * 19_000)),
    "owners of extended XMP": (
        "jpeg",
        lambda: jpeg(*[segment(0xE1, EXTENDED_HEADER + b"%032d" % n + bytes(8)) for n in range(19_000)]),
    ),
    "endless media type": ("png", lambda: png(chunk(b"caBX", _store()))),
    "empty markers": ("jpeg", lambda: b"\xff\xd8" + b"\xff\x01" * 3_000_000),
    "fill bytes": ("jpeg", lambda: b"\xff\xd8" + b"\xff" * 6_000_000),
    "empty segments": ("jpeg", lambda: jpeg(segment(0xE7, b"") * 500_000)),
    "pictures behind": ("jpeg", lambda: jpeg(behind=b"\xff\xd8\xff\xe0\0" * 500_000)),
    "films behind": ("jpeg", lambda: jpeg(behind=b"\0\0\0\x08ftyp\1\1\1\1" * 300_000)),
    "boxes behind": ("jpeg", lambda: jpeg(behind=b"\0\0\0\x08ftyp" * 1_000_000)),
    "empty chunks": ("png", lambda: png(chunk(b"abCd", b"") * 300_000)),
    "empty RIFF chunks": ("webp", lambda: webp(webp_chunk(b"abCd", b"") * 300_000)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", _HOSTILE)
def test_nothing_takes_long(name: str) -> None:
    format, made = _HOSTILE[name]
    data = made()
    began = time.process_time()
    inspect(data, format)
    assert time.process_time() - began < 3.0
