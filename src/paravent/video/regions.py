"""What is covered in each frame of a film, compactly: four numbers a frame and track."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paravent.redact.geometry import Box, Ellipse, Shape
from paravent.video.tracks import Track, lost, smoothed


@dataclass(frozen=True, slots=True, eq=False)
class Strand:
    """One covering through time. start: first frame. rows: centre x, y, width, height of the ellipse, (n, 4) float32."""

    start: int
    rows: NDArray[np.float32]

    @property
    def stop(self) -> int:
        """The frame behind the last."""
        return self.start + len(self.rows)


class Regions:
    """The coverings of a film. width, height: of the upright frames they are for. whole: spans of frames, first and
    behind the last, that are covered from edge to edge."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.whole: list[tuple[int, int]] = []
        self._strands: list[Strand] = []

    def add(self, tracks: Sequence[Track], margin: float, frames: int) -> None:
        """Cover these tracks too. margin: size of the covering over the face. frames: how many the film has."""
        for track in tracks:
            rows = smoothed(track)
            rows[:, 2:] *= margin
            first, stop = max(0, -track.start), min(len(rows), frames - track.start)
            if first < stop:
                self._strands.append(Strand(track.start + first, rows[first:stop]))
            gone = lost(track, self.width, self.height)
            if gone is not None:
                self.whole.append((gone[0], min(gone[1], frames)))
        self._strands.sort(key=lambda strand: strand.start)

    def scaled(self, width: int, height: int) -> Regions:
        """The same for frames of another size."""
        other = Regions(width, height)
        factor = np.array((width / self.width, height / self.height) * 2, np.float32)
        other.whole = list(self.whole)
        other._strands = [Strand(strand.start, strand.rows * factor) for strand in self._strands]
        return other

    def part(self, first: int, stop: int) -> Regions:
        """The same, counted from the frame `first`, up to `stop`."""
        other = Regions(self.width, self.height)
        other.whole = [(max(a, first) - first, min(b, stop) - first) for a, b in self.whole if a < stop and b > first]
        for strand in self._strands:
            rows = strand.rows[max(0, first - strand.start) : max(0, stop - strand.start)]
            if len(rows):
                other._strands.append(Strand(max(strand.start, first) - first, rows))
        return other

    def walk(self) -> Walk:
        """Ask frame after frame."""
        return Walk(self, self._strands)

    @property
    def area(self) -> float:
        """Area of all coverings of all frames, in pixels, overlaps counted twice."""
        return float(sum((strand.rows[:, 2] * strand.rows[:, 3]).sum() for strand in self._strands)) * np.pi / 4


class Walk:
    """Goes through the frames in order."""

    def __init__(self, regions: Regions, strands: list[Strand]) -> None:
        self._regions = regions
        self._waiting = strands
        self._next = 0
        self._active: list[Strand] = []

    def at(self, index: int) -> tuple[Shape, ...]:
        """The shapes of a frame, which must not lie before one asked for already."""
        while self._next < len(self._waiting) and self._waiting[self._next].start <= index:
            self._active.append(self._waiting[self._next])
            self._next += 1
        self._active = [strand for strand in self._active if strand.stop > index]
        if any(first <= index < stop for first, stop in self._regions.whole):
            return (Box(0, 0, self._regions.width, self._regions.height).outline(),)
        rows = (strand.rows[index - strand.start] for strand in self._active)
        return tuple(Ellipse(float(x), float(y), float(w) / 2, float(h) / 2) for x, y, w, h in rows)
