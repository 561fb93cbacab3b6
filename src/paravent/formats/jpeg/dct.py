"""Quantised DCT coefficients of a JPEG, read and written without loss.

The one module that touches jpeglib. It calls the library's C binding and not its public functions, because these put the
whole original into the temporary folder and write components from an array re-read from the source.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from paravent.process.scratch import scratch_file
from paravent.redact.cover import Window

try:
    from jpeglib import version
    from jpeglib._bind import CJpegLib
except ImportError:  # no wheel for this platform: pictures are re-encoded, and the report says so
    CJpegLib = None

Blocks: TypeAlias = NDArray[np.int16]
Table: TypeAlias = NDArray[np.uint16]

# libjpeg-turbo 2.1.0; the library's default is libjpeg 6b.
_VERSION = "turbo210"
# J_COLOR_SPACE of jpeglib.h.
_JCS_GRAYSCALE, _JCS_YCBCR = 1, 3
_MAX_COMPONENTS = 4


@dataclass(slots=True)
class Coefficients:
    """One picture in the DCT domain.

    width, height: pixels. blocks: for each component int16 (rows, columns, 8, 8), quantised, natural order. tables: its
    quantisation table, uint16 (8, 8). sampling: its horizontal and vertical sampling factors (T.81, A.1.1).
    """

    width: int
    height: int
    blocks: list[Blocks]
    tables: list[Table]
    sampling: list[tuple[int, int]]

    @property
    def mcu(self) -> tuple[int, int]:
        """Width and height of an MCU in pixels."""
        return 8 * max(h for h, _ in self.sampling), 8 * max(v for _, v in self.sampling)

    def touched(self, window: Window) -> Window:
        """All of the MCUs that a window of pixels touches."""
        across, down = self.mcu
        right, bottom = -(-window.right // across) * across, -(-window.bottom // down) * down
        left, top = window.left // across * across, window.top // down * down
        return Window(left, top, min(self.width, right), min(self.height, bottom))

    def part(self, window: Window) -> Coefficients:
        """The picture in a window of whole MCUs."""
        across, down = self.mcu
        left, top = window.left // across, window.top // down
        right, bottom = -(-window.right // across), -(-window.bottom // down)
        blocks = [
            np.ascontiguousarray(plane[top * v : bottom * v, left * h : right * h])
            for plane, (h, v) in zip(self.blocks, self.sampling, strict=True)
        ]
        return Coefficients(window.right - window.left, window.bottom - window.top, blocks, self.tables, self.sampling)


def available() -> bool:
    """Whether this platform has the library."""
    return CJpegLib is not None


def block_grid(width: int, height: int, sampling: list[tuple[int, int]], component: int) -> tuple[int, int]:
    """Rows and columns of 8 x 8 blocks that a component stores (T.81, A.1.1 and A.2.4, without MCU padding)."""
    across, down = max(h for h, _ in sampling), max(v for _, v in sampling)
    h, v = sampling[component]
    return -(-height * v // (8 * down)), -(-width * h // (8 * across))


def read(jpeg: bytes, width: int, height: int, sampling: list[tuple[int, int]]) -> Coefficients:
    """Entropy-decode a JPEG of tables and scans only, whose frame header was already checked.

    Raises ValueError if the library refuses it. A scan that ends early is not noticed here.
    """
    blocks = [np.empty((*block_grid(width, height, sampling, i), 8, 8), dtype=np.int16) for i in range(len(sampling))]
    tables = np.zeros((_MAX_COMPONENTS, 8, 8), dtype=np.uint16)
    table_of = np.zeros(_MAX_COMPONENTS, dtype=np.int16)
    with scratch_file(jpeg) as path:
        done = _library().read_jpeg_dct(path.encode(), *_planes(blocks), _pointer(tables), _pointer(table_of))
    if not done:
        raise ValueError("coefficients cannot be read")
    used = [tables[table_of[i]].copy() for i in range(len(sampling))]
    return Coefficients(width, height, blocks, used, list(sampling))


def write(coefficients: Coefficients) -> bytes:
    """A baseline JPEG with a JFIF header, these coefficients and the standard Huffman tables (T.81, K.3).

    Tables counted anew would save 4 per cent of the size and take a third longer.
    Raises ValueError if the library refuses.
    """
    distinct, table_of = _distinct_tables(coefficients.tables)
    grids = [block_grid(coefficients.width, coefficients.height, coefficients.sampling, i) for i in range(len(table_of))]
    sampling = [(1, 1)] if len(table_of) == 1 else coefficients.sampling
    with scratch_file() as path:
        done = _library().write_jpeg_dct(
            None,
            path.encode(),
            *_planes(coefficients.blocks),
            (ctypes.c_int * 2)(coefficients.height, coefficients.width),
            (ctypes.c_int * 8)(*(side for grid in grids for side in grid)),
            (ctypes.c_int * 8)(*(factor for h, v in sampling for factor in (v, h))),
            _JCS_GRAYSCALE if len(table_of) == 1 else _JCS_YCBCR,
            len(table_of),
            _pointer(distinct),
            ctypes.c_short(-1),
            (ctypes.c_short * 4)(*table_of),
            0,
            None,
            None,
            None,
            *CJpegLib.flags_to_mask([]),
        )
        if not done:
            raise ValueError("coefficients cannot be written")
        with open(path, "rb") as file:  # noqa: PTH123  (a memory file has no folder to speak of)
            return file.read()


@cache
def _library() -> Any:
    version.set(_VERSION)  # looks through a folder each time
    return CJpegLib.get()


def _distinct_tables(tables: list[Table]) -> tuple[Table, list[int]]:
    distinct: list[Table] = []
    numbers = []
    for table in tables:
        number = next((i for i, known in enumerate(distinct) if np.array_equal(known, table)), len(distinct))
        if number == len(distinct):
            distinct.append(table)
        numbers.append(number)
    padded = np.ones((_MAX_COMPONENTS, 8, 8), dtype=np.uint16)
    padded[: len(distinct)] = distinct
    return padded, numbers


def _planes(blocks: list[Blocks]) -> list[ctypes.c_void_p | None]:
    return [_pointer(plane) for plane in blocks] + [None] * (_MAX_COMPONENTS - len(blocks))


def _pointer(array: NDArray[np.generic]) -> ctypes.c_void_p:
    if not array.flags.c_contiguous:
        raise ValueError("blocks must be contiguous")
    return ctypes.c_void_p(array.ctypes.data)
