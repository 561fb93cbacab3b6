"""Faces that cross the picture by themselves: what looks saw of them, joined by where each should have gone.

A face that moves by more than a part of its size from look to look is not followed by its pattern: the scene behind stays,
and is what is found again. So sightings are joined by place, size and speed alone, over no more frames and no farther than
a face moves; between two of them the place goes evenly, besides the camera. At both ends it goes on for a moment.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from paravent.video.tracking.camera import Camera
from paravent.video.tracking.linking import joined
from paravent.video.tracking.small import Floats
from paravent.video.tracking.track import Observation, Track

_JUMP = 0.35  # distance in sides, besides the camera, from which on a face has moved by itself between two looks
_FOLLOWED = 0.25  # and within which of where its pattern should be it was followed
_FIRST_REACH, _NEXT_REACH, _MOST_REACH = 3.0, 1.0, 6.0  # sides: in the first frame, each further one, and at most
_NEAR, _NEAR_NEXT = 0.5, 0.12  # sides from where its speed lets expect it, and for each frame besides
_SPEED_CHANGES = 0.5  # share of the way it should have gone by which that may be wrong
_ONWARD = 1.5  # times that way that is searched along
_SURELY = 2  # jumps from which on what follows the pattern of the same place stands there in vain
_SAME_SIZE = 1.6  # factor of the size within which two sightings are one face
_UNSEEN, _LEAST_UNSEEN = 0.4, 4  # seconds and frames over which sightings are joined
_BEYOND, _LEAST_BEYOND = 0.3, 4  # seconds and frames a face goes on at both ends
_REST = 1.0  # seconds without a jump after which a face has come to rest
_WIDER = 0.04  # of its size for each frame from the nearest sighting
_WIDEST = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class _Sighting:
    """frame: in which it was seen. track: what follows its pattern, if anything does."""

    frame: int
    one: Observation
    track: Track | None


@dataclass(slots=True, eq=False)
class _Passage:
    """What was seen of one face. row: the last sighting, carried on with the camera. own: its speed besides the camera,
    pixels a frame; None where it was seen once. way: sightings from the first jump on, jumped: frame of the last one,
    jumps: how many. begun: nothing was seen of it before."""

    last: _Sighting
    row: Floats
    own: Floats | None = None
    way: list[_Sighting] = field(default_factory=list)
    jumped: int = 0
    jumps: int = 0
    begun: bool = True
    seen: int = 1


class Passages:
    """Takes the frames of one video in order and what looks see in them; gives tracks of what moves by itself.

    width, height: of the frames. rate: frames a second.
    """

    def __init__(self, width: int, height: int, rate: float) -> None:
        self._size = np.array([width, height], np.float32)
        self._unseen = max(_LEAST_UNSEEN, round(_UNSEEN * rate))
        self._beyond = max(_LEAST_BEYOND, round(_BEYOND * rate))
        self._rest = max(2 * _LEAST_BEYOND, round(_REST * rate))
        self._cameras: list[Camera] = []  # towards each frame of the scene
        self._frame, self._start = -1, 0
        self._open: list[_Passage] = []
        self.finished: list[Track] = []

    def cut(self) -> None:
        """A scene begins with the next frame, or all are over."""
        for one in self._open:
            self._close(one, ended=True)
        self._open = []
        self._cameras, self._start = [], self._frame + 1

    def advance(self, moved: Camera) -> None:
        """Go on to the next frame. moved: how the camera did."""
        self._frame += 1
        self._cameras.append(moved)
        for one in self._open:
            one.row = moved.carried(one.row)
            if self._frame - one.last.frame > self._unseen:
                self._close(one, ended=True)
        self._open = [one for one in self._open if self._frame - one.last.frame <= self._unseen]

    @property
    def expected(self) -> list[Floats]:
        """Where those that move should be now, centre x, y, width, height."""
        return [self._expected(one) for one in self._open if one.way]

    def continued(self, seen: Sequence[Observation], moves: Sequence[bool]) -> dict[int, _Passage]:
        """Which passage goes on with which of what was seen, by its number; nearest first. moves: of each, whether the
        frame differs there from the one before."""
        if not seen or not self._open:
            return {}
        rows = np.stack([one.row for one in seen])
        found = self._resting(rows)  # first, for it is most of a crowd
        taken = set(map(id, found.values()))
        left = [j for j in range(len(seen)) if j not in found]
        open_ = [one for one in self._open if id(one) not in taken] if left else []
        near: list[tuple[float, int, int]] = []
        for i, passage in enumerate(open_):
            worth = self._worth(passage, rows[left], np.array(moves, np.bool_)[left])
            near += [(float(worth[k]), i, left[k]) for k in np.flatnonzero(worth < 1)]
        for i, j in _nearest(near):
            found[j] = open_[i]
        return found

    def _resting(self, rows: Floats) -> dict[int, _Passage]:
        """Those that did not move by themselves so far and still do not."""
        resting = [one for one in self._open if not one.way]
        if not resting:
            return {}
        here = np.stack([one.row for one in resting])
        sizes, areas = here[:, 2:].prod(axis=1)[:, None], rows[:, 2:].prod(axis=1)[None, :]
        away = rows[None, :, :2] - here[:, None, :2]
        off = np.hypot(away[..., 0], away[..., 1]) / np.sqrt(np.maximum(areas, 1e-6))
        factor = areas / np.maximum(sizes, 1e-6)
        fits = (off <= _JUMP) & (factor < _SAME_SIZE**2) & (factor > 1 / _SAME_SIZE**2)
        near = [(float(off[i, j]), int(i), int(j)) for i, j in zip(*np.nonzero(fits), strict=True)]
        return {j: resting[i] for i, j in _nearest(near)}

    def see(
        self,
        believed: Mapping[int, tuple[Observation, Track | None]],
        going_on: Mapping[int, _Passage],
        jumped: Collection[int],
    ) -> None:
        """What was believed of the newest frame, by number, each with what follows its pattern; what `continued`; and which
        of that `jumps`."""
        for j, (one, track) in believed.items():
            new = _Sighting(self._frame, one, track)
            if j in going_on:
                self._join(going_on[j], new, jumped=j in jumped)
            else:
                self._open.append(_Passage(new, one.row))

    def _worth(self, passage: _Passage, rows: Floats, moves: NDArray[np.bool_]) -> Floats:
        """How far off what was seen is, by what it may be; from 1 on it is another face."""
        since = self._frame - passage.last.frame
        here, size = passage.row[:2], passage.row[2:]
        side = np.sqrt(np.maximum(size.prod(), rows[:, 2:].prod(axis=1)))
        factor = np.sqrt(rows[:, 2:].prod(axis=1) / max(float(size.prod()), 1e-6))
        away = rows[:, :2] - here
        if passage.own is None:
            reach = side * min(_FIRST_REACH + _NEXT_REACH * (since - 1), _MOST_REACH)
            off = np.hypot(away[:, 0], away[:, 1])
        else:
            way = passage.own * since
            length = float(np.hypot(*way))
            along = np.clip(away @ way / max(length**2, 1e-6), 0, _ONWARD)[:, None]
            rest = away - along * way
            reach = side * (_NEAR + _NEAR_NEXT * since) + _SPEED_CHANGES * length
            off = np.hypot(rest[:, 0], rest[:, 1]) + 0.1 * np.abs(along[:, 0] - 1) * length
        fits = (factor < _SAME_SIZE) & (factor > 1 / _SAME_SIZE)
        # What does not move is only joined to what was there.
        fits &= moves | (np.hypot(away[:, 0], away[:, 1]) < _JUMP * side) | bool(passage.way)
        worth: Floats = np.where(fits, off / np.maximum(reach, 1e-6), np.inf).astype(np.float32)
        return worth

    def _expected(self, one: _Passage) -> Floats:
        row = one.row.copy()
        if one.own is not None:
            row[:2] += one.own * (self._frame - one.last.frame)
        return row

    def _join(self, passage: _Passage, new: _Sighting, *, jumped: bool) -> None:
        since = max(1, new.frame - passage.last.frame)
        own: Floats = (new.one.row[:2] - passage.row[:2]) / np.float32(since)
        if passage.own is not None and not jumped:
            own = (own + passage.own) * np.float32(0.5)
        passage.own = own
        if jumped:
            if not passage.way:
                passage.way.append(passage.last)
                passage.begun = passage.seen == 1
            passage.jumped, passage.jumps = new.frame, passage.jumps + 1
        if passage.way:
            passage.way.append(new)
        passage.last, passage.row = new, new.one.row
        passage.seen += 1
        if passage.way and new.frame - passage.jumped > self._rest:
            self._close(passage, ended=False)

    def _close(self, passage: _Passage, *, ended: bool) -> None:
        """Make a track of its way. ended: it was not seen any more."""
        way, passage.way = passage.way, []
        was_lost = any(sighting.track is None or sighting.track is not way[0].track for sighting in way)
        if way and (was_lost or passage.jumps >= _SURELY):
            self.finished.append(self._track(way, begun=passage.begun, ended=ended))
            for sighting in way if passage.jumps >= _SURELY else ():
                if sighting.track is not None:
                    sighting.track.passed += 1
        passage.jumps = 0
        passage.begun = False

    def _track(self, way: Sequence[_Sighting], *, begun: bool, ended: bool) -> Track:
        rows: list[tuple[Floats, bool]] = [(way[0].one.row, True)]
        for a, b in pairwise(way):
            rows += self._between(a, b)
        first = way[0].frame
        if begun:
            before = self._onward(way[0], way[1], back=True)
            rows = [*((row, False) for row in reversed(before)), *rows]
            first -= len(before)
        if ended:
            rows += [(row, False) for row in self._onward(way[-1], way[-2], back=False)]
        track = Track(first, roughness=1.0)
        for sighting in way:
            track.observe(sighting.one)
        track.rows = array("f", np.stack([row for row, _seen in rows]).astype(np.float32).tobytes())
        track.seen = array("b", [seen for _row, seen in rows])
        track.found, track.looked = array("b", b"\1" * len(rows)), array("b", bytes(len(rows)))
        track.left = track.passage = True
        return track

    def _carried(self, row: Floats, frame: int, count: int, *, back: bool) -> list[Floats]:
        """A place in the frames after one, or before it, if it stands still in the world; nearest first."""
        rows: list[Floats] = []
        for i in range(count):
            at = frame - self._start - i if back else frame - self._start + 1 + i
            if not (1 if back else 0) <= at < len(self._cameras):
                break
            row = (self._cameras[at].back() if back else self._cameras[at]).carried(row)
            rows.append(row)
        return rows

    def _between(self, a: _Sighting, b: _Sighting) -> list[tuple[Floats, bool]]:
        """From one sighting, itself left out, to the next."""
        count = b.frame - a.frame
        path = self._carried(a.one.row, a.frame, count, back=False)
        error = b.one.row - path[-1]
        rows = []
        for i, row in enumerate(path, 1):
            share, away = np.float32(i / count), min(i, count - i)
            rows.append((_wider(row + error * share, away), i == count))
        return rows

    def _onward(self, end: _Sighting, other: _Sighting, *, back: bool) -> list[Floats]:
        """How it goes on at the end of its way, nearest first, while it is in the picture: it may stop at once, too."""
        count = abs(end.frame - other.frame)
        path = self._carried(other.one.row, other.frame, count, back=back)
        own = (end.one.row[:2] - path[-1][:2]) / np.float32(count)
        rows: list[Floats] = []
        for i, row in enumerate(self._carried(end.one.row, end.frame, self._beyond, back=back), 1):
            there = np.concatenate([row[:2] + own * i, row[2:]])
            if not bool((np.abs(there[:2] * 2 - self._size) < self._size + there[2:]).all()):
                break
            rows.append(_wider(joined(row, there), i))
        return rows


def jumps(passage: _Passage, one: Observation, followed: Floats | None) -> bool:
    """Whether a face has moved by itself since it was seen last. followed: where its pattern should be, if that was
    followed."""
    side = float(np.sqrt(one.row[2] * one.row[3]))
    if followed is not None and float(np.hypot(*(one.row[:2] - followed[:2]))) <= _FOLLOWED * side:
        return False
    return float(np.hypot(*(one.row[:2] - passage.row[:2]))) > _JUMP * side


def _nearest(near: Sequence[tuple[float, int, int]]) -> Iterator[tuple[int, int]]:
    """Pairs of numbers, each number once, the least far first. near: how far, and the two."""
    taken: tuple[set[int], set[int]] = set(), set()
    for _far, i, j in sorted(near):
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            yield i, j


def _wider(row: Floats, frames: int) -> Floats:
    """A place so many frames away from where it was seen."""
    factor = np.float32(1 + min(_WIDER * frames, _WIDEST))
    return np.concatenate([row[:2], row[2:] * factor]).astype(np.float32)
