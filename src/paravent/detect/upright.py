"""A picture as a person sees it, whatever way round the file stores it."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from paravent.model.samples import Samples, turn_upright


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

    def view(self, longest: int) -> Samples:
        """The picture for looking at, in stored orientation."""
        ...


class Upright:
    """Turns the views of a page by its EXIF orientation and keeps them; what detectors look at (`base.Viewer`)."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._views: dict[int, Samples] = {}
        turned = page.orientation >= 5
        self.width = page.height if turned else page.width
        self.height = page.width if turned else page.height

    def view(self, longest: int) -> Samples:
        """RGB, upright, (h, w, 3), uint8, C-contiguous. Raises Held("damaged")."""
        if longest not in self._views:
            pixels = np.ascontiguousarray(turn_upright(self._page.view(longest), self._page.orientation))
            self._views[longest] = self._views.setdefault(max(pixels.shape), pixels)
        return self._views[longest]
