"""Copies a TIFF directory's descriptive fields into a small EXIF block, which the EXIF reader then reads.

That way one page's texts and times are read like those in any other format, from BigTIFF too, and how much is read
does not depend on the size of the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from paravent.containers.tiff import Field
from paravent.inspect.containers.tiff_directories import EXIF, GPS

_TEXT, _LONG = 2, 4
_MAKER_NOTE = 0x927C
# Beyond EXIF's types there are only BigTIFF's offsets, which describe nothing.
_LAST_TYPE = 13
# OME and ImageJ keep long texts in ImageDescription.
_MAX_TEXT = 256 << 10
_MAX_VALUE = 64 << 10
_MAX_FIELDS = 1000
# A note's own offsets often count from the beginning of the file; it keeps its place if that is not far off.
_MAX_NOTE_PLACE = 256 << 10
_HEADER = 8


def block(data: bytes, order: str, page: Iterable[Field], exif: Iterable[Field], gps: Iterable[Field]) -> bytes:
    """An EXIF block in the byte order `order` ("<" or ">") that holds the fields given, as far as they are not huge."""
    exif, gps = list(exif), list(gps)
    built = bytearray(struct.pack(order + "2sHI", b"II" if order == "<" else b"MM", 42, 0))
    note = next((field for field in exif if field.tag == _MAKER_NOTE), None)
    places = {}
    if note is not None and note.start >= _HEADER and note.stop <= _MAX_NOTE_PLACE:
        built = built.ljust(note.start, b"\0") + data[note.start : note.stop]
        places[_MAKER_NOTE] = note.start
    pointers = {}
    for tag, fields in ((EXIF, exif), (GPS, gps)):
        if fields:
            pointers[tag] = len(built)
            _append(built, data, order, fields, places, {})
    struct.pack_into(order + "I", built, 4, len(built))
    _append(built, data, order, page, {}, pointers)
    return bytes(built)


def _append(
    built: bytearray, data: bytes, order: str, fields: Iterable[Field], places: dict[int, int], pointers: dict[int, int]
) -> None:
    """One directory at the end of the block. places: offsets of values that are there already, by tag."""
    kept = [field for field in fields if _fits(field)][:_MAX_FIELDS]
    entries = [(tag, _LONG, 1, struct.pack(order + "I", place)) for tag, place in pointers.items()]
    values_at = len(built) + 2 + 12 * (len(kept) + len(entries)) + 4
    values = bytearray()
    for field in kept:
        value = data[field.start : min(field.stop, field.start + _MAX_TEXT)]
        count = min(field.values, _MAX_TEXT) if field.type == _TEXT else field.values
        if field.tag in places:
            value = struct.pack(order + "I", places[field.tag])
        elif len(value) > 4:
            place = values_at + len(values)
            values += value
            value = struct.pack(order + "I", place)
        entries.append((field.tag, field.type, count, value.ljust(4, b"\0")))
    built += struct.pack(order + "H", len(entries))
    for tag, type_, count, value in sorted(entries):
        built += struct.pack(order + "HHI", tag, type_, count) + value
    built += b"\0\0\0\0" + values


def _fits(field: Field) -> bool:
    limit = _MAX_TEXT * 64 if field.type == _TEXT else _MAX_VALUE
    return field.type <= _LAST_TYPE and field.stop - field.start <= (_MAX_NOTE_PLACE if field.tag == _MAKER_NOTE else limit)
