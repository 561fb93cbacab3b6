"""Shapes as pixels: rasters, and shares of what they cover. Coordinates as in `model.geometry`."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from paravent.model.geometry import Box, Ellipse, Shape, scale, shift

Mask: TypeAlias = NDArray[np.bool_]


def raster(shape: Shape, width: int, height: int, left: int = 0, top: int = 0) -> Mask:
    """Pixels touched by the shape, as a bool mask (height, width) whose first pixel is (left, top).

    An ellipse is grown by half a pixel so that a pixel it only grazes counts; a polygon's outline counts too, and all that
    an outline winds round, however often it crosses itself.
    """
    if isinstance(shape, Ellipse):
        columns = np.arange(width, dtype=np.int32)
        first, last = _rows(shape, height, left, top)
        inside: Mask = (first[:, None] <= columns) & (columns <= last[:, None])
        return inside
    image = Image.new("1", (width, height))
    points = [(math.floor(x - left), math.floor(y - top)) for x, y in shape.points]
    ImageDraw.Draw(image).polygon(points, fill=1, outline=1)
    return np.asarray(image, dtype=np.bool_) | _wound_round(points, width, height)


def _wound_round(points: list[tuple[int, int]], width: int, height: int) -> Mask:
    """Pixels that a closed outline winds round (the non-zero rule). Pillow leaves holes in one that crosses itself."""
    turns = np.zeros((height, width + 1), dtype=np.int32)
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
        rows = np.arange(max(0, min(y0, y1)), min(height, max(y0, y1)))
        if rows.size:
            crossed = np.ceil(x0 + (rows - y0) * ((x1 - x0) / (y1 - y0))).astype(np.int64)
            turns[rows, np.clip(crossed, 0, width)] += 1 if y1 > y0 else -1
    inside: Mask = np.cumsum(turns[:, :width], axis=1) != 0
    return inside


def _rows(shape: Ellipse, height: int, left: int, top: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """First and last pixel, counted from `left`, that an ellipse touches in each row from `top`; the last is before the
    first, or -1, where it touches none."""
    across, along = (shape.rx + 0.5) ** -2.0, (shape.ry + 0.5) ** -2.0
    cos, sin = math.cos(math.radians(shape.angle)), math.sin(math.radians(shape.angle))
    # The pixels' centres (x, y) within fulfil xx * x^2 + 2 * xy * x * y + yy * y^2 <= 1.
    xx, xy = across * cos * cos + along * sin * sin, (across - along) * cos * sin
    y = np.arange(top, top + height) + (0.5 - shape.y)
    half = xx - across * along * y * y  # a quarter of the discriminant
    reach = np.sqrt(np.maximum(half, 0))
    begin = shape.x - 0.5 - left
    first, last = np.ceil(begin - (xy * y + reach) / xx), np.floor(begin + (reach - xy * y) / xx)
    last[half < 0] = -math.inf
    most = (1 << 31) - 1
    first, last = (np.minimum(np.maximum(side, -1), most).astype(np.int32) for side in (first, last))
    return first, last


def pixel_window(shape: Shape, width: int, height: int, grid: int = 1, ring: int = 0) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the pixels around a shape, clipped to width x height.

    Aligned outwards to multiples of `grid` pixels and grown by `ring` pixels first. Empty (left >= right or
    top >= bottom) when the shape lies outside.
    """
    box = shape.bounds()
    left = max(0, math.floor((box.x - 1 - ring) / grid) * grid)
    top = max(0, math.floor((box.y - 1 - ring) / grid) * grid)
    right = min(width, math.ceil((box.x + box.w + 1 + ring) / grid) * grid)
    bottom = min(height, math.ceil((box.y + box.h + 1 + ring) / grid) * grid)
    return left, top, right, bottom


def union_mask(shapes: tuple[Shape, ...], width: int, height: int) -> Mask:
    """Pixels touched by any of the shapes, (height, width) bool."""
    mask = np.zeros((height, width), dtype=np.bool_)
    for shape in shapes:
        left, top, right, bottom = pixel_window(shape, width, height)
        if left < right and top < bottom:
            mask[top:bottom, left:right] |= raster(shape, right - left, bottom - top, left, top)
    return mask


