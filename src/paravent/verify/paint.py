"""Tells a face that a copy still shows from the paint on it."""

from __future__ import annotations

from paravent.detect.base import Detection
from paravent.formats.base import Page
from paravent.redact.geometry import Shape, covered_share, share_within, to_stored

# What the detector finds in a copy with at least this share of its box under the paint is the paint.
PAINTED = 0.6


def painted_share(found: Detection, page: Page, shapes: tuple[Shape, ...], cell: tuple[int, int]) -> float:
    """Share of a detection's outline, or else of its box (upright pixels of the page), that is painted, 0 to 1.

    shapes: what was covered, in stored pixels of the page. cell: see `formats.base.PagePlan`.
    """
    place = to_stored(found.outline or found.box.outline(), page.orientation, page.width, page.height)
    return share_within(place, shapes) if found.outline else covered_share(place.bounds(), shapes, cell)
