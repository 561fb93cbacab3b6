"""Pictures that follow each other in time, whatever they come from: what is followed and covered frame by frame.

`source.Video` is one, decoded from a film; `animation.Animation` is one, made of the pages of a picture that moves.
"""

from __future__ import annotations

from collections.abc import Generator
from fractions import Fraction
from typing import Protocol

from paravent.detect.base import Pixels, Viewer


class Shown(Viewer, Protocol):
    """What a frame shows, upright."""

    def grey(self, longest: int) -> Pixels:
        """Grey, (h, w), uint8, longest side as asked but never enlarged."""
        ...

    def further(self) -> tuple[Viewer, ...]:
        """The same in ways that show part of it better; none for nearly all frames."""
        ...


class Moment(Protocol):
    """One moment. index: from 0. pts, duration: ticks of the sequence's time base."""

    @property
    def index(self) -> int: ...  # noqa: D102
    @property
    def pts(self) -> int: ...  # noqa: D102
    @property
    def duration(self) -> int: ...  # noqa: D102
    @property
    def picture(self) -> Shown: ...  # noqa: D102


class Facts(Protocol):
    """width, height: pixels of the upright frames. time_base: seconds of a tick. rate: frames a second, about."""

    @property
    def width(self) -> int: ...  # noqa: D102
    @property
    def height(self) -> int: ...  # noqa: D102
    @property
    def time_base(self) -> Fraction: ...  # noqa: D102
    @property
    def rate(self) -> float: ...  # noqa: D102


class FrameSequence(Protocol):
    """Can be gone through as often as need be, each time from its beginning."""

    @property
    def facts(self) -> Facts: ...  # noqa: D102

    def frames(self) -> Generator[Moment]:
        """All frames in the order they are shown. Raises Held."""
        ...
