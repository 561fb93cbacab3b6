"""What is covered in each frame of a video, compactly: four numbers a frame and face, some more for other kinds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from paravent.model.decision import Decision
from paravent.model.geometry import Box, Ellipse, Shape, scale
from paravent.model.keyframes import KeyFrame, move_at, moved
from paravent.video.tracking.covering import covering, lost
from paravent.video.tracking.decided import decided
from paravent.video.tracking.track import ELLIPSE, Track, polygon


class CoveredPlace(NamedTuple):
    """What is covered in a frame. style: name of one, "" for that of its kind."""

    shape: Shape
    kind: str
    style: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class CoveredSpan:
    """One covering through time. start: first frame. rows: of each frame, (n, 4) or (n, DIRECTIONS) float32, see
    `covering.covering`. factor: pixels, across and down, for each of these numbers'. style: see `CoveredPlace`. moves: how
    a human moved it in each frame, (n, 4), see `keyframes.Move`; None for nobody."""

    start: int
    rows: NDArray[np.float32]
    kind: str = "face"
    factor: tuple[float, float] = (1.0, 1.0)
    style: str = ""
    moves: NDArray[np.float32] | None = None

    @property
    def stop(self) -> int:
        """The frame behind the last."""
        return self.start + len(self.rows)

    def part(self, first: int, stop: int) -> CoveredSpan:
        """What of it lies between two frames; may be empty."""
        kept = slice(max(0, first - self.start), max(0, stop - self.start))
        moves = None if self.moves is None else self.moves[kept]
        return replace(self, start=max(self.start, first), rows=self.rows[kept], moves=moves)

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
            return _moved(polygon(row, fx, fy), self.moves, frame - self.start, self.factor)
        x, y, w, h = (float(value) for value in row)
        return _moved(Ellipse(x * fx, y * fy, w * fx / 2, h * fy / 2), self.moves, frame - self.start, self.factor)

    def place(self, frame: int) -> CoveredPlace:
        """The same, and how it is covered."""
        return CoveredPlace(self.shape(frame), self.kind, self.style)

    @property
    def area(self) -> float:
        """Of ellipses in all frames, in pixels."""
        if self.rows.shape[1] != ELLIPSE:
            return 0.0
        sizes = self.rows[:, 2] * self.rows[:, 3]
        if self.moves is not None:
            sizes = sizes * self.moves[:, 2] * self.moves[:, 3]
        return float(sizes.sum()) * float(np.pi) / 4 * self.factor[0] * self.factor[1]


@dataclass(frozen=True, slots=True)
class Fixed:
    """A covering that stays where it is, or goes where a human moved it. first, stop: frames. style, moves: see
    `CoveredSpan`."""

    first: int
    stop: int
    shape: Shape
    style: str = ""
    moves: NDArray[np.float32] | None = None
    factor: tuple[float, float] = (1.0, 1.0)

    def part(self, first: int, stop: int) -> Fixed:
        """What of it lies between two frames."""
        start, end = max(self.first, first), min(self.stop, stop)
        moves = None if self.moves is None else self.moves[start - self.first : end - self.first]
        return replace(self, first=start, stop=end, moves=moves)

    def scaled(self, fx: float, fy: float) -> Fixed:
        """The same for frames of another size."""
        return replace(self, shape=scale(self.shape, fx, fy), factor=(self.factor[0] * fx, self.factor[1] * fy))

    def place(self, frame: int) -> CoveredPlace:
        """What is covered in a frame, and how."""
        return CoveredPlace(_moved(self.shape, self.moves, frame - self.first, self.factor), "drawn", self.style)


def _moves(keys: Sequence[KeyFrame], first: int, stop: int) -> NDArray[np.float32] | None:
    """Of each frame from the first on; None if nobody moved it."""
    return np.array([move_at(keys, frame) for frame in range(first, stop)], np.float32).reshape(-1, 4) if keys else None


def _moved(shape: Shape, moves: NDArray[np.float32] | None, index: int, factor: tuple[float, float]) -> Shape:
    if moves is None:
        return shape
    dx, dy, fx, fy = (float(value) for value in moves[index])
    return moved(shape, (dx * factor[0], dy * factor[1], fx, fy))


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
        for track, told in zip(tracks, decided(tracks, decision, frames), strict=True):
            moves = _moves(told.keys, track.start, track.stop)
            span = CoveredSpan(track.start, covering(track), track.kind, style=told.style, moves=moves)
            covered = span.part(0, frames)
            open_ = [(told.visible.first, told.visible.stop)] if told.visible else []
            self._visible += [part for span in open_ if len((part := covered.part(*span)).rows)]
            grown = margin if track.is_ellipse else 1.0
            self._covered += [covered.part(*span).grown(grown) for span in _left((covered.start, covered.stop), open_)]
            gone = lost(track, self.width, self.height)
            if gone is not None:
                self.whole += _left((gone[0], min(gone[1], frames)), open_)
        for region in decision.regions if decision else ():
            if region.course is not None:
                first, stop = region.course.first, min(region.course.stop, frames)
                moves = _moves(region.keys, first, stop)
                self._fixed.append(Fixed(first, stop, region.shape, region.style, moves))
        self._covered.sort(key=lambda one: one.start)
        self._visible.sort(key=lambda one: one.start)

    def scaled(self, width: int, height: int) -> Regions:
        """The same for frames of another size."""
        other = Regions(width, height)
        fx, fy = width / self.width, height / self.height
        other.whole = list(self.whole)
        other._covered = [span.scaled(fx, fy) for span in self._covered]
        other._visible = [span.scaled(fx, fy) for span in self._visible]
        other._fixed = [fixed.scaled(fx, fy) for fixed in self._fixed]
        return other

    def part(self, first: int, stop: int) -> Regions:
        """The same, counted from the frame `first`, up to `stop`."""
        other = Regions(self.width, self.height)
        other.whole = [(max(a, first) - first, min(b, stop) - first) for a, b in self.whole if a < stop and b > first]
        for spans, kept in ((self._covered, other._covered), (self._visible, other._visible)):
            parts = (span.part(first, stop) for span in spans)
            kept += [replace(part, start=part.start - first) for part in parts if len(part.rows)]
        fixed = (one.part(first, stop) for one in self._fixed if one.first < stop and one.stop > first)
        other._fixed = [replace(one, first=one.first - first, stop=one.stop - first) for one in fixed]
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
        return tuple(place.shape for place in self.places_at(index))

    def places_at(self, index: int) -> tuple[CoveredPlace, ...]:
        """The same with the kind and style of each; persons first, so that the rest is painted on top."""
        while self._next < len(self._waiting) and self._waiting[self._next].start <= index:
            self._active.append(self._waiting[self._next])
            self._next += 1
        self._active = [span for span in self._active if span.stop > index]
        if any(first <= index < stop for first, stop in self._regions.whole):
            return (CoveredPlace(Box(0, 0, self._regions.width, self._regions.height).outline(), "face"),)
        below_first = sorted(self._active, key=lambda span: span.kind != "person")
        shown = (span.place(index) for span in below_first)
        return (*shown, *(fixed.place(index) for fixed in self._fixed if fixed.first <= index < fixed.stop))
