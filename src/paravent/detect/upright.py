"""A picture as a person sees it, whatever way round the file stores it."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from paravent.detect.renderings import PLAIN, SAMPLED, Ground, Rendering
from paravent.model.samples import Samples, turn_upright

_ONE_COLOUR = 2  # of 255, by which the values of a picture of one colour differ at most


class Page(Protocol):
    """One picture of a file. `view` gives stored orientation, RGB, (h, w, 3), uint8; see `base.Viewer.view`."""

    @property
    def width(self) -> int:
        """Stored width in pixels."""
        ...

    @property
    def height(self) -> int:
        """Stored height in pixels."""
        ...

    @property
    def orientation(self) -> int:
        """EXIF orientation, 1 to 8."""
        ...

    def view(self, longest: int, rendering: Rendering = PLAIN) -> Samples:
        """The picture for looking at, in stored orientation."""
        ...

    def further(self) -> tuple[Rendering, ...]:
        """The ways in which it shows something that the plain view does not; to be asked for after the plain look, whose
        views it may use."""
        ...


class Upright:
    """Turns the views of a page by its EXIF orientation and keeps them; what detectors look at (`base.Viewer`)."""

    def __init__(self, page: Page, rendering: Rendering = PLAIN) -> None:
        self.rendering = rendering
        self._page = page
        self._views: dict[int, Samples] = {}
        turned = page.orientation >= 5
        self.width = page.height if turned else page.width
        self.height = page.width if turned else page.height

    def view(self, longest: int) -> Samples:
        """RGB, upright, (h, w, 3), uint8, C-contiguous. Raises Held("damaged")."""
        if longest not in self._views:
            pixels = np.ascontiguousarray(turn_upright(self._page.view(longest, self.rendering), self._page.orientation))
            self._views[longest] = self._views.setdefault(max(pixels.shape), pixels)
        return self._views[longest]


def legible(page: Page) -> Upright:
    """A page as a person sees something of it: plainly, but where that is nearly black, white or of one colour."""
    plain, ways = Upright(page), page.further()
    if ways and (ways[0].ground is Ground.COLOUR or int(np.ptp(plain.view(SAMPLED))) <= _ONE_COLOUR):
        return Upright(page, ways[0])
    return plain
