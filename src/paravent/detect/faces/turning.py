"""Looking with another side up. Quarters are turns counter-clockwise, 0 to 3; 0 is the picture as the file shows it."""

from __future__ import annotations

import math

import numpy as np

from paravent.detect.base import Pixels
from paravent.detect.faces.network import Candidates, Floats

QUARTERS = (0, 1, 2, 3)


def turned(pixels: Pixels, quarters: int) -> Pixels:
    """Pixels (h, w, 3) with another side up; a view."""
    return np.rot90(pixels, quarters)


def turned_back(found: Candidates, quarters: int, width: float, height: float) -> Candidates:
    """What was found in turned pixels, in pixels as they were before, `width` wide and `height` high."""
    if quarters == 0:
        return found
    boxes = boxes_turned_back(found.boxes, quarters, width, height)
    return Candidates(boxes, found.scores, _back(found.landmarks, quarters, width, height))


def boxes_turned_back(boxes: Floats, quarters: int, width: float, height: float) -> Floats:
    """As `turned_back`, of boxes alone: (n, 4) left, top, right, bottom."""
    if quarters == 0:
        return boxes
    corners = _back(boxes.reshape(-1, 2, 2), quarters, width, height)
    return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)


def way_up(landmarks: tuple[tuple[float, float], ...]) -> int:
    """Quarters by which a picture is to be turned so that a face in it stands upright, or nearly.

    landmarks: see `detect.base.Detection`.
    """
    (right_eye, left_eye, _nose, right_mouth, left_mouth) = landmarks
    across = right_mouth[0] + left_mouth[0] - right_eye[0] - left_eye[0]
    down = right_mouth[1] + left_mouth[1] - right_eye[1] - left_eye[1]
    return round(math.atan2(-across, down) / (math.pi / 2)) % 4


def _back(points: Floats, quarters: int, width: float, height: float) -> Floats:
    x, y = points[..., 0], points[..., 1]
    back = {1: (width - y, x), 2: (width - x, height - y), 3: (y, height - x)}[quarters]
    return np.stack(back, axis=-1).astype(np.float32)