def grid_mask(shapes: tuple[Shape, ...], width: int, height: int, cell_width: int, cell_height: int) -> Mask:
    """Cells of a grid that any of the shapes touches, (ceil(height / cell_height), ceil(width / cell_width)) bool."""
    rows, columns = -(-height // cell_height), -(-width // cell_width)
    mask = np.zeros((rows, columns), dtype=np.bool_)
    for shape in shapes:
        left, top, right, bottom = pixel_window(
            shape, columns * cell_width, rows * cell_height, math.lcm(cell_width, cell_height)
        )
        right, bottom = min(right, columns * cell_width), min(bottom, rows * cell_height)
        if left < right and top < bottom:
            here = mask[top // cell_height : bottom // cell_height, left // cell_width : right // cell_width]
            here |= _touched(shape, right - left, bottom - top, left, top, cell_width, cell_height)
    return mask


def _touched(shape: Shape, width: int, height: int, left: int, top: int, cell_width: int, cell_height: int) -> Mask:
    """Cells that a shape touches of a grid from (left, top); width, height: in pixels, of whole cells."""
    if isinstance(shape, Ellipse):
        # It is convex: what it touches in a row of cells has no gaps.
        first, last = (side.reshape(-1, cell_height) for side in _rows(shape, height, left, top))
        empty = last < np.maximum(first, 0)
        begin = np.where(empty, width, first).min(axis=1) // cell_width
        end = np.where(empty, -1, last).max(axis=1) // cell_width
        columns = np.arange(width // cell_width)
        touched: Mask = (begin[:, None] <= columns) & (columns <= end[:, None])
        return touched
    pixels = raster(shape, width, height, left, top)
    cells = pixels.reshape(height // cell_height, cell_height, width // cell_width, cell_width)
    return np.asarray(cells.any(axis=(1, 3)))


def covered_share(box: Box, shapes: tuple[Shape, ...], cell: tuple[int, int] = (1, 1)) -> float:
    """Share of a box's area that is painted, 0 to 1.

    cell: width and height of the cells of a grid from (0, 0) that are painted whole if a shape touches them. Single pixels
    are sampled at 32 x 32 points.
    """
    if cell == (1, 1):
        return share_within(box.outline(), shapes)
    left, across = _overlaps(box.x, box.w, cell[0])
    top, down = _overlaps(box.y, box.h, cell[1])
    shapes = tuple(shift(shape, -left, -top) for shape in shapes)
    painted = grid_mask(shapes, len(across) * cell[0], len(down) * cell[1], *cell)
    return float(down @ painted @ across / max(box.area, 1e-6))


def share_within(shape: Shape, others: tuple[Shape, ...]) -> float:
    """Share of a shape's own area that others cover, 0 to 1, sampled at 32 x 32 points of its bounds."""
    box = shape.bounds()
    fx, fy = _SAMPLED / max(box.w, 1e-6), _SAMPLED / max(box.h, 1e-6)
    own, *rest = (scale(shift(one, -box.x, -box.y), fx, fy) for one in (shape, *others))
    mask = raster(own, _SAMPLED, _SAMPLED)
    return float(union_mask(tuple(rest), _SAMPLED, _SAMPLED)[mask].mean()) if mask.any() else 0.0


_SAMPLED = 32


def _overlaps(start: float, length: float, cell: int) -> tuple[int, NDArray[np.float64]]:
    """Where the first cell begins that an interval touches, and the length it shares with each cell from there."""
    first = math.floor(start / cell)
    edges = np.arange(first, math.ceil((start + length) / cell) + 1) * cell
    shared = np.minimum(edges[1:], start + length) - np.maximum(edges[:-1], start)
    return first * cell, np.maximum(shared, 0.0)


def face_shape(box: Box, margin: float, landmarks: tuple[tuple[float, float], ...] = ()) -> Ellipse:
    """The ellipse that covers a head whose face box was detected.

    margin: the ellipse's size over the box's. landmarks: right eye, left eye, ...; a face tilted by more than 15 degrees
    gets an ellipse turned with it, whose own box has the area of the face box times margin squared.
    """
    x, y = box.x + box.w / 2, box.y + box.h / 2
    tilt = _tilt(landmarks)
    if abs(tilt) <= 15:
        return Ellipse(x, y, box.w * margin / 2, box.h * margin / 2)
    unit = Ellipse(0, 0, 1, _FACE_ASPECT, tilt).bounds()
    radius = math.sqrt(box.area / unit.area) * margin
    return Ellipse(x, y, radius, radius * _FACE_ASPECT, tilt)


# Median height over width of the marked boxes of upright faces in common face sets is 1.2 to 1.35.
_FACE_ASPECT = 1.25


def _tilt(landmarks: tuple[tuple[float, float], ...]) -> float:
    """Clockwise roll of the head in degrees, from the line between the eyes; 0 without landmarks."""
    if len(landmarks) < 2:
        return 0.0
    (rx, ry), (lx, ly) = landmarks[:2]
    if math.hypot(lx - rx, ly - ry) < 1e-3:
        return 0.0
    return math.degrees(math.atan2(ly - ry, lx - rx))
