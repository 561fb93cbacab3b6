"""A picture as a person sees it, whatever way round the file stores it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paravent.formats.base import Page
from paravent.redact.masks import turn_upright


class Upright:
    """Turns the views of a page by its EXIF orientation and keeps them; what detectors look at (`detect.base.Viewer`)."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._views: dict[int, NDArray[np.uint8]] = {}
        turned = page.orientation >= 5
        self.width = page.height if turned else page.width
        self.height = page.width if turned else page.height

    def view(self, longest: int) -> NDArray[np.uint8]:
        """RGB, upright, (h, w, 3), uint8, C-contiguous. Raises Held("damaged")."""
        if longest not in self._views:
            pixels = np.ascontiguousarray(turn_upright(self._page.view(longest), self._page.orientation))
            self._views[longest] = self._views.setdefault(max(pixels.shape), pixels)
        return self._views[longest]
