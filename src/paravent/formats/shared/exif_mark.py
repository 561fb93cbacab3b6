"""The orientation mark: the one EXIF entry a prepared copy may carry, in one fixed form."""

from __future__ import annotations

import struct

from paravent.containers import signatures
from paravent.containers.tiff import TiffReader

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
    if not tiff.startswith(signatures.TIFF):
        return 1
    reader = TiffReader(tiff)
    for field in reader.fields(reader.directory(reader.first, _MAX_ENTRIES)):
        if field.tag == _ORIENTATION_TAG:
            value = reader.number(field.start, 2)
            return value if (field.type, field.values) == (_SHORT, 1) and 1 <= value <= 8 else 1
    return 1
