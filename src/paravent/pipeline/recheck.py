"""What the detectors still see in a covered picture that is not the paint."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from xxhash import xxh3_128

from paravent.detect.base import PAINTED, Covering, Detection
from paravent.detect.detector_set import DetectorSet
from paravent.detect.faces.scales import LONGEST
from paravent.detect.looking import in_every_rendering
from paravent.detect.renderings import PLAIN, Rendering
from paravent.detect.upright import Page, Upright
from paravent.formats.base import Covered, Source
from paravent.model.geometry import Box, Polygon, Shape, to_stored, to_upright
from paravent.model.samples import Samples
from paravent.pipeline.covering import PageDetection
from paravent.redact.masks import covered_share, share_within

# Surroundings of a region that are looked at again, in sizes of the region. Beyond, the copy is proven to equal the source.
_SURROUNDINGS = 1.5


@dataclass(slots=True)
class RecheckState:
    """What is known of a file from one covering to the next. seen: what was seen in it so far. places: digests of what
    was looked at beside the paint, by page and place."""

    source: Source
    detectors: DetectorSet
    seen: list[PageDetection]
    places: dict[tuple[int, Box], bytes] = field(default_factory=dict)


class LookingAgain:
    """The looks at one covered file, first before and then after it is encoded; both in pixels of the upright source."""

    def __init__(self, state: RecheckState, covered: Covered) -> None:
        self._state, self._covered = state, covered
        self._shown: dict[int, _Shown] = {}
        self.in_copy: list[PageDetection] = []  # what is new in the pages of the copy looked at so far
        # Equal samples: it was looked at before.
        self._needless = covered.lossless and not any(page.shapes for page in covered.pages)

    def before_encoding(self) -> list[PageDetection]:
        """What is seen beside the paint before anything is encoded, where that is worth while.

        Not in a page that is made smaller: what that shows is another picture.
        """
        new: list[PageDetection] = []
        if self._needless or not self._covered.shows_early:
            return new
        for i, (before, after) in enumerate(zip(self._state.source.pages, self._covered.pages, strict=True)):
            if (before.width, before.height) != (after.width, after.height):
                continue
            self._shown[i] = shown = _Shown(after)
            new += [(i, found) for found in self._new(i, shown, tuple(self._changed(i, shown)))]
        return new

    def at_copy(self, index: int, page: Page) -> None:
        """Look at a page of the written copy, and keep what is new."""
        self.in_copy += [(index, found) for found in self.new_in(index, page)]

    def new_in(self, index: int, page: Page) -> list[Detection]:
        """What is new in a page of the written copy. Looks not at all if it is without loss and shows exactly what was
        looked at before, beside the paint if it is without loss, else everywhere."""
        lossless = self._covered.lossless
        if self._needless or (lossless and index in self._shown and self._shown[index].is_shown_by(page)):
            return []
        within = tuple(self._surroundings(index, page)) if lossless else None
        return self._new(index, page, within)

    def _surroundings(self, index: int, page: Page) -> Iterator[Box]:
        """The covered places of a page, with what is around them; upright pixels."""
        for shape in self._covered.pages[index].shapes:
            yield _surroundings(to_upright(shape, page.orientation, page.width, page.height))

    def _changed(self, index: int, shown: _Shown) -> Iterator[Box]:
        """Those of the surroundings that look otherwise than when they were last looked at."""
        pixels = Upright(shown).view(max(LONGEST))
        factor = max(pixels.shape) / max(shown.width, shown.height)
        for place in self._surroundings(index, shown):
            digest = _digest(_part(pixels, place, factor))
            if self._state.places.get((index, place)) != digest:
                self._state.places[index, place] = digest
                yield place

    def _new(self, index: int, after: Page, within: tuple[Box, ...] | None) -> list[Detection]:
        if within is not None and not within:
            return []
        before, plan = self._state.source.pages[index], self._covered.pages[index]
        painted = Painted(after, plan.shapes, plan.cell)
        factor = max(before.width, before.height) / max(after.width, after.height)

        def look(picture: Upright) -> list[Detection]:
            known = self._was_looked_at(index, picture.rendering)
            covering = self._covering(index, painted, picture.rendering) if known and factor == 1.0 else None
            found = self._state.detectors.look_again(picture, within if known else None, covering=covering)
            return [one for one in found if _is_new(one, painted, settled=covering is not None)]

        return [enlarged(one, factor) for one in in_every_rendering(after, look)]

    def _was_looked_at(self, index: int, rendering: Rendering) -> bool:
        """Whether the source was shown in this way too: covering may change which values a picture uses."""
        before = self._state.source.pages[index]
        return rendering == PLAIN or any(one.is_like(rendering) for one in before.further())

    def _covering(self, index: int, painted: Painted, rendering: Rendering) -> Covering:
        found = tuple(one for page, one in self._state.seen if page == index)

        def beside_paint(box: Box) -> bool:
            return 0 < painted.share(box) < PAINTED

        return Covering(Upright(self._state.source.pages[index], rendering), found, beside_paint)


class _Shown:
    """A page that remembers the closest look at it in each rendering."""

    def __init__(self, page: Page) -> None:
        self.width, self.height, self.orientation = page.width, page.height, page.orientation
        self._page = page
        self._closest: dict[Rendering, tuple[int, bytes]] = {}

    def view(self, longest: int, rendering: Rendering = PLAIN) -> Samples:
        """See `detect.upright.Page.view`."""
        pixels = self._page.view(longest, rendering)
        if longest > self._closest.get(rendering, (0, b""))[0]:
            self._closest[rendering] = longest, _digest(pixels)
        return pixels

    def further(self) -> tuple[Rendering, ...]:
        """See `detect.upright.Page.further`."""
        return self._page.further()

    def is_shown_by(self, page: Page) -> bool:
        """Whether another page shows the very same, as closely as this one was looked at."""
        return bool(self._closest) and all(
            _digest(page.view(longest, rendering)) == digest for rendering, (longest, digest) in self._closest.items()
        )


def _digest(pixels: Samples) -> bytes:
    return xxh3_128(np.ascontiguousarray(pixels).data).digest()


def _is_new(found: Detection, painted: Painted, *, settled: bool) -> bool:
    """Whether a detection is something other than the paint.

    settled: the picture has the source's size, so that doubt which touches no paint was settled by the first look. The
    source shows that place at least as well, and verification compares it with the copy.
    """
    share = painted.share(found.outline or found.box)
    if settled and share == 0 and found.doubtful:
        return False
    return share < PAINTED


class Painted:
    """What is painted of a page. shapes: stored pixels. cell: see `covered_share`."""

    def __init__(self, page: Page, shapes: tuple[Shape, ...], cell: tuple[int, int] = (1, 1)) -> None:
        self._page, self._shapes, self._cell = page, shapes, cell
        bounds = [shape.bounds() for shape in shapes]
        self._bounds = np.array([(box.x, box.y, box.x + box.w, box.y + box.h) for box in bounds]).reshape(-1, 4)

    def share(self, place: Polygon | Box) -> float:
        """Share of an outline or a box (upright pixels of the page) that is painted, 0 to 1."""
        page, outline = self._page, place.outline() if isinstance(place, Box) else place
        stored = to_stored(outline, page.orientation, page.width, page.height)
        near = self._near(stored.bounds())
        return covered_share(stored.bounds(), near, self._cell) if isinstance(place, Box) else share_within(stored, near)

    def _near(self, box: Box) -> tuple[Shape, ...]:
        """Shapes that may paint something of a box; in a crowd those are few of many."""
        # A shape touches no cell, and no point of `share_within`, that is farther away from its bounds.
        reach = 1 + 2 * max(self._cell) + max(box.w, box.h) / 16
        left, top, right, bottom = self._bounds.T
        across = (left <= box.x + box.w + reach) & (right >= box.x - reach)
        near = across & (top <= box.y + box.h + reach) & (bottom >= box.y - reach)
        return tuple(self._shapes[i] for i in np.flatnonzero(near))


def _surroundings(shape: Shape) -> Box:
    box = shape.bounds()
    grown = (_SURROUNDINGS - 1) / 2
    return Box(box.x - box.w * grown, box.y - box.h * grown, box.w * _SURROUNDINGS, box.h * _SURROUNDINGS)


def _part(pixels: Samples, place: Box, factor: float) -> Samples:
    """The pixels of a place. factor: how many there are for each of the place's."""
    left, top = max(0, math.floor(place.x * factor)), max(0, math.floor(place.y * factor))
    return pixels[top : math.ceil((place.y + place.h) * factor), left : math.ceil((place.x + place.w) * factor)]


def enlarged(found: Detection, factor: float) -> Detection:
    """The same in a picture that many times larger."""
    box = found.box
    return replace(
        found,
        box=Box(box.x * factor, box.y * factor, box.w * factor, box.h * factor),
        landmarks=tuple((x * factor, y * factor) for x, y in found.landmarks),
        outline=found.outline and Polygon(tuple((x * factor, y * factor) for x, y in found.outline.points)),
    )
