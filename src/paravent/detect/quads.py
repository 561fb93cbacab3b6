"""Quadrilaterals: what text and codes are seen as.

A quad is an array of four corners (x, y), shape (4, 2), float32, in order around the shape; the first edge runs along
the reading direction.
"""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from paravent.detect.base import Pixels
from paravent.model.geometry import Box, Polygon

Quad: TypeAlias = NDArray[np.float32]


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
    corners: Quad = cv2.boxPoints(cv2.minAreaRect(points)).astype(np.float32)
    if np.linalg.norm(corners[1] - corners[0]) < np.linalg.norm(corners[2] - corners[1]):
        corners = np.roll(corners, -1, axis=0)
    return corners


def box_quad(box: Box) -> Quad:
    """The corners of a box, from the upper left, clockwise."""
    return np.array(box.outline().points, np.float32)


def polygon(quad: Quad) -> Polygon:
    """As an outline for a detection."""
    return Polygon(tuple((float(x), float(y)) for x, y in quad))


def hull(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """The convex hull of points (n, 2), as corners (m, 2)."""
    corners: NDArray[np.float32] = cv2.convexHull(points)[:, 0]
    return corners


def straightened(pixels: Pixels, quad: Quad, width: int, height: int) -> Pixels:
    """What the quad shows, drawn level: shape (height, width) or (height, width, channels). Edges repeat outside."""
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    flat = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    shown: Pixels = cv2.warpPerspective(
        pixels, flat, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return shown


def shared_area(a: Quad, b: Quad) -> float:
    """Area that two convex quads share, in square pixels."""
    return float(cv2.intersectConvexConvex(a.astype(np.float32), b.astype(np.float32))[0])


def area(quad: Quad) -> float:
    """Square pixels."""
    return float(abs(cv2.contourArea(quad.astype(np.float32))))
