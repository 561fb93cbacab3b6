"""Quantised DCT coefficients of a JPEG, read by libjpeg-turbo through jpeglib's C binding.

Not through jpeglib's public functions, which put the file into the temporary folder.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from paravent.errors import Held
from paravent.process.scratch import scratch_file

Blocks: TypeAlias = NDArray[np.int16]
Table: TypeAlias = NDArray[np.uint16]

_VERSION = "turbo210"  # libjpeg-turbo 2.1.0; the library's default is libjpeg 6b
_MOST = 4  # components


@dataclass(slots=True)
class Coefficients:
    """One picture. width, height: pixels. For each component, blocks: int16 (rows, columns, 8, 8), natural order; tables:
    its quantisation table, uint16 (8, 8); sampling: its horizontal and vertical factors."""

    width: int
    height: int
    blocks: list[Blocks]
    tables: list[Table]
    sampling: list[tuple[int, int]]


def available() -> bool:
    """Whether this platform has the library."""
    return _library() is not None


def read(data: bytes, width: int, height: int, sampling: list[tuple[int, int]]) -> Coefficients:
    """Of a JPEG whose frame header says this. A scan that ends early is not noticed here. Raises Held("damaged")."""
    across, down = (max(factors) for factors in zip(*sampling, strict=True))
    # Rows and columns without the padding to whole MCUs (T.81, A.1.1 and A.2.4).
    grids = [(-(-height * v // (8 * down)), -(-width * h // (8 * across))) for h, v in sampling]
    blocks = [np.empty((*grid, 8, 8), np.int16) for grid in grids]
    tables, numbers = np.zeros((_MOST, 8, 8), np.uint16), np.zeros(_MOST, np.int16)
    planes = [*map(_pointer, blocks), *[None] * (_MOST - len(blocks))]
    with scratch_file(data) as path:
        done = _library().read_jpeg_dct(path.encode(), *planes, _pointer(tables), _pointer(numbers))
    if not done:
        raise Held("damaged")
    return Coefficients(
        width, height, blocks, [tables[number].copy() for number in numbers[: len(sampling)]], list(sampling)
    )


@cache
def _library() -> Any:
    try:
        from jpeglib import version  # noqa: PLC0415
        from jpeglib._bind import CJpegLib  # noqa: PLC0415
    except ImportError:
        return None
    version.set(_VERSION)
    return CJpegLib.get()


def _pointer(array: NDArray[np.generic]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)
