"""Places that are no tracked faces (persons, writing, codes, logos) through time, from looks that lie some frames apart.

A place is linked from look to look by kind and geometry alone, and follows the movement of the pattern between them, from
both sides. What is covered is convex: how far a place reaches in `DIRECTIONS` directions (its support function), so that
the hull of two outlines is the larger of two numbers in each direction.
"""

from __future__ import annotations

import math
from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from paravent.model.geometry import Ellipse, Polygon, Shape
from paravent.video.tracking import camera, motion, smoothing
from paravent.video.tracking.camera import Camera
from paravent.video.tracking.small import Floats, Small
from paravent.video.tracking.tracks import likeness

DIRECTIONS = 24
_ANGLES = np.arange(DIRECTIONS) * (2 * np.pi / DIRECTIONS)
_UNITS: Floats = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)]).astype(np.float32)  # (2, DIRECTIONS)
_WIDTH = 2 + DIRECTIONS  # numbers a frame: the centre, and how far it reaches from there

_MOST_MISSED = 2  # looks in a row that did not see a place, after which it ends
_PAD = 1.5  # pixels more between looks,
_PAD_SHARE = 0.01  # and this share of the shorter side,
_PAD_BLIND = 0.04  # this for each frame the pattern was not found,
_PAD_ALONE = 0.02  # and this for each frame away from the only look there is,
_PAD_MOST = 0.3  # together at most this
_ALIKE = {"plate": "text"}  # kinds that one look may take for the other


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """What a look saw. centre: of its bounds, pixels. size: of them. reach: pixels from there in each direction."""

    kind: str
    doubtful: bool
    centre: Floats
    size: Floats
    reach: Floats

    @property
    def row(self) -> Floats:
        """Centre x, y, width, height."""
        return np.concatenate([self.centre, self.size])


def sighting(kind: str, shape: Shape, *, doubtful: bool) -> Sighting:
    """A shape as it is kept: its convex hull, nearly."""
    box = shape.bounds()
    centre = np.array([box.x + box.w / 2, box.y + box.h / 2], np.float32)
    if isinstance(shape, Ellipse):
        turn = _ANGLES - math.radians(shape.angle)
        reach = np.hypot(shape.rx * np.cos(turn), shape.ry * np.sin(turn)).astype(np.float32)
    else:
        reach = ((np.array(shape.points, np.float32) - centre) @ _UNITS).max(axis=0)
    return Sighting(kind, doubtful, centre, np.array([box.w, box.h], np.float32), reach)


def outline(reach: Floats, fx: float = 1.0, fy: float = 1.0) -> Polygon:
    """The polygon that reaches so far from (0, 0) in each direction, in pixels fx and fy times as many."""
    after = np.roll(reach, -1)
    (cos, sin), (cos_after, sin_after) = _UNITS, np.roll(_UNITS, -1, axis=1)
    between = math.sin(2 * math.pi / DIRECTIONS)
    xs = (reach * sin_after - after * sin) * (fx / between)
    ys = (after * cos - reach * cos_after) * (fy / between)
    return Polygon(tuple(zip(xs.tolist(), ys.tolist(), strict=True)))


@dataclass(slots=True)
class Thread:
    """One place through time. start: first frame. sights: how often it was seen. doubtful: no look was certain."""

    kind: str
    start: int
    doubtful: bool = True
    sights: int = 0
    values: array[float] = field(default_factory=lambda: array("f"))

    def __len__(self) -> int:
        return len(self.values) // _WIDTH

    def append(self, rows: NDArray[np.float32]) -> None:
        """Further frames, (n, 2 + DIRECTIONS)."""
        self.values.frombytes(np.ascontiguousarray(rows, np.float32).tobytes())

    def reaches(self) -> NDArray[np.float32]:
        """How far from (0, 0) the covering reaches in each frame, (n, DIRECTIONS). Moves smoothly; contains every sight."""
        rows = np.frombuffer(self.values, np.float32).reshape(-1, _WIDTH)
        centres, own = rows[:, :2], rows[:, 2:]
        smooth = smoothing.mean(centres) @ _UNITS + smoothing.mean(smoothing.largest(own))
        covered: NDArray[np.float32] = np.maximum(smooth, centres @ _UNITS + own)
        return covered


@dataclass(slots=True, eq=False)
class _Open:
    """A thread that goes on. last: its newest sight. path, blind: since then, centres, and frames that were not found."""

    thread: Thread
    last: Sighting
    path: list[Floats] = field(default_factory=list)
    blind: list[int] = field(default_factory=list)
    own: tuple[float, float] = (0.0, 0.0)
    missed: int = 0

    @property
    def row(self) -> Floats:
        return np.concatenate([self.path[-1] if self.path else self.last.centre, self.last.size])


