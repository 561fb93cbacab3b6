"""Quantisation steps of a copy. Those of coefficients that are nowhere in the picture could say anything."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paravent.formats.jpeg.dct import Blocks, Coefficients, Table

_BESIDE, _ROWS = 32, 128  # blocks taken side by side, and such rows at a time; mostly the first say that all are used
# The zigzag order (T.81, figure A.6): by diagonals, every other one upwards.
_ZIGZAG = sorted(range(64), key=lambda i: (i // 8 + i % 8, i // 8 if (i // 8 + i % 8) % 2 else i % 8))


def without_unused(coefficients: Coefficients) -> list[Table]:
    """The tables with each step that no coefficient uses as the one before it in zigzag order; 1 where there is none.

    Components that share a table go on doing so.
    """
    tables, used = coefficients.tables, [_used(plane) for plane in coefficients.blocks]
    shared = [[np.array_equal(one, other) for other in tables] for one in tables]
    return [
        _filled(table, np.any([u for u, same in zip(used, row, strict=True) if same], axis=0))
        for table, row in zip(tables, shared, strict=True)
    ]


def _used(plane: Blocks) -> NDArray[np.bool_]:
    """(64,): which coefficients are anything but 0 in some block."""
    blocks = plane.reshape(-1, 64)
    combined = np.bitwise_or.reduce(blocks[len(blocks) // _BESIDE * _BESIDE :], axis=0)
    rows = blocks[: len(blocks) // _BESIDE * _BESIDE].reshape(-1, _BESIDE * 64)
    for at in range(0, len(rows), _ROWS):
        combined |= np.bitwise_or.reduce(np.bitwise_or.reduce(rows[at : at + _ROWS], axis=0).reshape(-1, 64), axis=0)
        if combined.all():
            break
    used: NDArray[np.bool_] = combined != 0
    return used


def _filled(table: Table, used: NDArray[np.bool_]) -> Table:
    filled = table.ravel().copy()
    before = 1
    for place in _ZIGZAG:
        if not used[place]:
            filled[place] = before
        before = int(filled[place])
    return filled.reshape(8, 8)
