"""What is covered in each frame of a video, compactly: four numbers a frame and face, some more for other kinds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from paravent.model.decision import Decision
from paravent.model.geometry import Box, Ellipse, Shape, scale
from paravent.video.tracking.covering import covering, lost
from paravent.video.tracking.decided import left_visible
from paravent.video.tracking.track import ELLIPSE, Track, polygon


@dataclass(frozen=True, slots=True, eq=False)
class CoveredSpan:
    """One covering through time. start: first frame. rows: of each frame, (n, 4) or (n, DIRECTIONS) float32, see
    `covering.covering`. factor: pixels, across and down, for each of these numbers'."""

    start: int
    rows: NDArray[np.float32]
    kind: str = "face"
    factor: tuple[float, float] = (1.0, 1.0)

    @property
    def stop(self) -> int:
        """The frame behind the last."""
        return self.start + len(self.rows)

    def part(self, first: int, stop: int) -> CoveredSpan:
        """What of it lies between two frames; may be empty."""
        kept = self.rows[max(0, first - self.start) : max(0, stop - self.start)]
        return replace(self, start=max(self.start, first), rows=kept)

    def grown(self, margin: float) -> CoveredSpan:
        """Ellipses that many times as large."""
        return replace(self, rows=self.rows * np.array((1, 1, margin, margin), np.float32)) if margin != 1 else self

    def scaled(self, fx: float, fy: float) -> CoveredSpan:
        """The same for frames of another size."""
        return replace(self, factor=(self.factor[0] * fx, self.factor[1] * fy))

    def shape(self, frame: int) -> Shape:
        """What is covered in a frame."""
        row, (fx, fy) = self.rows[frame - self.start], self.factor
        if len(row) != ELLIPSE:
            return polygon(row, fx, fy)
        x, y, w, h = (float(value) for value in row)
        return Ellipse(x * fx, y * fy, w * fx / 2, h * fy / 2)

    @property
    def area(self) -> float:
        """Of ellipses in all frames, in pixels."""
        if self.rows.shape[1] != ELLIPSE:
            return 0.0
        return float((self.rows[:, 2] * self.rows[:, 3]).sum()) * float(np.pi) / 4 * self.factor[0] * self.factor[1]


@dataclass(frozen=True, slots=True)
class Fixed:
    """A covering that stays where it is. first, stop: frames."""

    first: int
    stop: int
    shape: Shape


class Regions:
    """The coverings of a video. width, height: of the upright frames they are for. whole: spans of frames, first and
    behind the last, that are covered from edge to edge."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.whole: list[tuple[int, int]] = []
        self._covered: list[CoveredSpan] = []
        self._visible: list[CoveredSpan] = []
        self._fixed: list[Fixed] = []

    def add(self, tracks: Sequence[Track], margin: float, frames: int, decision: Decision | None = None) -> None:
        """Cover these tracks too, where no human left them visible, and what a human covered.

        margin: size of the covering over a face that is an ellipse. frames: how many the video has.
        """
        for track in tracks:
            covered = CoveredSpan(track.start, covering(track), track.kind).part(0, frames)
            course = left_visible(track, decision, frames)
            open_ = [(course.first, course.stop)] if course else []
            self._visible += [part for span in open_ if len((part := covered.part(*span)).rows)]
            grown = margin if track.is_ellipse else 1.0
            self._covered += [covered.part(*span).grown(grown) for span in _left((covered.start, covered.stop), open_)]
            gone = lost(track, self.width, self.height)
            if gone is not None:
                self.whole += _left((gone[0], min(gone[1], frames)), open_)
        for region in decision.regions if decision else ():
            if region.course is not None:
                self._fixed.append(Fixed(region.course.first, min(region.course.stop, frames), region.shape))
        self._covered.sort(key=lambda one: one.start)
        self._visible.sort(key=lambda one: one.start)

    def scaled(self, width: int, height: int) -> Regions:
        """The same for frames of another size."""
        other = Regions(width, height)
        fx, fy = width / self.width, height / self.height
        other.whole = list(self.whole)
        other._covered = [span.scaled(fx, fy) for span in self._covered]
        other._visible = [span.scaled(fx, fy) for span in self._visible]
        other._fixed = [replace(fixed, shape=scale(fixed.shape, fx, fy)) for fixed in self._fixed]
        return other

    def part(self, first: int, stop: int) -> Regions:
        """The same, counted from the frame `first`, up to `stop`."""
        other = Regions(self.width, self.height)
        other.whole = [(max(a, first) - first, min(b, stop) - first) for a, b in self.whole if a < stop and b > first]
        for spans, kept in ((self._covered, other._covered), (self._visible, other._visible)):
            parts = (span.part(first, stop) for span in spans)
            kept += [replace(part, start=part.start - first) for part in parts if len(part.rows)]
        other._fixed = [
            replace(fixed, first=max(fixed.first, first) - first, stop=min(fixed.stop, stop) - first)
            for fixed in self._fixed
            if fixed.first < stop and fixed.stop > first
        ]
        return other

    def walk(self) -> Walk:
        """Ask frame after frame what is covered."""
        return Walk(self, self._covered, self._fixed)

    def walk_visible(self) -> Walk:
        """Ask frame after frame what a human left visible."""
        return Walk(Regions(self.width, self.height), self._visible, [])

    @property
    def area(self) -> float:
        """Area of all faces' coverings of all frames, in pixels, overlaps counted twice."""
        return sum(span.area for span in self._covered)


def around(frames: Collection[int], reach: int, count: int) -> list[tuple[int, int]]:
    """Spans of frames, first and behind the last, from so many before each frame to so many behind it; none touches
    another. count: how many frames there are."""
    spans: list[tuple[int, int]] = []
    for frame in sorted(frames):
        first, stop = max(0, frame - reach), min(count, frame + reach + 1)
        if spans and first <= spans[-1][1]:
            first = spans.pop()[0]
        spans.append((first, stop))
    return spans


def _left(span: tuple[int, int], taken: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What remains of a span of frames without others."""
    rest = [span]
    for first, stop in taken:
        rest = [one for a, b in rest for one in ((a, min(b, first)), (max(a, stop), b)) if one[0] < one[1]]
    return rest


class Walk:
    """Goes through the frames in order."""

    def __init__(self, regions: Regions, spans: list[CoveredSpan], fixed: list[Fixed]) -> None:
        self._regions = regions
        self._waiting = spans
        self._fixed = fixed
        self._next = 0
        self._active: list[CoveredSpan] = []

    def at(self, index: int) -> tuple[Shape, ...]:
        """The shapes of a frame, which must not lie before one asked for already."""
        return tuple(shape for shape, _kind in self.kinds_at(index))

    def kinds_at(self, index: int) -> tuple[tuple[Shape, str], ...]:
        """The same with the kind of each; persons first, so that the rest is painted on top."""
        while self._next < len(self._waiting) and self._waiting[self._next].start <= index:
            self._active.append(self._waiting[self._next])
            self._next += 1
        self._active = [span for span in self._active if span.stop > index]
        if any(first <= index < stop for first, stop in self._regions.whole):
            return ((Box(0, 0, self._regions.width, self._regions.height).outline(), "face"),)
        below_first = sorted(self._active, key=lambda span: span.kind != "person")
        shown = [(span.shape(index), span.kind) for span in below_first]
        return (*shown, *((fixed.shape, "drawn") for fixed in self._fixed if fixed.first <= index < fixed.stop))
