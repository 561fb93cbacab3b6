"""What every detector offers, and what it is given to look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from paravent.model.geometry import Box, Polygon

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


# What a region may be of. There is no other kind, and nothing but a kind is ever said of a region.
KINDS = ("face", "head", "person", "text", "plate", "code", "logo")
# What is seen in a copy with at least this share of its box under the paint is the paint.
PAINTED = 0.6


@dataclass(frozen=True, slots=True)
class Detection:
    """One thing seen. box: pixels of the full-size upright picture, may reach beyond its edges.

    score: 0 to 1. kind: one of `KINDS`. landmarks: right eye, left eye, nose, right and left mouth corner as (x, y), same
    frame; () if none. doubtful: it may well be something else. outline: what is to be covered, where the detector knows
    that better than the box says; same frame.
    """

    box: Box
    score: float
    kind: str = "face"
    landmarks: tuple[tuple[float, float], ...] = ()
    doubtful: bool = False
    outline: Polygon | None = None


# What one look at one picture came to, of whatever kinds.
Detections: TypeAlias = list[Detection]


@dataclass(frozen=True, slots=True)
class Covering:
    """What is known of a picture that was covered.

    before: the same picture, of the same size, before anything in it was covered. found: what was seen in it. beside_paint:
    whether a box, in pixels of the upright picture, touches paint without being the paint; doubt elsewhere was settled.
    """

    before: Viewer
    found: tuple[Detection, ...]
    beside_paint: Callable[[Box], bool]


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a picture before a detector looks at it; never kept.

    seen: what the detectors before it found. names: words that the file's own metadata gives away, as they stand there.
    covering: None where nothing was covered, or the picture has another size than before.
    """

    seen: tuple[Detection, ...] = ()
    names: tuple[str, ...] = ()
    covering: Covering | None = None


NOTHING_KNOWN = Context()


class Detector(Protocol):
    """Finds regions of some kinds. Instances live in one process and one thread.

    again: whether it looks at the finished copy once more. What it then finds that is not paint is covered as well.
    """

    name: str
    again: bool

    def find(self, picture: Viewer, within: tuple[Box, ...] | None = None, context: Context = NOTHING_KNOWN) -> Detections:
        """All detections with at least the doubt threshold, most certain first, overlaps merged (NMS).

        within: look at these places (full-size pixels), elsewhere only where that costs little; None looks everywhere.
        """
        ...
