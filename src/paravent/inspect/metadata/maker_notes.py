"""Where makers' own notes keep serial numbers, names and counters: headers and tags of the common ones.

Tag numbers are those that the makers' files show and the metadata tools' documentation lists; everything else in a note
counts as "the maker's own notes". Sony's and some others' serial numbers are encrypted and so are not told apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paravent.model.report import Kind

# What the names below mean.
FIELDS: dict[str, tuple[Kind, str]] = {
    "SerialNumber": (Kind.SERIAL, "body"),
    "InternalSerialNumber": (Kind.SERIAL, "body"),
    "LensSerialNumber": (Kind.SERIAL, "lens"),
    "OwnerName": (Kind.PERSON_NAME, "owner"),
    "PersonName": (Kind.PERSON_NAME, "depicted"),
    "Location": (Kind.PLACE, "named-place"),
    "Firmware": (Kind.SOFTWARE, ""),
    "ImageNumber": (Kind.IDENTIFIER, ""),
    "ImageUniqueID": (Kind.IDENTIFIER, ""),
}

_Tags = Mapping[int, tuple[str, Any]]


def _tags(names: Mapping[int, str]) -> dict[int, tuple[str, Any]]:
    """In the shape exifread wants."""
    return {tag: (name, None) for tag, name in names.items()}


@dataclass(frozen=True, slots=True)
class Note:
    """How one maker's note is built.

    prefix: how it begins. make: how the Make field begins. directory: offset of its directory in the note. base: what its
    offsets count from, as an offset in the note; -1: from the block's beginning, as the rest of EXIF. order: "I" or "M"
    where the note has a byte order of its own; "?" where it is stated just before the directory's header, at `base` or,
    with a zero base, four bytes before the directory.
    """

    prefix: bytes
    make: str
    directory: int
    base: int
    order: str
    tags: _Tags


_OLYMPUS = {
    **_tags({0x0404: "SerialNumber", 0x101A: "SerialNumber"}),
    # A pointer to the directory of equipment; exifread enters it under the name given.
    0x2010: (
        "Equipment",
        ("MakerNote", _tags({0x0101: "SerialNumber", 0x0102: "InternalSerialNumber", 0x0202: "LensSerialNumber"})),
    ),
}
_NIKON = _tags({0x001D: "SerialNumber", 0x00A0: "SerialNumber", 0x00A7: "ImageNumber"})
_CANON = _tags(
    {
        0x0007: "Firmware",
        0x0008: "ImageNumber",
        0x0009: "OwnerName",
        0x000C: "SerialNumber",
        0x0028: "ImageUniqueID",
        0x0096: "InternalSerialNumber",
    }
)
# 0x0011 is the identifier a picture shares with its live film.
_APPLE = _tags({0x0011: "ImageUniqueID", 0x0015: "ImageUniqueID", 0x002B: "ImageUniqueID"})
_PANASONIC = _tags(
    {
        0x0002: "Firmware",
        0x0025: "InternalSerialNumber",
        0x0052: "LensSerialNumber",
        0x0066: "PersonName",  # "baby name"; several cameras ask for it
        0x0067: "Location",
        0x006B: "Location",
        0x006D: "Location",
        0x006F: "Location",
    }
)

_NOTES: tuple[Note, ...] = (
    Note(b"Nikon\0\x02", "", 18, 10, "?", _NIKON),
    Note(b"OLYMPUS\0", "", 12, 0, "?", _OLYMPUS),
    Note(b"OM SYSTEM\0", "", 16, 0, "?", _OLYMPUS),
    Note(b"OLYMP\0", "", 8, -1, "", _OLYMPUS),
    Note(b"Panasonic\0", "", 12, -1, "", _PANASONIC),
    Note(b"FUJIFILM", "", 12, 0, "I", _tags({0x0010: "InternalSerialNumber"})),
    Note(
        b"Apple iOS\0", "", 14, 0, "M", _tags({0x0011: "ImageUniqueID", 0x0015: "ImageUniqueID", 0x002B: "ImageUniqueID"})
    ),
    Note(b"AOC\0", "", 6, -1, "", _tags({0x0229: "SerialNumber"})),
    Note(b"", "Canon", 0, -1, "", _CANON),
    Note(b"", "SAMSUNG", 0, 0, "", _tags({0xA002: "SerialNumber", 0xA005: "LensSerialNumber"})),
)


def recognised(note: bytes, make: str) -> Note | None:
    """How the note is built, from its beginning and the camera's Make; None for a maker not known here."""
    fitting = (known for known in _NOTES if note.startswith(known.prefix) and make.startswith(known.make))
    return next(fitting, None)


def byte_order(note: bytes, known: Note, default: str) -> str:
    """ "I" or "M": the byte order of the note's numbers; `default` is that of the block around it."""
    if known.order != "?":
        return known.order or default
    at = known.base or known.directory - 4
    return {b"II": "I", b"MM": "M"}.get(note[at : at + 2], default)