class Weaver:
    """Takes the frames of a video in order, and what looks see; gives the finished threads.

    width, height: of the upright frames in pixels. interval: frames from one look to the next, at most.
    """

    def __init__(self, width: int, height: int, interval: int) -> None:
        self._size = (width, height)
        # Frames, each with how the camera moved towards it.
        self._past: deque[tuple[Small, Camera]] = deque(maxlen=_MOST_MISSED * interval + 1)
        self._open: list[_Open] = []
        self._frame = -1
        self._finished: list[Thread] = []

    def advance(self, small: Small, *, cut: bool) -> None:
        """Go on to the next frame. cut: a scene begins with it."""
        self._frame += 1
        moved = Camera()
        if cut:
            self._end()
        elif self._past:
            before = self._past[-1][0]
            moved = camera.between(before, small)
            for one in self._open:
                row, one.own, found = motion.step(one.row, one.own, before, small, moved)
                one.path.append(row[:2])
                one.blind.append((one.blind[-1] if one.blind else 0) + (not found))
            self._keep([one for one in self._open if self._is_inside(one.row)])
        self._past.append((small, moved))

    def see(self, sights: Sequence[Sighting]) -> None:
        """What a look at the newest frame saw."""
        left = dict(enumerate(sights))
        for one, number in self._matched(sights):
            self._join(one, left.pop(number))
        for one in self._open:
            one.missed += bool(one.path)  # what was seen has none
        self._keep([one for one in self._open if one.missed < _MOST_MISSED])
        self._open += [self._begun(sight) for sight in left.values()]

    def finish(self) -> list[Thread]:
        """All threads, once the last frame was seen."""
        self._end()
        return self._finished

    def _end(self) -> None:
        self._keep([])
        self._past.clear()

    def _keep(self, kept: list[_Open]) -> None:
        """Finish all others; they are covered up to here."""
        for one in self._open:
            if one not in kept:
                one.thread.append(_alone(one.path, one.blind, one.last))
                self._finished.append(one.thread)
        self._open = kept

    def _matched(self, sights: Sequence[Sighting]) -> list[tuple[_Open, int]]:
        """Nearest pairs of one kind first, each once."""
        pairs: list[tuple[float, int, int]] = []
        for i, one in enumerate(self._open):
            own = [j for j, sight in enumerate(sights) if _kind(sight.kind) == _kind(one.thread.kind)]
            if own:
                values = likeness(one.row, np.stack([sights[j].row for j in own]))
                pairs += [(float(value), i, j) for value, j in zip(values, own, strict=True) if value > 0]
        taken: dict[int, int] = {}
        for _value, i, j in sorted(pairs, reverse=True):
            if i not in taken and j not in taken.values():
                taken[i] = j
        return [(self._open[i], j) for i, j in taken.items()]

    def _join(self, one: _Open, sight: Sighting) -> None:
        """Cover from the last sight to this one: the hull of both, each moved to where it is in the frame."""
        count = len(one.path)
        back, blind = self._followed_back(sight, max(0, count - 1))
        if count:
            rest = count - 1 - len(back)  # it was outside the picture there
            back, blind = [*back, *back[-1:] * rest][::-1], [*blind, *blind[-1:] * rest][::-1]
            back, blind = [*back, sight.centre], [*blind, 0]
            share = np.linspace(1 / count, 1, count, dtype=np.float32)[:, None]
            there, here = np.stack(one.path), np.stack(back)
            centres = (1 - share) * there + share * here
            reach = np.maximum(one.last.reach + (there - centres) @ _UNITS, sight.reach + (here - centres) @ _UNITS)
            side = float(min(*one.last.size, *sight.size))
            unsure = np.minimum(np.array(one.blind), np.array(blind)) * _PAD_BLIND
            pad = _PAD + side * np.minimum(_PAD_SHARE + unsure, _PAD_MOST)
            one.thread.append(np.concatenate([centres, reach + pad[:, None]], axis=1))
        one.thread.sights += 1
        one.thread.doubtful &= sight.doubtful
        one.last, one.path, one.blind, one.missed = sight, [], [], 0

    def _begun(self, sight: Sighting) -> _Open:
        """A new thread, followed back as far as frames are kept."""
        back, blind = self._followed_back(sight, len(self._past) - 1)
        thread = Thread(sight.kind, self._frame - len(back), sight.doubtful, 1)
        thread.append(_alone(back, blind, sight)[::-1])
        thread.append(np.concatenate([sight.centre, sight.reach + _PAD])[None])
        return _Open(thread, sight)

    def _followed_back(self, sight: Sighting, most: int) -> tuple[list[Floats], list[int]]:
        """Centres in the frames before this one, newest first, while inside the picture; and how many were not found."""
        row, own = sight.row, (0.0, 0.0)
        frames = list(self._past)
        centres: list[Floats] = []
        blind: list[int] = []
        for (later, moved), (earlier, _) in list(zip(frames[:0:-1], frames[-2::-1], strict=True))[:most]:
            row, own, found = motion.step(row, own, later, earlier, moved.back())
            centres.append(row[:2])
            blind.append((blind[-1] if blind else 0) + (not found))
            if not self._is_inside(row):
                break
        return centres, blind

    def _is_inside(self, row: Floats) -> bool:
        """Whether any of it may be in the picture."""
        x, y, w, h = row
        return bool(-w / 2 < x < self._size[0] + w / 2 and -h / 2 < y < self._size[1] + h / 2)


def _kind(kind: str) -> str:
    return _ALIKE.get(kind, kind)


def _alone(path: Sequence[Floats], blind: Sequence[int], sight: Sighting) -> NDArray[np.float32]:
    """Rows for frames that only one sight says something about; the nearest first."""
    if not path:
        return np.zeros((0, _WIDTH), np.float32)
    away = np.arange(1, len(path) + 1)
    grown = np.minimum(_PAD_SHARE + away * _PAD_ALONE + np.array(blind) * _PAD_BLIND, _PAD_MOST)
    pad = (_PAD + float(min(sight.size)) * grown)[:, None]
    return np.concatenate([np.stack(path), sight.reach[None] + pad], axis=1).astype(np.float32)
