"""The orientation mark: the one EXIF entry a prepared copy may carry, in one fixed form."""

from __future__ import annotations

import struct

_ORIENTATION_TAG = 0x0112
_SHORT = 3


def orientation_exif(orientation: int) -> bytes:
    """A TIFF block (big endian, one directory, one entry) that states `orientation` (1 to 8) and nothing else.

    26 bytes, without the "Exif" prefix that JPEG wants in front. Raises ValueError for another orientation.
    """
    if not 1 <= orientation <= 8:
        raise ValueError(f"orientation {orientation} is not one of 1 to 8")
    entry = struct.pack(">HHIHH", _ORIENTATION_TAG, _SHORT, 1, orientation, 0)
    return b"MM\x00*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
