"""What faces tell of the people they belong to: which way up the picture is, and where a body must be."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from paravent.detect.base import Detection, Pixels
from paravent.model.geometry import Box, Polygon, scale, to_stored, to_upright
from paravent.model.samples import turn_upright

# Width and height of a standing person over those of the face, and where the body begins above it.
_BODY_W, _BODY_H, _HAIR = 3.0, 6.0, 0.4

# EXIF orientation of a picture in which the line from right to left eye points right, down, left, up.
_ORIENTATIONS = (1, 8, 3, 6)


@dataclass(frozen=True, slots=True)
class Frame:
    """Leads from a picture's full size to what is looked at, in which people stand upright, and back.

    orientation: EXIF orientation by which the view must be turned. width, height: of the view before it is turned.
    across, down: view pixels for one of the full size.
    """

    orientation: int
    width: int
    height: int
    across: float
    down: float

    def turned(self, view: Pixels) -> Pixels:
        """The view as a person stands in it."""
        return np.ascontiguousarray(turn_upright(view, self.orientation))

    def shown(self, box: Box) -> Box:
        """A box of the full size in the turned view."""
        small = scale(box.outline(), self.across, self.down)
        return to_upright(small, self.orientation, self.width, self.height).bounds()

    def full(self, outline: Polygon) -> Polygon:
        """An outline of the turned view in full size."""
        back = scale(to_stored(outline, self.orientation, self.width, self.height), 1 / self.across, 1 / self.down)
        assert isinstance(back, Polygon)  # noqa: S101  (no transform makes another shape of a polygon)
        return back


def orientation(faces: Iterable[Detection]) -> int:
    """EXIF orientation (1, 3, 6 or 8) that brings most of the faces upright; 1 where no direction has most of them."""
    votes = [0, 0, 0, 0]
    for face in faces:
        if face.doubtful or len(face.landmarks) < 2:
            continue
        (right_x, right_y), (left_x, left_y) = face.landmarks[:2]
        votes[round(math.degrees(math.atan2(left_y - right_y, left_x - right_x)) / 90) % 4] += 1
    most = max(range(4), key=votes.__getitem__)
    return _ORIENTATIONS[most] if 2 * votes[most] > sum(votes) else 1


def bodies(faces: list[tuple[Box, float]], people: list[tuple[Box, float]]) -> list[tuple[Box, float]]:
    """Boxes hung on upright faces that lie in no box of `people`; all with scores, in the same pixels."""
    alone = [(face, score) for face, score in faces if not any(_holds(box, face) for box, _ in people)]
    return [
        (Box(face.x + face.w * (1 - _BODY_W) / 2, face.y - face.h * _HAIR, face.w * _BODY_W, face.h * _BODY_H), score)
        for face, score in alone
    ]


def _holds(box: Box, face: Box) -> bool:
    x, y = face.x + face.w / 2, face.y + face.h / 2
    return box.x <= x <= box.x + box.w and box.y <= y <= box.y + box.h
