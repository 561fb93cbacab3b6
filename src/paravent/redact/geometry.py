"""Regions in a picture: shapes, transforms and rasters.

Coordinates are pixels; the origin is the outer corner of the first pixel, x to the right, y down, so that the centre of
the first pixel is (0.5, 0.5). "Upright" is the picture as a person sees it, "stored" as the file keeps it; EXIF
orientation 1 to 8 leads from one to the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Mask: TypeAlias = NDArray[np.bool_]


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

    def intersection(self, other: Box) -> float:
        """Common area in pixels."""
        w = min(self.x + self.w, other.x + other.w) - max(self.x, other.x)
        h = min(self.y + self.h, other.y + other.h) - max(self.y, other.y)
        return max(0.0, w) * max(0.0, h)


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
    """Closed outline through (x, y) points, filled by the even-odd rule."""

    points: tuple[tuple[float, float], ...]

    def bounds(self) -> Box:
        """The smallest axis-aligned box around it."""
        xs, ys = zip(*self.points, strict=True)
        return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


Shape: TypeAlias = Ellipse | Polygon


@dataclass(frozen=True, slots=True)
class Region:
    """Where in the picture a finding is seen and covered.

    kind: "face" (later head, person, text, ...). score: 0 to 1, the detector's; 1 for a human's. doubtful: between the
    two thresholds after the second look.
    """

    shape: Shape
    kind: str = "face"
    score: float = 1.0
    doubtful: bool = False
