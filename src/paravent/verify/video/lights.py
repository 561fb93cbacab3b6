"""What the boxes `mdcv` and `clli` of a copy may hold (ISO/IEC 14496-12, 12.1.6 and 12.1.7)."""

from __future__ import annotations

import struct

_DISPLAY = struct.Struct(">8H2I")  # three primaries and white as x, y; brightest, darkest
_LIGHT = 4  # bytes of two levels
_CHROMATICITY = 50_000  # stands for 1
_BRIGHTEST = 100_000_000  # 10,000 candela a square metre


def is_plain(name: bytes, content: bytes) -> bool:
    """Whether a box holds numbers that can be, and nothing else."""
    if name == b"clli":
        return len(content) == _LIGHT
    if name != b"mdcv" or len(content) != _DISPLAY.size:
        return False
    *points, brightest, darkest = _DISPLAY.unpack(content)
    return all(point <= _CHROMATICITY for point in points) and darkest < brightest <= _BRIGHTEST
