"""From what a detector finds to the region that is covered for it."""

from __future__ import annotations

from paravent.detect.base import Detection
from paravent.model.geometry import Region
from paravent.redact.masks import face_shape


def as_region(found: Detection, margin: float, page: int) -> Region:
    """The place of a detection in a page; a face's is an ellipse, `margin` times as large as the face."""
    shape = found.outline or face_shape(found.box, margin, found.landmarks)
    return Region(shape, found.kind, found.score, found.doubtful, page)
