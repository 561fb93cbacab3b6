"""Tells a face that a copy still shows from the paint on it."""

from __future__ import annotations

from paravent.detect.upright import Page
from paravent.model.geometry import Box, Polygon, Shape, to_stored
from paravent.redact.masks import covered_share, share_within


def painted_share(place: Polygon | Box, page: Page, shapes: tuple[Shape, ...], cell: tuple[int, int]) -> float:
    """Share of an outline or a box (upright pixels of the page) that is painted, 0 to 1.

    shapes: what was covered, in stored pixels of the page. cell: see `model.plan.PagePlan`.
    """
    outline = place.outline() if isinstance(place, Box) else place
    stored = to_stored(outline, page.orientation, page.width, page.height)
    return covered_share(stored.bounds(), shapes, cell) if isinstance(place, Box) else share_within(stored, shapes)
