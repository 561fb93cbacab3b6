"""Tells a face that a copy still shows from the paint on it."""

from __future__ import annotations

from paravent.detect.upright import Page
from paravent.model.geometry import Box, Polygon, Shape, to_stored
from paravent.verify import masks


def painted_share(place: Polygon | Box, page: Page, shapes: tuple[Shape, ...], cell: tuple[int, int]) -> float:
    """Share of an outline or a box (upright pixels of the page) that is painted, 0 to 1.

    shapes: what was covered, in stored pixels of the page. cell: see `model.plan.PagePlan`.
    """
    outline = place.outline() if isinstance(place, Box) else place
    stored = to_stored(outline, page.orientation, page.width, page.height)
    return masks.painted_share(stored.bounds() if isinstance(place, Box) else stored, shapes, cell)
