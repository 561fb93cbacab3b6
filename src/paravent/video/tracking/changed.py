"""Where a frame differs from the one before otherwise than by the camera: what moves by itself, appears or goes.

Both are compared as small grey pictures, the later one moved back as the camera moved. What lies at an edge differs by that
alone where the movement is not found to a part of a pixel: a place must differ by more the richer its pattern is in both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paravent.video.tracking.camera import Camera, as_bright, sampled
from paravent.video.tracking.small import HALVED, Floats, Small

_DIFFERENCE = 8.0  # grey values (0 to 255) by which a place without pattern must differ,
_PATTERNED = 0.6  # and this share of its grey values' range more
_CELL, _LEAST = 4, 2  # pixels of a cell's side, as compared; how many of them must differ
_MOST = 24  # places that are told apart in one frame


def places(before: Small, after: Small, moved: Camera) -> Floats:
    """The places in the later frame: left, top, right, bottom, pixels of the frame, (n, 4).

    moved: how the camera did.
    """
    cells = _cells(before, after, moved)
    side = _CELL * HALVED / before.factor
    boxes = np.array(_boxes(cells), np.float32).reshape(-1, 4) * np.float32(side)
    shift = np.array([moved.at(*(box[:2] + box[2:]) / 2) for box in boxes], np.float32).reshape(-1, 2)
    return boxes + np.tile(shift, 2)


def share(row: Floats, boxes: Floats) -> float:
    """The largest share of a place (centre x, y, width, height) that lies in one of the boxes (n, 4), of corners."""
    low, high = row[:2] - row[2:4] / 2, row[:2] + row[2:4] / 2
    common = np.maximum(np.minimum(high, boxes[:, 2:]) - np.maximum(low, boxes[:, :2]), 0).prod(axis=1)
    return float(common.max(initial=0) / max(float(row[2] * row[3]), 1e-6))


def _cells(before: Small, after: Small, moved: Camera) -> NDArray[np.bool_]:
    """Which cells of the earlier frame differ."""
    old, step = before.halved, HALVED / before.factor  # pixels of the frame for each of these
    rows, columns = old.shape
    x = (np.arange(columns, dtype=np.float32) + 0.5) * step
    y = (np.arange(rows, dtype=np.float32) + 0.5) * step
    there_x: Floats = (x * (1 + moved.zoom) + moved.shift[0])[None, :] - (y * moved.turn)[:, None]
    there_y: Floats = (y * (1 + moved.zoom) + moved.shift[1])[:, None] + (x * moved.turn)[None, :]
    new, inside = sampled(after.halved, there_x / np.float32(step) - 0.5, there_y / np.float32(step) - 0.5)
    new = as_bright(new, old, inside)
    pattern = np.minimum(_range(old), _range(new))
    differs = (np.abs(new - old) > _DIFFERENCE + _PATTERNED * pattern) & (inside > 0)
    rows, columns = rows // _CELL, columns // _CELL
    cut = differs[: rows * _CELL, : columns * _CELL].reshape(rows, _CELL, columns, _CELL)
    found: NDArray[np.bool_] = cut.sum(axis=(1, 3)) >= _LEAST
    return found


def _range(picture: Floats) -> Floats:
    """Of the grey values around each pixel."""
    padded = np.pad(picture, 1, mode="edge")
    rows = padded[:-2], padded[1:-1], padded[2:]
    high, low = np.maximum(np.maximum(*rows[:2]), rows[2]), np.minimum(np.minimum(*rows[:2]), rows[2])
    highest = np.maximum(np.maximum(high[:, :-2], high[:, 1:-1]), high[:, 2:])
    lowest = np.minimum(np.minimum(low[:, :-2], low[:, 1:-1]), low[:, 2:])
    spread: Floats = highest - lowest
    return spread


def _boxes(cells: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Left, top, right, bottom of what hangs together, a gap of one cell allowed; one box of all where they are many."""
    left = cells.copy()
    boxes: list[tuple[int, int, int, int]] = []
    while left.any():
        if len(boxes) == _MOST:
            boxes = [_bounds(cells)]
            break
        y, x = divmod(int(left.argmax()), left.shape[1])
        box = (x, y, x + 1, y + 1)
        while True:
            x, y = max(0, box[0] - 2), max(0, box[1] - 2)
            grown = _bounds(left[y : box[3] + 2, x : box[2] + 2])
            grown = (grown[0] + x, grown[1] + y, grown[2] + x, grown[3] + y)
            if grown == box:
                break
            box = grown
        left[box[1] : box[3], box[0] : box[2]] = False
        boxes.append(box)
    return boxes


def _bounds(cells: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of those that are set."""
    rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
