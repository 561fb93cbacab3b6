"""The orientation mark: the one EXIF entry a prepared copy may carry, in one fixed form."""

from __future__ import annotations

import struct

_PREFIX = b"Exif\x00\x00"
_ORIENTATION_TAG = 0x0112
_SHORT = 3
_MAX_ENTRIES = 1000


def orientation_exif(orientation: int) -> bytes:
    """A TIFF block (big endian, one directory, one entry) that states `orientation` (1 to 8) and nothing else.

    26 bytes, without the "Exif" prefix that JPEG wants in front. Raises ValueError for another orientation.
    """
    if not 1 <= orientation <= 8:
        raise ValueError(f"orientation {orientation} is not one of 1 to 8")
    entry = struct.pack(">HHIHH", _ORIENTATION_TAG, _SHORT, 1, orientation, 0)
    return b"MM\x00*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)


def read_orientation(exif: bytes) -> int:
    """The orientation (1 to 8) that an EXIF block states in its first directory; 1 where it states none or is broken.

    exif: a TIFF block, with or without the "Exif" prefix. Never raises.
    """
    tiff = exif.removeprefix(_PREFIX)
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return 1
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    if start + 2 > len(tiff):
        return 1
    (count,) = struct.unpack_from(order + "H", tiff, start)
    for index in range(min(count, _MAX_ENTRIES)):
        offset = start + 2 + 12 * index
        if offset + 12 > len(tiff):
            return 1
        tag, kind, number, value = struct.unpack_from(order + "HHIH", tiff, offset)
        if tag == _ORIENTATION_TAG:
            return value if kind == _SHORT and number == 1 and 1 <= value <= 8 else 1
    return 1
