"""What a BMP that was written may hold, read from its bytes with a reader of its own."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

from paravent.errors import Held
from paravent.verify.motion import Motion
from paravent.verify.profiles import Allowed

_HEADERS = 54
_MAX_PIXELS = 1 << 31
_PALETTE, _TRUE = 8, 24


def check(data: bytes, *, orientation: int | None, profiles: Allowed) -> Motion:
    """Pass if the file is a plain header, colours that are used, and rows whose padding is empty.

    orientation: None if no plan is known, which permits a resolution and a size left out; BMP states no orientation.
    profiles: none can be kept. Raises Held("container").
    """
    planned = orientation is not None
    if len(data) < _HEADERS or (planned and (orientation != 1 or profiles)):
        raise Held("container", detail="BMP header")
    name, size, reserved, start, length = struct.unpack_from("<2sIIII", data)
    width, height, planes, bits, compression, stored, *resolution, colours, important = struct.unpack_from(
        "<iiHHIIiiII", data, 18
    )
    forms = (
        (name, size, reserved, length, planes, compression) == (b"BM", len(data), 0, 40, 1, 0),
        width > 0 and height > 0 and width * height <= _MAX_PIXELS,
        (bits == _TRUE and colours == 0) or (bits == _PALETTE and 1 <= colours <= 1 << _PALETTE),
        start == _HEADERS + 4 * colours and not important,
        resolution == [0, 0] or not planned,
    )
    row = -(-width * bits // 32) * 4
    whole = start + row * height == len(data) and (stored == row * height or (not planned and not stored))
    if not all(forms) or not whole:
        raise Held("container", detail="BMP header")
    rows = np.frombuffer(data, np.uint8, row * height, start).reshape(height, row)
    used = width * bits // 8
    if rows[:, used:].any():
        raise Held("container", detail="BMP padding")
    if bits == _PALETTE:
        _check_colours(rows[:, :used], np.frombuffer(data, np.uint8, 4 * colours, _HEADERS).reshape(colours, 4))
    return Motion()


def _check_colours(indices: NDArray[np.uint8], table: NDArray[np.uint8]) -> None:
    """Every entry is used; an unused one can hold a colour of what was covered."""
    used = np.bincount(indices.ravel(), minlength=len(table)) > 0
    if len(used) != len(table) or not used.all() or table[:, 3].any():
        raise Held("container", detail="unused palette colours")
