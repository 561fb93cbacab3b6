"""A picture as a person sees it, whatever way round the file stores it."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from paravent.redact.geometry import turn_upright


class _Stored(Protocol):
    width: int
    height: int
    orientation: int

    def view(self, longest: int) -> NDArray[np.uint8]: ...


class Upright:
    """Turns the views of a source by its EXIF orientation; what detectors look at (`detect.base.Viewer`)."""

    def __init__(self, source: _Stored) -> None:
        self._source = source
        turned = source.orientation >= 5
        self.width = source.height if turned else source.width
        self.height = source.width if turned else source.height

    def view(self, longest: int) -> NDArray[np.uint8]:
        """RGB, upright, (h, w, 3), uint8, C-contiguous. Raises Held("damaged")."""
        return np.ascontiguousarray(turn_upright(self._source.view(longest), self._source.orientation))
