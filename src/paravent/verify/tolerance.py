"""How far samples may stray when a lossy format carries them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

# A lossy encoder at our fixed settings stays well below both; another picture, or an uncovered face, does not (tested in
# tests/test_verify.py). Mean absolute difference over a cell of 16 x 16 samples, and over the whole picture.
CELL = 16
CELL_TOLERANCE = 24.0
PICTURE_TOLERANCE = 6.0


def by_cell(values: NDArray[Any], reduce: Callable[..., NDArray[Any]]) -> NDArray[Any]:
    """(h, w) values reduced over cells of 16 x 16, edges repeated: (ceil(h / 16), ceil(w / 16))."""
    height, width = values.shape
    rows, columns = -(-height // CELL), -(-width // CELL)
    padded = np.pad(values, ((0, rows * CELL - height), (0, columns * CELL - width)), mode="edge")
    return reduce(padded.reshape(rows, CELL, columns, CELL), axis=(1, 3))
