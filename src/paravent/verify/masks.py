"""What a plan says is painted, as pixels: verification's own raster, written apart from the one that paints.

Everything is computed here but one choice: which of the pixels that the outline of a polygon comes near to are painted.
Pillow chooses on both sides, for that differs from version to version. What must be painted and what may be is told here,
so that whatever it draws too little or too much of makes both sides differ.
Coordinates as in `model.geometry`.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from paravent.model.geometry import Box, Ellipse, Polygon, Shape, scale, shift

Mask: TypeAlias = NDArray[np.bool_]
Window: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom

_SAMPLED = 32  # points along each side of a box of which a share is told


def painted(shapes: tuple[Shape, ...], width: int, height: int) -> Mask:
    """Pixels that any of the shapes touches, (height, width)."""
    mask = np.zeros((height, width), np.bool_)
    for shape in shapes:
        left, top, right, bottom = window_of(shape, width, height, 1)
        if left < right and top < bottom:
            mask[top:bottom, left:right] |= _cells(shape, (left, top, right, bottom), 1, 1)
    return mask


def painted_cells(shapes: tuple[Shape, ...], width: int, height: int, across: int, down: int) -> Mask:
    """Cells of across x down pixels that any of the shapes touches, those that reach beyond the edges included."""
    columns, rows = -(-width // across), -(-height // down)
    mask = np.zeros((rows, columns), np.bool_)
    for shape in shapes:
        wide, high = columns * across, rows * down
        left, top, right, bottom = window_of(shape, wide, high, math.lcm(across, down))
        if left < right and top < bottom:
            place = mask[top // down : bottom // down, left // across : right // across]
            place |= _cells(shape, (left, top, right, bottom), across, down)
    return mask


def painted_in(shapes: tuple[Shape, ...], window: Window) -> Mask:
    """Pixels of a window that any of the shapes touches, (bottom - top, right - left)."""
    left, top, right, bottom = window
    mask = np.zeros((bottom - top, right - left), np.bool_)
    for shape in shapes:
        mask |= _cells(shape, window, 1, 1)
    return mask


def painted_share(place: Shape | Box, shapes: tuple[Shape, ...], cell: tuple[int, int] = (1, 1)) -> float:
    """Share of a place that is painted, 0 to 1. cell: of a grid whose cells are painted whole; counts for boxes only.

    Else it is sampled at 32 x 32 points of its bounds.
    """
    if isinstance(place, Box) and cell != (1, 1):
        return _share_of_cells(place, shapes, cell)
    outline = place.outline() if isinstance(place, Box) else place
    box = outline.bounds()
    factors = _SAMPLED / max(box.w, 1e-6), _SAMPLED / max(box.h, 1e-6)
    own, *rest = (scale(shift(one, -box.x, -box.y), *factors) for one in (outline, *shapes))
    inside = painted((own,), _SAMPLED, _SAMPLED)
    return float(painted(tuple(rest), _SAMPLED, _SAMPLED)[inside].mean()) if inside.any() else 0.0


def _share_of_cells(box: Box, shapes: tuple[Shape, ...], cell: tuple[int, int]) -> float:
    (left, across), (top, down) = _parts(box.x, box.w, cell[0]), _parts(box.y, box.h, cell[1])
    moved = tuple(shift(shape, -left, -top) for shape in shapes)
    cells = painted_cells(moved, len(across) * cell[0], len(down) * cell[1], *cell)
    return float(down @ cells @ across / max(box.area, 1e-6))


def _parts(start: float, length: float, cell: int) -> tuple[int, NDArray[np.float64]]:
    """Where the first cell begins that an interval touches, and how much of it lies in each cell from there."""
    first = math.floor(start / cell)
    edges = np.arange(first, math.ceil((start + length) / cell) + 1) * cell
    return first * cell, np.clip(np.minimum(edges[1:], start + length) - np.maximum(edges[:-1], start), 0, None)


def window_of(shape: Shape, width: int, height: int, grid: int) -> Window:
    """The pixels around a shape, a pixel further than it reaches, in whole multiples of `grid`, within width x height."""
    box = shape.bounds()
    left, top = (max(0, math.floor((side - 1) / grid) * grid) for side in (box.x, box.y))
    right = min(width, math.ceil((box.x + box.w + 1) / grid) * grid)
    return left, top, right, min(height, math.ceil((box.y + box.h + 1) / grid) * grid)


def _cells(shape: Shape, window: Window, across: int, down: int) -> Mask:
    """The cells of a window that a shape touches."""
    left, top, right, bottom = window
    if isinstance(shape, Ellipse):
        first, last = _spans(shape, window)
        columns = np.arange((right - left) // across)
        rows = (first // across)[:, None] <= columns
        rows &= columns <= (last // across)[:, None]
        return rows if down == 1 else np.logical_or.reduceat(rows, np.arange(0, bottom - top, down))
    pixels = _polygon(shape, window)
    if across == down == 1:
        return pixels
    by_row = np.logical_or.reduceat(pixels, np.arange(0, bottom - top, down))
    return np.asarray(np.logical_or.reduceat(by_row, np.arange(0, right - left, across), axis=1))


def _spans(shape: Ellipse, window: Window) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last column of a window that an ellipse touches in each of its rows; first > last where it touches none.

    A pixel is touched if its centre lies in the ellipse grown by half a pixel. With half axes a and b, and u and v along
    them, u^2 / a^2 + v^2 / b^2 <= 1 is a quadratic inequality of the column in each row.
    """
    left, top, right, bottom = window
    turn = math.radians(shape.angle)
    cos, sin = math.cos(turn), math.sin(turn)
    of_a, of_b = (shape.rx + 0.5) ** -2.0, (shape.ry + 0.5) ** -2.0
    square, mixed = of_a * cos * cos + of_b * sin * sin, (of_a - of_b) * cos * sin
    rows = np.arange(top, bottom) + (0.5 - shape.y)
    under_root = square - of_a * of_b * rows * rows
    touched = under_root >= 0
    root = np.sqrt(np.where(touched, under_root, 0))
    centre = shape.x - 0.5 - left
    first = np.ceil(centre - (mixed * rows + root) / square)
    last = np.floor(centre + (root - mixed * rows) / square)
    touched &= (first <= last) & (last >= 0) & (first < right - left)
    begin = np.where(touched, np.maximum(first, 0), right - left).astype(np.int64)
    return begin, np.where(touched, np.minimum(last, right - left - 1), -1).astype(np.int64)


