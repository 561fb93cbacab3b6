"""How the camera moved from one frame to the next: what stands still in the world moves so through the picture.

The similarity (pan, zoom, turn) under which two small pictures agree best, found by gradients in blocks from coarse to fine
(Lucas and Kanade, 1981). Blocks that move otherwise count less in each step (iteratively reweighted least squares).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from paravent.video.tracking.small import COARSE, HALVED, Floats, Small

_BLOCK = 8  # pixels of a block's side, as compared
_PEAKS = 2  # of phase correlation that are tried
_REWEIGHTED = 3  # times a step is solved
_SMOOTH = 1.0  # grey values squared a pixel that noise brings
_RIDGE = np.diag([1e-2, 1e-2, 1e-5, 1e-5])  # so that a picture without pattern stands still


@dataclass(frozen=True, slots=True)
class Camera:
    """(x, y), pixels of the frame, goes to (x, y) + zoom * (x, y) + turn * (-y, x) + shift."""

    zoom: float = 0.0
    turn: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """How what is at (x, y) moves if it stands still in the world: (dx, dy)."""
        return self.zoom * x - self.turn * y + self.shift[0], self.turn * x + self.zoom * y + self.shift[1]

    def carried(self, row: Floats) -> Floats:
        """Where a place is in the next frame if it stands still in the world: centre x, y, width, height."""
        dx, dy = self.at(float(row[0]), float(row[1]))
        return np.array([row[0] + dx, row[1] + dy, row[2] * self.scale, row[3] * self.scale], np.float32)

    @property
    def scale(self) -> float:
        """How much larger things become."""
        return math.hypot(1 + self.zoom, self.turn)

    def back(self) -> Camera:
        """From the later frame to the earlier one."""
        whole = complex(1 + self.zoom, self.turn)
        inverse = 1 / whole - 1
        shift = -complex(*self.shift) / whole
        return Camera(inverse.real, inverse.imag, (shift.real, shift.imag))


def between(before: Small, after: Small) -> Camera:
    """How the camera moved from one frame of a scene to the next."""
    if min(before.coarse.shape) < _BLOCK:
        return Camera()
    x, y = min(_shifts(before, after), key=lambda shift: _apart(before.coarse, after.coarse, *shift))
    found = np.array([0.0, 0.0, x * COARSE, y * COARSE])
    for level, old, new in ((COARSE, before.coarse, after.coarse), (HALVED, before.halved, after.halved)):
        found = _step(old, new, level, found)
    zoom, turn, dx, dy = found.tolist()
    x, y = before.width / 2, before.height / 2  # what was found counts from the middle
    shift = dx - zoom * x + turn * y, dy - turn * x - zoom * y
    return Camera(zoom, turn, (shift[0] / before.factor, shift[1] / before.factor))


def _shifts(before: Small, after: Small) -> list[tuple[int, int]]:
    """How the whole picture may move, in pixels of the coarse one: not at all, or to a peak of phase correlation (Kuglin
    and Hines, 1975). Something that moves in front can have the highest."""
    cross = after.spectrum * np.conj(before.spectrum)
    surface = np.fft.irfft2(cross / np.maximum(np.abs(cross), 1e-6), s=before.coarse.shape)
    rows, columns = surface.shape
    found = [(0, 0)]
    for _ in range(_PEAKS):
        row, column = divmod(int(surface.argmax()), columns)
        y, x = (row + rows // 2) % rows - rows // 2, (column + columns // 2) % columns - columns // 2
        if abs(x) <= columns // 4 and abs(y) <= rows // 4:
            found.append((x, y))
        surface[np.ix_([(row + i) % rows for i in (-1, 0, 1)], [(column + i) % columns for i in (-1, 0, 1)])] = 0
    return list(dict.fromkeys(found))


def _apart(before: Floats, after: Floats, x: int, y: int) -> float:
    """How different most blocks of two pictures are where the second is moved so far (a measure)."""
    rows, columns = before.shape[0] - abs(y), before.shape[1] - abs(x)
    old = before[max(0, -y) : max(0, -y) + rows, max(0, -x) : max(0, -x) + columns]
    error = after[max(0, y) : max(0, y) + rows, max(0, x) : max(0, x) + columns] - old
    return float(np.median(_by_block(np.abs(error - error.mean()))))


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """A picture's places, in pixels of the small picture counted from its middle. x, y: of the columns and rows. ways: how
    each block moves with zoom, turn and shift, (blocks, 2, 4)."""

    x: Floats
    y: Floats
    ways: NDArray[np.float64]


@lru_cache(maxsize=8)
def _grid(rows: int, columns: int, level: int) -> _Grid:
    """Of a picture of that size. level: pixels of the small picture for each of its own."""
    x = ((np.arange(columns, dtype=np.float32) + 0.5) - columns / 2) * level
    y = ((np.arange(rows, dtype=np.float32) + 0.5) - rows / 2) * level
    across, down = (one.ravel() for one in np.meshgrid(_centres(x), _centres(y)))
    one, zero = np.ones_like(across), np.zeros_like(across)
    ways = [np.stack([across, -down, one, zero], axis=1), np.stack([down, across, zero, one], axis=1)]
    return _Grid(x, y, np.stack(ways, axis=1).astype(np.float64))


def _step(before: Floats, after: Floats, level: int, found: NDArray[np.float64]) -> NDArray[np.float64]:
    """A better estimate than `found`: zoom, turn and shift (x, y), in pixels of the small picture counted from its middle.

    level: pixels of the small picture for each of these.
    """
    rows, columns = before.shape
    grid = _grid(rows, columns, level)
    zoom, turn, dx, dy = (np.float32(value) for value in found)
    there_x = (grid.x * (1 + zoom) + dx)[None, :] - (turn * grid.y)[:, None]
    there_y = (grid.y * (1 + zoom) + dy)[:, None] + (turn * grid.x)[None, :]
    moved, inside = sampled(after, there_x / level + (columns / 2 - 0.5), there_y / level + (rows / 2 - 0.5))
    error = as_bright(moved, before, inside) - before
    down, across = np.gradient(before)
    across, down, error = across * inside / level, down * inside / level, error * inside
    sums = [_by_block(a * b) for a, b in ((across, across), (across, down), (down, down), (across, error), (down, error))]
    return found + _solved(sums, _by_block(error * error), grid.ways)


def sampled(picture: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The picture at places (bilinear), and 1 where they are inside."""
    rows, columns = picture.shape
    inside = ((x >= 0) & (x <= columns - 1) & (y >= 0) & (y <= rows - 1)).astype(np.float32)
    left = np.clip(x.astype(np.intp), 0, columns - 2)
    top = np.clip(y.astype(np.intp), 0, rows - 2)
    right_share, lower_share = np.clip(x - left, 0, 1), np.clip(y - top, 0, 1)
    flat, at = picture.ravel(), top * columns + left
    upper = flat[at] * (1 - right_share) + flat[at + 1] * right_share
    lower = flat[at + columns] * (1 - right_share) + flat[at + columns + 1] * right_share
    return upper * (1 - lower_share) + lower * lower_share, inside


