"""One thing through time, and what a look saw of it: where it is, nothing of what it looks like.

Faces are ellipses: four numbers a frame, centre x and y, width and height. Whatever else is covered is convex: its centre,
and how far it reaches from there in `DIRECTIONS` directions (its support function), so that the hull of two outlines is the
larger of two numbers in each direction. All are pixels of the upright frame.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from paravent.detect.faces.centerface import CERTAIN
from paravent.model.geometry import Ellipse, Polygon, Shape
from paravent.video.tracking.small import Floats

DIRECTIONS = 24
_ANGLES = np.arange(DIRECTIONS) * (2 * np.pi / DIRECTIONS)
UNITS: Floats = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)]).astype(np.float32)  # (2, DIRECTIONS)
ELLIPSE = 4  # numbers of an ellipse
CONVEX = 2 + DIRECTIONS  # and of a convex outline


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """What a look saw.

    row: centre x, y, width, height, pixels of the upright frame, (4,). score: 0 to 1. kind: of `detect.base.KINDS`.
    doubtful: it may well be something else. reach: pixels from the centre in each direction, (DIRECTIONS,); None for an
    ellipse.
    """

    row: Floats
    score: float
    kind: str = "face"
    doubtful: bool = False
    reach: Floats | None = None

    @classmethod
    def of_face(cls, row: Floats, score: float) -> Observation:
        """A face, to be followed from frame to frame."""
        return cls(row, score, doubtful=score < CERTAIN)

    @classmethod
    def of_shape(cls, kind: str, shape: Shape, *, score: float = 1.0, doubtful: bool = False) -> Observation:
        """A shape as it is kept: its convex hull, nearly."""
        box = shape.bounds()
        centre = np.array([box.x + box.w / 2, box.y + box.h / 2], np.float32)
        if isinstance(shape, Ellipse):
            turn = _ANGLES - math.radians(shape.angle)
            reach = np.hypot(shape.rx * np.cos(turn), shape.ry * np.sin(turn)).astype(np.float32)
        else:
            reach = ((np.array(shape.points, np.float32) - centre) @ UNITS).max(axis=0)
        row = np.concatenate([centre, np.array([box.w, box.h], np.float32)])
        return cls(row, score, kind, doubtful, reach)

    @property
    def convex(self) -> Floats:
        """How far it reaches, if it is no ellipse. Raises ValueError."""
        if self.reach is None:
            raise ValueError("an ellipse")
        return self.reach

    def enlarged(self, factor: float) -> Observation:
        """The same ellipse in a frame that many times larger."""
        return Observation(self.row * np.float32(factor), self.score, self.kind, self.doubtful)


@dataclass(slots=True, eq=False)
class Track:
    """One thing through time.

    start: first frame. rows: the outline's numbers for each frame from there, `numbers` of them. seen: 1 where a look saw
    it; of a convex one everywhere, for it is only known between looks. found: 1 where the pattern was followed. looked: 1
    where it was looked at well enough to be seen. observed: how often it was seen. score: the best. doubtful: no look was
    certain. left: it left the picture. ended_by_cut: a scene began after it. roughness: of where and how large it is, for
    its size, 0 to 1. speed, own: how it last moved, (dx, dy) in pixels a frame, and how much of that besides the camera.
    passed: how often it was seen while it moved by itself, stirred: while something moved there.
    passage: it is the way of what did, from sighting to sighting.
    """

    start: int
    rows: array[float] = field(default_factory=lambda: array("f"))
    seen: array[int] = field(default_factory=lambda: array("b"))
    found: array[int] = field(default_factory=lambda: array("b"))
    looked: array[int] = field(default_factory=lambda: array("b"))
    kind: str = "face"
    numbers: int = ELLIPSE
    observed: int = 0
    score: float = 0.0
    doubtful: bool = True
    left: bool = False
    ended_by_cut: bool = False
    speed: tuple[float, float] = (0.0, 0.0)
    own: tuple[float, float] = (0.0, 0.0)
    roughness: float = 1.0
    passed: int = 0
    stirred: int = 0
    passage: bool = False

    def __len__(self) -> int:
        return len(self.seen)

    @property
    def stop(self) -> int:
        """The frame after the last."""
        return self.start + len(self)

    @property
    def is_ellipse(self) -> bool:
        """Whether it is followed as a face is."""
        return self.numbers == ELLIPSE

    @property
    def chances(self) -> int:
        """How often it was looked at well enough since it was first seen."""
        return sum(self.looked[self.seen.index(1) :])

    @property
    def last(self) -> Floats:
        """The newest row."""
        return np.array(self.rows[-self.numbers :], np.float32)

    def outlines(self) -> NDArray[np.float32]:
        """All rows, (n, numbers)."""
        return np.frombuffer(self.rows, np.float32).reshape(-1, self.numbers).copy()

    def observe(self, seen: Observation) -> None:
        """Count what a look saw of it."""
        self.observed += 1
        self.score = max(self.score, seen.score)
        self.doubtful &= seen.doubtful

    def append(self, row: Floats, *, seen: bool, found: bool, looked: bool = False) -> None:
        """One more frame."""
        self.rows.extend(float(value) for value in row)
        self.seen.append(seen)
        self.found.append(found)
        self.looked.append(looked)

    def extend(self, rows: NDArray[np.float32]) -> None:
        """Further frames between looks, (n, numbers)."""
        self.rows.frombytes(np.ascontiguousarray(rows, np.float32).tobytes())
        for flags, value in ((self.seen, 1), (self.found, 1), (self.looked, 0)):
            flags.extend([value] * len(rows))

    def trim(self, before: int, after: int, *, to_looks: bool) -> None:
        """Keep at most so many frames before it was first and after it was last seen.

        to_looks: and none from the next look on that did not see it.
        """
        places = np.flatnonzero(np.frombuffer(self.seen, np.int8))
        first, stop = max(0, int(places[0]) - before), min(len(self), int(places[-1]) + 1 + after)
        if to_looks:
            looks = np.flatnonzero(np.frombuffer(self.looked, np.int8))
            first = max([first, *(looks[looks < places[0]] + 1).tolist()])
            stop = min([stop, *looks[looks > places[-1]].tolist()])
        self.rows = self.rows[self.numbers * first : self.numbers * stop]
        self.seen, self.found, self.looked = (part[first:stop] for part in (self.seen, self.found, self.looked))
        self.start += first

    def prolong(self, before: Sequence[Floats], after: Sequence[Floats]) -> None:
        """Go on unseen. before: rows of the frames in front, the nearest first. after: of those behind."""
        rows = array("f", [float(value) for row in reversed(before) for value in row])
        self.rows = rows + self.rows + array("f", [float(value) for row in after for value in row])
        self.found = array("b", b"\1" * len(before)) + self.found + array("b", b"\1" * len(after))
        self.seen, self.looked = (_padded(part, len(before), len(after)) for part in (self.seen, self.looked))
        self.start -= len(before)

    def accompany(self, other: Track) -> None:
        """Go on, both ways, at the side of another track for as long as that lasts. Both are ellipses."""
        if self.start >= other.stop or other.start >= self.stop:
            return
        before, after = max(0, self.start - other.start), max(0, other.stop - self.stop)
        rows, there = self.outlines(), other.outlines()
        first, last = there[before], there[len(there) - after - 1]
        joined = np.concatenate(
            [there[:before] + rows[0] - first, rows, there[len(there) - after :] + rows[-1] - last], dtype=np.float32
        )
        joined[:, 2:] = np.maximum(joined[:, 2:], rows[:, 2:].min(axis=0))
        self.rows = array("f", joined.tobytes())
        self.found = other.found[:before] + self.found + other.found[len(other) - after :]
        self.seen, self.looked = (_padded(part, before, after) for part in (self.seen, self.looked))
        self.start -= before

    def widen(self, factor: float) -> None:
        """Make the ellipse that many times larger in all frames."""
        rows = self.outlines() * np.array((1, 1, factor, factor), np.float32)
        self.rows = array("f", rows.tobytes())

    def unseen(self) -> int:
        """Frames since it was last seen."""
        count = 0
        while count < len(self.seen) and not self.seen[-1 - count]:
            count += 1
        return count


def polygon(reach: Floats, fx: float = 1.0, fy: float = 1.0) -> Polygon:
    """The polygon that reaches so far from (0, 0) in each direction, in pixels fx and fy times as many."""
    after = np.roll(reach, -1)
    (cos, sin), (cos_after, sin_after) = UNITS, np.roll(UNITS, -1, axis=1)
    between = math.sin(2 * math.pi / DIRECTIONS)
    xs = (reach * sin_after - after * sin) * (fx / between)
    ys = (after * cos - reach * cos_after) * (fy / between)
    return Polygon(tuple(zip(xs.tolist(), ys.tolist(), strict=True)))


def _padded(flags: array[int], before: int, after: int) -> array[int]:
    return array("b", bytes(before)) + flags + array("b", bytes(after))
