"""What HDR10 says of the light: the display a video was made on (SMPTE ST 2086), and its brightest parts (CTA-861.3).

Read as numbers from the first frame, and written as the boxes `mdcv` and `clli` (ISO/IEC 14496-12, 12.1.6 and 12.1.7).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Any, cast

import av
from av.sidedata.sidedata import SideData, Type

from paravent.containers.isobmff import box

_RATIONALS = 10  # libavutil/mastering_display_metadata.h: primaries of red, green and blue, white, darkest, brightest
_MASTERING = struct.Struct(f"={2 * _RATIONALS}i2i")
_LEVEL = struct.Struct("=2I")
_CHROMATICITY, _LUMINANCE = 50_000, 10_000  # steps of 1, and of 1 candela a square metre
_BRIGHTEST = 10_000 * _LUMINANCE
_GREEN_BLUE_RED = (1, 2, 0)
_DISPLAY, _CONTENT = struct.Struct(">8H2I"), struct.Struct(">2H")


def of(frame: av.VideoFrame) -> bytes:
    """The boxes for what a frame says; empty where it says nothing, or what cannot be."""
    told = {data.type: _bytes(data) for data in cast("Iterable[SideData]", frame.side_data)}
    display = _display(told.get(Type.MASTERING_DISPLAY_METADATA, b""))
    content = _content(told.get(Type.CONTENT_LIGHT_LEVEL, b""))
    boxes = ((b"mdcv", display), (b"clli", content))
    return b"".join(box(name, value) for name, value in boxes if value and is_plain(name, value))


def is_plain(name: bytes, content: bytes) -> bool:
    """Whether a box holds numbers that can be, and nothing else."""
    if name == b"clli":
        return len(content) == _CONTENT.size
    if name != b"mdcv" or len(content) != _DISPLAY.size:
        return False
    *points, brightest, darkest = cast("tuple[int, ...]", _DISPLAY.unpack(content))
    return max(points) <= _CHROMATICITY and darkest < brightest <= _BRIGHTEST


def _bytes(data: SideData) -> bytes:
    return memoryview(cast(Any, data)).tobytes()


def _display(told: bytes) -> bytes:
    if len(told) != _MASTERING.size:
        return b""
    *numbers, has_primaries, has_luminance = _MASTERING.unpack(told)
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    if not (has_primaries and has_luminance and all(bottom > 0 and top >= 0 for top, bottom in pairs)):
        return b""
    points, (darkest, brightest) = _steps(pairs[:8], _CHROMATICITY), _steps(pairs[8:], _LUMINANCE)
    if max(points) > _CHROMATICITY or max(darkest, brightest) > _BRIGHTEST:
        return b""
    ordered = [value for color in _GREEN_BLUE_RED for value in points[2 * color : 2 * color + 2]]
    return _DISPLAY.pack(*ordered, *points[6:], brightest, darkest)


def _content(told: bytes) -> bytes:
    if len(told) < _LEVEL.size:
        return b""
    levels = _LEVEL.unpack_from(told)
    return _CONTENT.pack(*levels) if max(levels) < 1 << 16 else b""


def _steps(pairs: Iterable[tuple[int, int]], steps: int) -> Sequence[int]:
    return [round(top * steps / bottom) for top, bottom in pairs]
