"""Decoding of JPEGs of tables and scans only, by libjpeg-turbo; every warning counts but one."""

from __future__ import annotations

import re

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from paravent.errors import Held
from paravent.formats.jpeg.segments import EOI
from paravent.model.samples import Samples

# What libjpeg says of bytes between the last coded block and the end marker; its buffer holds up to eight more.
_SURPLUS = re.compile(r"(\d{1,9}) extraneous bytes before marker 0xd9")
_BUFFERED = 8


class Surplus(Held):
    """Bytes stand behind the coded data. size: how many, or up to eight more."""

    def __init__(self, size: int) -> None:
        super().__init__("damaged")
        self.size = size


def decode(jpeg: bytes, colours: str, width: int, height: int, longest: int) -> Samples:
    """Decoded at the smallest eighth whose longer side has `longest` pixels. Raises Held("damaged"), also as Surplus."""
    wanted = min(longest, max(width, height))
    sides = {"min_width": wanted} if width >= height else {"min_height": wanted}
    try:
        pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(jpeg, colours, **sides)
    except ValueError as error:
        found = _SURPLUS.search(str(error))
        raise Surplus(int(found[1])) if found else Held("damaged") from None
    return pixels


def decode_eighths(jpeg: bytes, width: int, height: int, eighths: int) -> Samples:
    """RGB, decoded at so many eighths of its size (of at least 8 pixels a side). Raises Held("damaged")."""
    longer = -(-max(width, height) * eighths // 8)
    return decode(jpeg, "RGB", width, height, longer)


def decode_shorter(jpeg: bytes, surplus: Surplus, width: int, height: int, longest: int) -> tuple[Samples, bytes, int]:
    """RGB as `decode` gives it, the JPEG without the bytes behind its coded data, and their number. Raises Held.

    Tried with the size that libjpeg said, then with what its buffer may have held.
    """
    for size in range(surplus.size, surplus.size + _BUFFERED + 1):
        shorter = jpeg[: -len(EOI) - size] + EOI
        try:
            return decode(shorter, "RGB", width, height, longest), shorter, size
        except Surplus:
            continue
    raise Held("damaged")
