"""What the inspection of a HEIC or AVIF sees, and that damage never stops it."""

from __future__ import annotations

import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from container_kit import Item, coded, drawn, full_box, grid, heif
from inspect_kit import box, tiff
from inspect_rows import NAME, Row, check, damaged, read_all
from inspecting import inspect, values
from rows_heif import EXIF, ROWS, added, clap, derived, owning


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_planted_entry_is_found_and_its_value_is_not_told(row: Row) -> None:
    check(row, "heic")


@settings(max_examples=150, deadline=None)
@given(damaged(ROWS))
def test_damaged_files(data: bytes) -> None:
    read_all(data, "heic")


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    read_all(heif()[:28] + data, "heic")
    read_all(_FTYP + full_box(b"meta", data), "heic")


@pytest.mark.parametrize(
    "data",
    [
        heif(),
        heif(top=box(b"free", bytes(100))),
        derived(b"grid", grid(1, 2, 1000, 500), 2),
        owning(clap(630, 470)),
        added(Item(b"Exif", bytes(4) + tiff({0x112: 1}))),
    ],
)
def test_plain_picture_gives_nothing_away(data: bytes) -> None:
    assert inspect(data, "heic").findings == ()


def test_what_a_library_wrote_is_read() -> None:
    assert inspect(drawn("AVIF"), "avif").findings == ()


def test_values_are_shown_when_asked_for() -> None:
    assert ("EXIF Artist", NAME) in values(added(Item(b"Exif", EXIF)), "heic")


def _nested(kind: bytes, depth: int) -> bytes:
    inner = b""
    for _ in range(depth):
        inner = full_box(kind, inner) if kind == b"meta" else box(kind, inner)
    return inner


_FTYP = box(b"ftyp", b"heic\0\0\0\0mif1")
_PITM = full_box(b"pitm", b"\0\1")
_INFOS = b"".join(full_box(b"infe", struct.pack(">HH4sB", n % 65536, 0, b"hvc1", 0), 2) for n in range(60_000))
_PLACES = b"".join(struct.pack(">HHHIHI", n % 65536, 0, 0, 1, 0, 8) for n in range(60_000))

# One item with as many extents as can be, each of no bytes.
_NO_BYTES = full_box(b"iloc", b"\0\0" + struct.pack(">HHHHH", 1, 1, 0, 0, 0xFFFF) + bytes(4), 1)

_LAYERS = range(2, 16_000)
_OVERLAYS = _INFOS.replace(b"hvc1", b"iovl")

_HOSTILE = {
    "nested metas": _FTYP + _nested(b"meta", 1000),
    "nested tracks": _FTYP + _nested(b"moov", 1000),
    "nested films": _FTYP + box(b"moov", box(b"trak", _nested(b"mdia", 1000))),
    "empty boxes": _FTYP + box(b"wibb", b"") * 1_000_000,
    "free boxes": _FTYP + box(b"free", b"x") * 1_000_000,
    "many metas": heif() + _FTYP[:0] + full_box(b"meta", _PITM) * 300_000,
    "many items": _FTYP + full_box(b"meta", _PITM + full_box(b"iinf", b"\xff\xff" + _INFOS)),
    "many extents": _FTYP
    + full_box(b"meta", _PITM + full_box(b"iloc", b"\x44\0\xff\xff" + struct.pack(">HHH", 1, 0, 65535) + bytes(8 * 65535))),
    "many tables of extents": heif(in_meta=_NO_BYTES * 5000),
    "overlays of overlays": _FTYP
    + full_box(
        b"meta",
        _PITM
        + full_box(b"iinf", b"\xff\xff" + _OVERLAYS)
        + full_box(b"iref", box(b"dimg", struct.pack(f">HH{len(_LAYERS)}H", 1, len(_LAYERS), *_LAYERS))),
    ),
    "many handlers": _FTYP
    + full_box(b"meta", full_box(b"hdlr", bytes(4) + b"wibb" + bytes(13)) * 4900 + box(b"free", bytes(100_000))) * 4,
    "many references": _FTYP
    + full_box(
        b"meta",
        _PITM
        + full_box(b"iinf", b"\xff\xff" + _INFOS)
        + full_box(b"iref", box(b"dimg", struct.pack(">HH", 1, 65535) + bytes(range(256)) * 511) * 20),
    ),
    "chunks": _FTYP
    + box(
        b"moov",
        box(
            b"trak",
            box(
                b"mdia",
                box(
                    b"minf",
                    box(
                        b"stbl",
                        full_box(b"stco", struct.pack(">I", 900_000) + bytes(3_600_000))
                        + full_box(b"stsc", struct.pack(">I", 300_000) + b"\0\0\0\1\xff\xff\xff\xff\0\0\0\1" * 300_000)
                        + full_box(b"stsz", struct.pack(">II", 0, 900_000) + b"\xff" * 3_600_000),
                    ),
                ),
            ),
        )
        * 8,
    ),
    "the same bytes often": _FTYP
    + full_box(
        b"meta",
        _PITM
        + full_box(b"iinf", b"\xff\xff" + _INFOS.replace(b"hvc1", b"Exif"))
        + full_box(b"iloc", b"\x44\0\xff\xff" + _PLACES.replace(b"\0\0\0\x08", b"\0\xff\0\0")),
    ),
    "many mdats": _FTYP
    + full_box(b"meta", _PITM + full_box(b"iinf", b"\xff\xff" + _INFOS) + full_box(b"iloc", b"\x44\0\xff\xff" + _PLACES))
    + box(b"mdat", b"xyz") * 5000,
    "blocks": heif(coded(), *[Item(b"Exif", EXIF[:4] + b"II*\0\x08\0\0\0\xff\xff" + bytes(100_000))] * 200),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", _HOSTILE)
def test_nothing_takes_long(name: str) -> None:
    began = time.process_time()
    inspect(_HOSTILE[name], "heic")
    assert time.process_time() - began < 3.0
