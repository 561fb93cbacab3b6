"""A look at a page in every way in which it shows something."""

from __future__ import annotations

from collections.abc import Callable

from paravent.detect.base import Detection, Detections
from paravent.detect.upright import Page, Upright
from paravent.model.geometry import overlap

_SAME = 0.5  # intersection over union from which what two renderings show is one thing


def in_every_rendering(page: Page, look: Callable[[Upright], Detections]) -> Detections:
    """What a look sees in a page shown plainly, and then in its further renderings."""
    seen = look(Upright(page))
    for rendering in page.further():
        more = look(Upright(page, rendering))
        seen = joined(seen, [one for one in more if one.kind == "face" or not rendering.is_toned])
    return seen


def joined(seen: Detections, more: Detections) -> Detections:
    """Both; what both show counts once, and certain where one is. Outlines that differ are covered both."""
    new = [one for one in more if not any(_is(one, other) for other in seen)]
    return [one for one in seen if not any(_is(one, other) for other in new)] + new


def _is(found: Detection, other: Detection) -> bool:
    """Whether it is the other thing seen once more, and no more certain."""
    return (
        found.outline == other.outline
        and found.kind == other.kind
        and other.doubtful <= found.doubtful
        and overlap(found.box, other.box) >= _SAME
    )
