"""What the detectors still see in a covered picture that is not the paint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from paravent.deciding import Seen
from paravent.detect.base import Detection
from paravent.detect.eyes import Eyes
from paravent.formats import named
from paravent.formats.base import Covered, CoveredPage, Draft, Limits, Page, Source
from paravent.redact.geometry import Box, Polygon, Shape, to_upright
from paravent.upright import Upright
from paravent.verify.paint import PAINTED, painted_share

# Surroundings of a region that are looked at again, in sizes of the region. Beyond, the copy is proven to equal the source.
_SURROUNDINGS = 1.5


def before_encoding(source: Source, covered: Covered, eyes: Eyes) -> list[Seen]:
    """What is seen beside the paint before a loss is encoded, which takes longest; in pixels of the upright source.

    A copy without loss is looked at once it is made, and so is one that is made smaller.
    """
    if covered.lossless:
        return []
    return [
        (i, found)
        for i, (before, after) in enumerate(zip(source.pages, covered.pages, strict=True))
        if (before.width, before.height) == (after.width, after.height)
        for found in _new(before, after, after, eyes, unchanged_outside=True)
    ]


def in_copy(source: Source, covered: Covered, draft: Draft, eyes: Eyes, limits: Limits) -> list[Seen]:
    """What is seen in a copy, in pixels of the upright source: beside the paint where the rest is proven to be equal,
    everywhere in one that was encoded with loss."""
    if draft.lossless and not any(page.shapes for page in covered.pages):
        return []  # equal samples: it was looked at before
    copies: Sequence[Page] = named(draft.plan.format).open(draft.data, limits).pages
    return [
        (i, found)
        for i, (before, plan, after) in enumerate(zip(source.pages, covered.pages, copies, strict=True))
        for found in _new(before, after, plan, eyes, unchanged_outside=draft.lossless)
    ]


def _new(before: Page, after: Page, plan: CoveredPage, eyes: Eyes, *, unchanged_outside: bool) -> list[Detection]:
    upright = [to_upright(shape, after.orientation, after.width, after.height) for shape in plan.shapes]
    within = tuple(_surroundings(shape) for shape in upright) if unchanged_outside else None
    found = eyes.look_again(Upright(after), within)
    factor = max(before.width, before.height) / max(after.width, after.height)
    settled = factor == 1.0
    return [_enlarged(one, factor) for one in found if _is_new(one, after, plan, settled=settled)]


def _is_new(found: Detection, page: Page, plan: CoveredPage, *, settled: bool) -> bool:
    """Whether a detection is something other than the paint.

    settled: the picture has the source's size, so that doubt which touches no paint was settled by the first look. The
    source shows that place at least as well, and verification compares it with the copy.
    """
    share = painted_share(found, page, plan.shapes, plan.cell)
    if settled and share == 0 and found.doubtful:
        return False
    return share < PAINTED


def _surroundings(shape: Shape) -> Box:
    box = shape.bounds()
    grown = (_SURROUNDINGS - 1) / 2
    return Box(box.x - box.w * grown, box.y - box.h * grown, box.w * _SURROUNDINGS, box.h * _SURROUNDINGS)


def _enlarged(found: Detection, factor: float) -> Detection:
    box = found.box
    return replace(
        found,
        box=Box(box.x * factor, box.y * factor, box.w * factor, box.h * factor),
        landmarks=tuple((x * factor, y * factor) for x, y in found.landmarks),
        outline=found.outline and Polygon(tuple((x * factor, y * factor) for x, y in found.outline.points)),
    )