def as_bright(moved: Floats, before: Floats, inside: Floats) -> Floats:
    """As bright and as rich in contrast as before: light comes and goes."""
    count = max(float(inside.sum()), 1.0)
    mean, wanted = float((moved * inside).sum()) / count, float((before * inside).sum()) / count
    spread = float((np.square(moved - mean) * inside).sum())
    wanted_spread = float((np.square(before - wanted) * inside).sum())
    return (moved - mean) * np.float32(np.sqrt(wanted_spread / max(spread, 1.0))) + wanted


def _by_block(values: Floats) -> NDArray[np.float64]:
    rows, columns = (side // _BLOCK for side in values.shape)
    cut = values[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns * _BLOCK)
    # One axis after the other is three times as fast.
    sums: NDArray[np.float64] = cut.sum(axis=1).reshape(rows, columns, _BLOCK).sum(axis=2, dtype=np.float64)
    return sums


def _centres(places: Floats) -> Floats:
    count = len(places) // _BLOCK
    centres: Floats = places[: count * _BLOCK].reshape(count, _BLOCK).mean(axis=1)
    return centres


def _solved(sums: list[NDArray[np.float64]], errors: NDArray[np.float64], ways: NDArray[np.float64]) -> NDArray[np.float64]:
    xx, xy, yy, xe, ye = (one.ravel() for one in sums)
    square = np.stack([np.stack([xx, xy], axis=1), np.stack([xy, yy], axis=1)], axis=1)
    right = np.stack([xe, ye], axis=1)
    turned = ways.transpose(0, 2, 1)
    normal = (turned @ square @ ways).reshape(-1, 16)
    wanted = (turned @ right[:, :, None])[:, :, 0]
    texture = xx + yy + _SMOOTH * _BLOCK * _BLOCK
    weights = 1 / texture  # each block has one vote, however rich in contrast
    for _ in range(_REWEIGHTED):
        solved = np.linalg.solve((weights @ normal).reshape(4, 4) + _RIDGE, weights @ wanted)
        step: NDArray[np.float64] = np.negative(solved, dtype=np.float64)
        moved = ways @ step
        nearer = 2 * right + (square @ moved[:, :, None])[:, :, 0]
        astray = (errors.ravel() + (nearer * moved).sum(axis=1)) / texture
        middle = float(np.partition(astray, len(astray) // 2)[len(astray) // 2])
        weights = 1 / (texture * (1 + np.square(astray / (2 * middle + 1e-3))))
    return step
