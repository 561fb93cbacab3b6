"""Structural similarity of grey pictures (Wang et al., 2004), by cells of 8 x 8 pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

CELL = 8  # pixels
_C1, _C2 = 6.5025, 58.5225  # for values from 0 to 255

Cells = NDArray[np.floating[Any]]


def cells(values: NDArray[Any]) -> NDArray[Any]:
    """(rows, columns, pixels of a cell), of (h, w); what is left at the right and below is left out."""
    rows, columns = values.shape[0] // CELL, values.shape[1] // CELL
    part = values[: rows * CELL, : columns * CELL]
    return part.reshape(rows, CELL, columns, CELL).swapaxes(1, 2).reshape(rows, columns, CELL * CELL)


def of(x: Cells, y: Cells) -> Cells:
    """How alike each cell is in two pictures, at most 1: (rows, columns)."""
    mx, my = x.mean(axis=2), y.mean(axis=2)
    joint = (x * y).mean(axis=2) - mx * my
    top = (2 * mx * my + _C1) * (2 * joint + _C2)
    bottom = (mx**2 + my**2 + _C1) * (x.var(axis=2) + y.var(axis=2) + _C2)
    alike: Cells = top / bottom
    return alike