def _polygon(shape: Polygon, window: Window) -> Mask:
    left, top, right, bottom = window
    corners = [(math.floor(x - left), math.floor(y - top)) for x, y in shape.points]
    image = Image.new("1", (right - left, bottom - top))
    ImageDraw.Draw(image).polygon(corners, fill=1, outline=1)
    drawn = np.array(image, np.bool_)
    return _enclosed(corners, drawn.shape) | drawn & _near(corners, drawn.shape)


def _enclosed(corners: list[tuple[int, int]], size: tuple[int, ...]) -> Mask:
    """Pixels that a polygon winds round: they must be painted."""
    mask = np.zeros(size, np.bool_)
    for row, crossings in _crossings(corners, size[0]).items():
        winding = 0
        for (x, turn), (following, _) in pairwise(sorted(crossings)):
            winding += turn
            if winding:
                mask[row, max(0, math.ceil(x)) : max(0, math.ceil(following))] = True
    return mask


def _near(corners: list[tuple[int, int]], size: tuple[int, ...]) -> Mask:
    """Pixels no further than one from where the outline of a polygon runs: they may be painted."""
    height, width = size
    changes = np.zeros((height, width + 1), np.int32)  # 1 where a run of pixels begins, -1 behind it
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        rows = np.arange(max(0, min(y0, y1) - 1), min(height, max(y0, y1) + 2))
        # The part of the edge within one row above and below.
        ends = np.clip(np.stack([rows - 1, rows + 1]), min(y0, y1), max(y0, y1))
        across = x0 + (ends - y0) * ((x1 - x0) / (y1 - y0)) if y0 != y1 else np.array([[x0], [x1]]).repeat(len(rows), 1)
        begin, end = np.floor(across.min(axis=0)) - 1, np.ceil(across.max(axis=0)) + 2
        np.add.at(changes, (rows, np.clip(begin, 0, width).astype(np.int64)), 1)
        np.add.at(changes, (rows, np.clip(end, 0, width).astype(np.int64)), -1)
    near: Mask = np.cumsum(changes[:, :width], axis=1) > 0
    return near


def _crossings(corners: list[tuple[int, int]], height: int) -> dict[int, list[tuple[float, int]]]:
    """Where a closed outline crosses each row, and which way: 1 downwards, -1 upwards."""
    found: dict[int, list[tuple[float, int]]] = {}
    for i, (x, y) in enumerate(corners):
        before_x, before_y = corners[i - 1]
        slope = (x - before_x) / (y - before_y) if y != before_y else 0.0
        for row in range(max(0, min(y, before_y)), min(height, max(y, before_y))):
            found.setdefault(row, []).append((before_x + (row - before_y) * slope, 1 if y > before_y else -1))
    return found
