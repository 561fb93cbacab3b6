"""What verification is told of a film that was written, and who looks at its frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from paravent.model.geometry import Shape
from paravent.video.sequence import Moment
from paravent.video.source import VideoFacts


class Track(Protocol):
    """A track of sound."""

    @property
    def name(self) -> str:
        """Of its codec."""
        ...


class VideoPlan(Protocol):
    """pts: of the copy's frames, in ticks of `facts`. marks: `marks.of_frame` of each frame, a byte a number. paint: the
    same of `marks.of_places`, paint_lengths: how many bytes of it belong to each frame. sounds: tracks, packets: how many
    each has. texts: samples of each track of subtitles."""

    @property
    def facts(self) -> VideoFacts: ...  # noqa: D102
    @property
    def pts(self) -> Sequence[int]: ...  # noqa: D102
    @property
    def marks(self) -> bytes | bytearray: ...  # noqa: D102
    @property
    def paint(self) -> bytes | bytearray: ...  # noqa: D102
    @property
    def paint_lengths(self) -> Sequence[int]: ...  # noqa: D102
    @property
    def sounds(self) -> Sequence[Track]: ...  # noqa: D102
    @property
    def packets(self) -> Sequence[int]: ...  # noqa: D102
    @property
    def texts(self) -> Sequence[Sequence[bytes]]: ...  # noqa: D102


class Recheck(Protocol):
    """Looks for other kinds than faces."""

    def frame(self, frame: Moment, shapes: tuple[Shape, ...], visible: tuple[Shape, ...]) -> None:
        """shapes: what is covered. visible: what a human left visible."""
        ...
