"""What the detectors still see in a covered picture that is not the paint."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from xxhash import xxh3_128

from paravent.deciding import Seen
from paravent.detect.base import Detection
from paravent.detect.eyes import Eyes
from paravent.formats.base import Covered, CoveredPage, Page, Samples, Source
from paravent.redact.geometry import Box, Polygon, Shape, to_upright
from paravent.upright import Upright
from paravent.verify.paint import PAINTED, painted_share

# Surroundings of a region that are looked at again, in sizes of the region. Beyond, the copy is proven to equal the source.
_SURROUNDINGS = 1.5


class LookingAgain:
    """The looks at one covered file, first before and then after it is encoded; both in pixels of the upright source."""

    def __init__(self, source: Source, covered: Covered, eyes: Eyes) -> None:
        self._source, self._covered, self._eyes = source, covered, eyes
        self._shown: dict[int, _Shown] = {}
        self.in_copy: list[Seen] = []  # what is new in the pages of the copy looked at so far
        # Equal samples: it was looked at before.
        self._needless = covered.lossless and not any(page.shapes for page in covered.pages)

    def before_encoding(self) -> list[Seen]:
        """What is seen beside the paint before anything is encoded, where that is worth while.

        Not in a page that is made smaller: what that shows is another picture.
        """
        new: list[Seen] = []
        if self._needless or not self._covered.shows_early:
            return new
        for i, (before, after) in enumerate(zip(self._source.pages, self._covered.pages, strict=True)):
            if (before.width, before.height) != (after.width, after.height):
                continue
            self._shown[i] = shown = _Shown(after)
            new += [(i, found) for found in self._new(i, shown, unchanged_outside=True)]
        return new

    def at_copy(self, index: int, page: Page) -> None:
        """Look at a page of the written copy: not at all if it is without loss and shows exactly what was looked at
        before, beside the paint if it is without loss, else everywhere."""
        lossless = self._covered.lossless
        if self._needless or (lossless and index in self._shown and self._shown[index].is_shown_by(page)):
            return
        self.in_copy += [(index, found) for found in self._new(index, page, unchanged_outside=lossless)]

    def _new(self, index: int, after: Page, *, unchanged_outside: bool) -> list[Detection]:
        before, plan = self._source.pages[index], self._covered.pages[index]
        upright = [to_upright(shape, after.orientation, after.width, after.height) for shape in plan.shapes]
        within = tuple(_surroundings(shape) for shape in upright) if unchanged_outside else None
        factor = max(before.width, before.height) / max(after.width, after.height)
        settled = factor == 1.0
        found = self._eyes.look_again(Upright(after), within, before=Upright(before) if settled else None)
        return [_enlarged(one, factor) for one in found if _is_new(one, after, plan, settled=settled)]


class _Shown:
    """A page that remembers what of it was looked at."""

    def __init__(self, page: Page) -> None:
        self.width, self.height, self.orientation = page.width, page.height, page.orientation
        self._page = page
        self._digests: dict[int, bytes] = {}

    def view(self, longest: int) -> Samples:
        """See `formats.base.Page.view`."""
        pixels = self._page.view(longest)
        if longest not in self._digests:
            self._digests[longest] = _digest(pixels)
        return pixels

    def is_shown_by(self, page: Page) -> bool:
        """Whether another page shows the very same, as far as this one was looked at."""
        return all(_digest(page.view(longest)) == digest for longest, digest in self._digests.items())


def _digest(pixels: Samples) -> bytes:
    return xxh3_128(np.ascontiguousarray(pixels).data).digest()


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
