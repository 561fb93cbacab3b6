"""Quadrilaterals: what text and codes are seen as.

A quad is an array of four corners (x, y), shape (4, 2), float32, in order around the shape; the first edge runs along
the reading direction.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paravent.detect.base import Pixels
from paravent.model.geometry import Box, Polygon

Quad: TypeAlias = NDArray[np.float32]
Point: TypeAlias = tuple[float, float]


def sides(quad: Quad) -> tuple[float, float]:
    """Width (along the first edge) and height (along the second), the longer of each two opposite edges, in pixels."""
    edges = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    return float(max(edges[0], edges[2])), float(max(edges[1], edges[3]))


def grown(quad: Quad, across: float, down: float) -> Quad:
    """Moved outwards by `across` pixels at both ends of its width and `down` pixels at both ends of its height."""
    right = _direction(quad[1] - quad[0] + quad[2] - quad[3])
    below = _direction(quad[3] - quad[0] + quad[2] - quad[1])
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
    larger: Quad = quad + signs[:, :1] * right * np.float32(across) + signs[:, 1:] * below * np.float32(down)
    return larger


def _direction(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = vector / np.float32(max(float(np.linalg.norm(vector)), 1e-6))
    return unit


def around(points: NDArray[np.float32]) -> Quad:
    """The smallest rectangle, turned as need be, around points (n, 2); its first edge is the longer one."""
    corners = hull(points).astype(np.float64)
    edges = np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(edges, axis=1)
    along = edges[lengths > 0] / lengths[lengths > 0][:, None] if (lengths > 0).any() else np.array([[1.0, 0.0]])
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    # One side of the smallest rectangle lies on an edge of the hull.
    on_both = np.stack([corners @ along.T, corners @ across.T])
    least, most = on_both.min(axis=1), on_both.max(axis=1)
    best = int(np.argmin((most - least).prod(axis=0)))
    (left, top), (right, bottom) = least[:, best], most[:, best]
    rectangle = np.array([[left, top], [right, top], [right, bottom], [left, bottom]]) @ [along[best], across[best]]
    if right - left < bottom - top:
        rectangle = np.roll(rectangle, -1, axis=0)
    quad: Quad = rectangle.astype(np.float32)
    return quad


def box_quad(box: Box) -> Quad:
    """The corners of a box, from the upper left, clockwise."""
    return np.array(box.outline().points, np.float32)


def polygon(quad: Quad) -> Polygon:
    """As an outline for a detection."""
    return Polygon(tuple((float(x), float(y)) for x, y in quad))


def hull(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """The convex hull of points (n, 2), as corners (m, 2), in order (Andrew's monotone chain)."""
    ordered = sorted({(float(x), float(y)) for x, y in points})
    if len(ordered) < 3:
        return np.array(ordered, np.float32)
    corners = [*_chain(ordered), *_chain(ordered[::-1])]
    return np.array(corners, np.float32)


def _chain(ordered: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """One side of a hull, from the first point to the last, which is left out."""
    side: list[tuple[float, float]] = []
    for x, y in ordered:
        while len(side) > 1 and (side[-1][0] - side[-2][0]) * (y - side[-2][1]) <= (side[-1][1] - side[-2][1]) * (
            x - side[-2][0]
        ):
            side.pop()
        side.append((x, y))
    return side[:-1]


def straightened(pixels: Pixels, quad: Quad, width: int, height: int) -> Pixels:
    """What the quad shows, drawn level: shape (height, width) or (height, width, channels). Edges repeat outside."""
    left, top = np.floor(quad.min(axis=0)).astype(int) - 1
    right, bottom = np.ceil(quad.max(axis=0)).astype(int) + 2
    part = Image.fromarray(_repeated(pixels, left, top, right, bottom))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    # Corners are those of pixels counted from their centres; Pillow counts from their edges.
    steps = _projection(target + 0.5, quad.astype(np.float64) - (left, top) + 0.5)
    shown: Pixels = np.asarray(
        part.transform((width, height), Image.Transform.PERSPECTIVE, steps, Image.Resampling.BILINEAR)
    )
    return shown


def _repeated(pixels: Pixels, left: int, top: int, right: int, bottom: int) -> Pixels:
    """A part of a picture that may reach beyond it, where its edges repeat."""
    height, width = pixels.shape[:2]
    rows, columns = np.clip(np.arange(top, bottom), 0, height - 1), np.clip(np.arange(left, right), 0, width - 1)
    part: Pixels = pixels[rows[:, None], columns]
    return part


def _projection(source: NDArray[np.float64], target: NDArray[np.float64]) -> list[float]:
    """The eight numbers a to h that take (x, y) to (ax + by + c, dx + ey + f) / (gx + hy + 1), four points to four."""
    rows, wanted = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    steps: list[float] = np.linalg.lstsq(np.array(rows), np.array(wanted), rcond=None)[0].tolist()
    return steps


def shared_area(a: Quad, b: Quad) -> float:
    """Area that two convex quads share, in square pixels."""
    if (a.max(axis=0) <= b.min(axis=0)).any() or (b.max(axis=0) <= a.min(axis=0)).any():
        return 0.0
    left = [(float(x), float(y)) for x, y in a]
    corners = [(float(x), float(y)) for x, y in (b if _signed_area(b) >= 0 else b[::-1])]
    for k, corner in enumerate(corners):
        left = _within(left, corner, corners[(k + 1) % len(corners)])
    return abs(_signed_area(np.array(left))) if len(left) > 2 else 0.0


def _within(points: list[Point], start: Point, end: Point) -> list[Point]:
    """What of a polygon lies on the inner side of a line (Sutherland and Hodgman)."""
    inside = [(end[0] - start[0]) * (y - start[1]) - (end[1] - start[1]) * (x - start[0]) for x, y in points]
    kept = []
    for k, (point, depth) in enumerate(zip(points, inside, strict=True)):
        other, beyond = points[k - 1], inside[k - 1]
        if (depth >= 0) != (beyond >= 0):
            share = beyond / (beyond - depth)
            kept.append((other[0] + share * (point[0] - other[0]), other[1] + share * (point[1] - other[1])))
        if depth >= 0:
            kept.append(point)
    return kept


def area(quad: Quad) -> float:
    """Square pixels."""
    return abs(_signed_area(quad))


def _signed_area(points: NDArray[np.floating]) -> float:
    x, y = points[:, 0].astype(np.float64), points[:, 1].astype(np.float64)
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
