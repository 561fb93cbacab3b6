"""Links what is no tracked face (persons, writing, codes, logos) through time, from looks that lie some frames apart.

A place is linked from look to look by kind and geometry alone, and follows the movement of the pattern between them, from
both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from paravent.video.tracking import motion
from paravent.video.tracking.camera import Camera
from paravent.video.tracking.linking import Linker, pairs
from paravent.video.tracking.small import Floats, Small
from paravent.video.tracking.track import CONVEX, UNITS, Observation, Track

_MOST_MISSED = 2  # looks in a row that did not see a place, after which it ends
_PAD = 1.5  # pixels more between looks,
_PAD_SHARE = 0.01  # and this share of the shorter side,
_PAD_BLIND = 0.04  # this for each frame the pattern was not found,
_PAD_ALONE = 0.02  # and this for each frame away from the only look there is,
_PAD_MOST = 0.3  # together at most this


@dataclass(slots=True, eq=False)
class _Open:
    """A track that goes on. last: what was seen of it last. path, blind: since then, centres, and frames that were not
    found."""

    track: Track
    last: Observation
    path: list[Floats] = field(default_factory=list)
    blind: list[int] = field(default_factory=list)
    missed: int = 0

    @property
    def row(self) -> Floats:
        """Centre x, y, width, height, now."""
        return np.concatenate([self.path[-1] if self.path else self.last.row[:2], self.last.row[2:]])


class SparseLinker(Linker):
    """Links what looks see that lie some frames apart. interval: frames from one look to the next, at most."""

    def __init__(self, width: int, height: int, interval: int) -> None:
        super().__init__(width, height, _MOST_MISSED * interval + 1)
        self._open: list[_Open] = []
        self._finished: list[Track] = []

    def see(self, seen: Sequence[Observation]) -> None:
        """What a look at the newest frame saw; all of it convex."""
        left = dict(enumerate(seen))
        for i, j in pairs([(one.track.kind, one.row) for one in self._open], seen).items():
            self._join(self._open[i], left.pop(j))
        for one in self._open:
            one.missed += bool(one.path)  # what was seen has none
        self._keep([one for one in self._open if one.missed < _MOST_MISSED])
        self._open += [self._begun(new) for new in left.values()]

    def finish(self) -> list[Track]:
        """See `Linker.finish`."""
        self._end()
        return self._finished

    def _follow(self, before: Small, after: Small, moved: Camera) -> None:
        for one in self._open:
            row, one.track.own, found = motion.step(one.row, one.track.own, before, after, moved)
            one.path.append(row[:2])
            one.blind.append((one.blind[-1] if one.blind else 0) + (not found))
        self._keep([one for one in self._open if self._is_inside(one.row)])

    def _expected(self) -> list[Floats]:
        return [one.row for one in self._open]

    def _end(self) -> None:
        self._keep([])

    def _keep(self, kept: list[_Open]) -> None:
        """Finish all others; they are covered up to here."""
        for one in self._open:
            if one not in kept:
                one.track.extend(_alone(one.path, one.blind, one.last))
                self._finished.append(one.track)
        self._open = kept

    def _join(self, one: _Open, new: Observation) -> None:
        """Cover from what was seen last to this: the hull of both, each moved to where it is in the frame."""
        count = len(one.path)
        back, blind = self._followed_back(new, max(0, count - 1))
        if count:
            rest = count - 1 - len(back)  # it was outside the picture there
            back, blind = [*back, *back[-1:] * rest][::-1], [*blind, *blind[-1:] * rest][::-1]
            back, blind = [*back, new.row[:2]], [*blind, 0]
            share = np.linspace(1 / count, 1, count, dtype=np.float32)[:, None]
            there, here = np.stack(one.path), np.stack(back)
            centres = (1 - share) * there + share * here
            reach = np.maximum(one.last.convex + (there - centres) @ UNITS, new.convex + (here - centres) @ UNITS)
            side = float(min(*one.last.row[2:], *new.row[2:]))
            unsure = np.minimum(np.array(one.blind), np.array(blind)) * _PAD_BLIND
            pad = _PAD + side * np.minimum(_PAD_SHARE + unsure, _PAD_MOST)
            one.track.extend(np.concatenate([centres, reach + pad[:, None]], axis=1))
        one.track.observe(new)
        one.last, one.path, one.blind, one.missed = new, [], [], 0

    def _begun(self, new: Observation) -> _Open:
        """A new track, followed back as far as frames are kept."""
        back, blind = self._followed_back(new, len(self._past) - 1)
        track = Track(self._frame - len(back), kind=new.kind, numbers=CONVEX)
        track.observe(new)
        track.extend(_alone(back, blind, new)[::-1])
        track.extend(np.concatenate([new.row[:2], new.convex + _PAD])[None])
        return _Open(track, new)

    def _followed_back(self, new: Observation, most: int) -> tuple[list[Floats], list[int]]:
        """Centres in the frames before this one, newest first, while inside the picture; and how many were not found."""
        centres: list[Floats] = []
        blind: list[int] = []
        cameras = [moved.back() for _small, moved in reversed(self._past)][:-1]
        for row, found in islice(self._steps_back(new.row, cameras), most):
            centres.append(row[:2])
            blind.append((blind[-1] if blind else 0) + (not found))
            if not self._is_inside(row):
                break
        return centres, blind


def _alone(path: Sequence[Floats], blind: Sequence[int], one: Observation) -> NDArray[np.float32]:
    """Rows for frames that only one look says something about; the nearest first."""
    if not path:
        return np.zeros((0, CONVEX), np.float32)
    away = np.arange(1, len(path) + 1)
    grown = np.minimum(_PAD_SHARE + away * _PAD_ALONE + np.array(blind) * _PAD_BLIND, _PAD_MOST)
    pad = (_PAD + float(min(one.row[2:])) * grown)[:, None]
    return np.concatenate([np.stack(path), one.convex[None] + pad], axis=1).astype(np.float32)
