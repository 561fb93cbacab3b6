"""Shapes in a picture, and how they are moved, scaled and turned.

Coordinates are pixels; the origin is the outer corner of the first pixel, x to the right, y down, so that the centre of
the first pixel is (0.5, 0.5). "Upright" is the picture as a person sees it, "stored" as the file keeps it; EXIF
orientation 1 to 8 leads from one to the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np


@dataclass(frozen=True, slots=True)
class Box:
    """Axis-aligned rectangle: left, top, width, height in pixels."""

    x: float
    y: float
    w: float
    h: float

    @property
    def area(self) -> float:
        """Pixels covered; 0 for an empty box."""
        return max(0.0, self.w) * max(0.0, self.h)

    def outline(self) -> Polygon:
        """Its four corners."""
        right, bottom = self.x + self.w, self.y + self.h
        return Polygon(((self.x, self.y), (right, self.y), (right, bottom), (self.x, bottom)))


@dataclass(frozen=True, slots=True)
class Ellipse:
    """Ellipse with centre (x, y), half axes rx and ry, turned clockwise by `angle` degrees."""

    x: float
    y: float
    rx: float
    ry: float
    angle: float = 0.0

    def bounds(self) -> Box:
        """The smallest axis-aligned box around it."""
        a = math.radians(self.angle)
        w = math.hypot(self.rx * math.cos(a), self.ry * math.sin(a))
        h = math.hypot(self.rx * math.sin(a), self.ry * math.cos(a))
        return Box(self.x - w, self.y - h, 2 * w, 2 * h)


@dataclass(frozen=True, slots=True)
class Polygon:
    """Closed outline through (x, y) points, and all that it winds round."""

    points: tuple[tuple[float, float], ...]

    def bounds(self) -> Box:
        """The smallest axis-aligned box around it."""
        xs, ys = zip(*self.points, strict=True)
        return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


Shape: TypeAlias = Ellipse | Polygon


@dataclass(frozen=True, slots=True)
class Region:
    """Where in the picture a finding is seen and covered.

    kind: one of `detect.base.KINDS`, or "drawn" by a human. score: 0 to 1, the detector's; 1 for a human's. doubtful:
    between the two thresholds after the second look. page: index of the picture in its file. style: name of the style a
    human chose, "" for what the policy says of this kind.
    """

    shape: Shape
    kind: str = "face"
    score: float = 1.0
    doubtful: bool = False
    page: int = 0
    style: str = ""


def overlap(a: Box, b: Box) -> float:
    """Area that two boxes share over the area of both together, 0 to 1."""
    width = min(a.x + a.w, b.x + b.w) - max(a.x, b.x)
    height = min(a.y + a.h, b.y + b.h) - max(a.y, b.y)
    common = max(0.0, width) * max(0.0, height)
    return common / max(a.area + b.area - common, 1e-6)


def shift(shape: Shape, dx: float, dy: float) -> Shape:
    """The shape moved by (dx, dy) pixels."""
    if isinstance(shape, Ellipse):
        return replace(shape, x=shape.x + dx, y=shape.y + dy)
    return Polygon(tuple((x + dx, y + dy) for x, y in shape.points))


def scale(shape: Shape, fx: float, fy: float) -> Shape:
    """The shape with coordinates multiplied by fx and fy; a tilted ellipse under unequal factors stays an ellipse."""
    if isinstance(shape, Polygon):
        return Polygon(tuple((x * fx, y * fy) for x, y in shape.points))
    if shape.angle == 0 or fx == fy:
        return replace(shape, x=shape.x * fx, y=shape.y * fy, rx=shape.rx * fx, ry=shape.ry * fy)
    a = math.radians(shape.angle)
    axes = np.array([[shape.rx * math.cos(a), -shape.ry * math.sin(a)], [shape.rx * math.sin(a), shape.ry * math.cos(a)]])
    # The image of the unit circle under a linear map: its half axes are the singular values.
    u, (rx, ry), _ = np.linalg.svd(np.diag([fx, fy]) @ axes)
    return Ellipse(shape.x * fx, shape.y * fy, float(rx), float(ry), math.degrees(math.atan2(u[1, 0], u[0, 0])))


# EXIF 2.32, 4.6.4 A, Orientation. (xx, xy, x1, yx, yy, y1): upright x = xx * x + xy * y + x1, upright y likewise, where
# x1 and y1 are nothing, the stored width or the stored height.
_TO_UPRIGHT: dict[int, tuple[int, int, str, int, int, str]] = {
    1: (1, 0, "", 0, 1, ""),
    2: (-1, 0, "w", 0, 1, ""),
    3: (-1, 0, "w", 0, -1, "h"),
    4: (1, 0, "", 0, -1, "h"),
    5: (0, 1, "", 1, 0, ""),
    6: (0, -1, "h", 1, 0, ""),
    7: (0, -1, "h", -1, 0, "w"),
    8: (0, 1, "", -1, 0, "w"),
}
_INVERSE = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}


def to_upright(shape: Shape, orientation: int, width: int, height: int) -> Shape:
    """A shape in stored pixels (of a picture stored as width x height) as upright pixels."""
    xx, xy, x1, yx, yy, y1 = _TO_UPRIGHT[orientation]
    size = {"": 0, "w": width, "h": height}

    def point(x: float, y: float) -> tuple[float, float]:
        return xx * x + xy * y + size[x1], yx * x + yy * y + size[y1]

    if isinstance(shape, Polygon):
        return Polygon(tuple(point(x, y) for x, y in shape.points))
    a = math.radians(shape.angle)
    across, down = xx * math.cos(a) + xy * math.sin(a), yx * math.cos(a) + yy * math.sin(a)
    x, y = point(shape.x, shape.y)
    if shape.angle == 0 and xx == 0:
        return Ellipse(x, y, shape.ry, shape.rx)
    return Ellipse(x, y, shape.rx, shape.ry, math.degrees(math.atan2(down, across)) if shape.angle else 0.0)


def to_stored(shape: Shape, orientation: int, width: int, height: int) -> Shape:
    """A shape in upright pixels as stored pixels of a picture stored as width x height."""
    if orientation >= 5:
        width, height = height, width
    return to_upright(shape, _INVERSE[orientation], width, height)
