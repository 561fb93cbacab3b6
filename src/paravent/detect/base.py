"""What every detector offers, and what it is given to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from paravent.redact.geometry import Box

Pixels: TypeAlias = NDArray[np.uint8]


class Viewer(Protocol):
    """A picture that can be looked at, at a size the looker chooses; upright.

    width, height: full size in pixels of the upright picture.
    """

    width: int
    height: int

    def view(self, longest: int) -> Pixels:
        """RGB, shape (h, w, 3), uint8, C-contiguous; both sides scaled alike.

        The longest side has at least `longest` pixels where the picture has that many, and at most about twice as
        many (a JPEG is decoded straight at the nearest larger eighth); never enlarged. Views may be cached.
        """
        ...


@dataclass(frozen=True, slots=True)
class Detection:
    """One thing seen. box: pixels of the full-size upright picture, may reach beyond its edges.

    score: 0 to 1. landmarks: right eye, left eye, nose, right and left mouth corner as (x, y), same frame; () if none.
    """

    box: Box
    score: float
    kind: str = "face"
    landmarks: tuple[tuple[float, float], ...] = ()


class Detector(Protocol):
    """Finds regions of one kind. Instances live in one process and one thread."""

    name: str

    def find(self, picture: Viewer, within: tuple[Box, ...] | None = None) -> list[Detection]:
        """All detections with at least the doubt threshold, most certain first, overlaps merged (NMS).

        within: look at these places (full-size pixels), elsewhere only where that costs little; None looks everywhere.
        """
        ...
