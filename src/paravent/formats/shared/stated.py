"""What EXIF and XMP state of how a picture is shown: which way up, and in which colours. Nothing else is read of them."""

from __future__ import annotations

import re

from paravent.containers import signatures
from paravent.containers.tiff import Field, TiffReader
from paravent.formats.shared import icc

_PREFIX = b"Exif\x00\x00"
_ORIENTATION, _EXIF, _COLOUR_SPACE, _INTEROPERABILITY, _INDEX = 0x0112, 0x8769, 0xA001, 0xA005, 0x0001
_XMP = 0x02BC
_ASCII, _SHORT, _LONG = 2, 3, 4
_MAX_ENTRIES = 1000
_MOST_PACKET = 4_000_000  # bytes of XMP that are searched
# DCF 2.0, 3.3.3: Adobe RGB is stated as "uncalibrated", with this index of interoperability; some cameras write 2.
_UNCALIBRATED, _ADOBE, _ADOBE_INDEX = 0xFFFF, 2, b"R03\0"
# As an attribute or an element (XMP specification, part 1, 7).
_IN_PACKET = re.compile(rb"tiff:Orientation\s*(?:=\s*[\"']|>\s*)([1-8])\s*[\"'<]")


def read_orientation(exif: bytes, packet: bytes = b"") -> int:
    """The orientation (1 to 8) that an EXIF block states in its first directory, else an XMP packet; 1 where none does.

    exif: a TIFF block, with or without the "Exif" prefix. Never raises.
    """
    block = _Block(exif)
    first = block.fields(block.first)
    if _ORIENTATION in first:
        value = block.value(first, _ORIENTATION, _SHORT)
        return value if 1 <= value <= 8 else 1
    found = _IN_PACKET.search(packet)
    return int(found[1]) if found else 1


def read_profile(exif: bytes) -> bytes | None:
    """The profile of the colours that an EXIF block states: Adobe RGB, or None. Never raises.

    exif: as above; a TIFF file is one too.
    """
    block = _Block(exif)
    colours = block.fields(block.value(block.fields(block.first), _EXIF, _LONG))
    space = block.value(colours, _COLOUR_SPACE, _SHORT)
    beside = block.fields(block.value(colours, _INTEROPERABILITY, _LONG))
    stated = space == _ADOBE or (space == _UNCALIBRATED and block.text(beside, _INDEX) == _ADOBE_INDEX)
    return icc.build("adobe-rgb") if stated else None


def packet_of(tiff: bytes) -> bytes:
    """The XMP packet in the first directory of a TIFF; b"" if there is none. Never raises."""
    block = _Block(tiff)
    field = block.fields(block.first).get(_XMP)
    return tiff[field.start : min(field.stop, field.start + _MOST_PACKET)] if field is not None else b""


class _Block:
    """A TIFF block. first: where its first directory is, 0 where there is none."""

    def __init__(self, exif: bytes) -> None:
        self._tiff = exif.removeprefix(_PREFIX)
        self._reader = TiffReader(self._tiff)
        self.first = self._reader.first if self._tiff.startswith(signatures.TIFF) else 0

    def fields(self, at: int) -> dict[int, Field]:
        """The fields of a directory by tag; none for a directory at 0."""
        listed = self._reader.fields(self._reader.directory(at, _MAX_ENTRIES)) if at else ()
        found: dict[int, Field] = {}
        for field in listed:
            found.setdefault(field.tag, field)
        return found

    def value(self, fields: dict[int, Field], tag: int, kind: int) -> int:
        """The number of a field that holds one of this type; 0 where there is none."""
        field = fields.get(tag)
        if field is None or (field.type, field.values) != (kind, 1):
            return 0
        return self._reader.number(field.start, field.stop - field.start)

    def text(self, fields: dict[int, Field], tag: int) -> bytes:
        """The text of a field; empty where there is none."""
        field = fields.get(tag)
        return self._tiff[field.start : field.stop] if field is not None and field.type == _ASCII else b""
