"""Links what is seen in single frames into tracks: what every strategy shares.

Only geometry, kinds and the movement of the pattern at a place are used, between neighbouring frames; nothing about a face
is kept or compared. `faces` follows what is looked for in nearly every frame; `sparse` everything else, from looks that lie
some frames apart.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Sequence

import numpy as np

from paravent.video.tracking import camera, changed, motion
from paravent.video.tracking.camera import Camera
from paravent.video.tracking.small import Floats, Small, is_cut
from paravent.video.tracking.track import Observation, Track

_SAME_OVERLAP = 0.15  # intersection over union from which on what is seen continues a track
_SAME_DISTANCE = 0.6  # or distance of the centres, in sides, if sizes agree within
_SAME_SIZE = 2.0  # this factor
_ALIKE = {"plate": "text"}  # kinds that one look may take for the other


class Linker(ABC):
    """Takes the frames of one video in order, and what looks see; gives the finished tracks.

    width, height: of the upright frames in pixels. remembered: frames that are kept, to follow what is new back in time.
    cuts: frames with which scenes begin.
    """

    def __init__(self, width: int, height: int, remembered: int) -> None:
        self._size = (width, height)
        self._past: deque[tuple[Small, Camera]] = deque(maxlen=remembered)  # each with how the camera moved towards it
        self._frame = -1
        self.cuts: list[int] = []
        self._changed: Floats | None = None

    def advance(self, small: Small, *, cut: bool | None = None) -> list[Floats]:
        """Go on to the next frame: where the open tracks are now expected, centre x, y, width, height.

        cut: whether a scene begins with it; None to compare it with the frame before.
        """
        self._frame += 1
        before = self._past[-1][0] if self._past else None
        moved, self._changed = Camera(), None
        if before is None or (is_cut(before, small) if cut is None else cut):
            self._end()
            self._past.clear()
            self.cuts.append(self._frame)
        else:
            moved = camera.between(before, small)
            self._follow(before, small, moved)
        self._past.append((small, moved))
        return self._expected()

    @property
    def at_scene_start(self) -> bool:
        """Whether the newest frame is the first of a scene."""
        return bool(self.cuts) and self.cuts[-1] == self._frame

    @property
    def changed(self) -> Floats:
        """Where the newest frame differs from the one before besides the camera: left, top, right, bottom, (n, 4)."""
        if self._changed is None:
            known = len(self._past) > 1
            (before, _), (after, moved) = self._past[-2 if known else -1], self._past[-1]
            self._changed = changed.places(before, after, moved) if known else np.zeros((0, 4), np.float32)
        return self._changed

    @abstractmethod
    def finish(self) -> list[Track]:
        """All tracks, once the last frame was seen."""

    @abstractmethod
    def _follow(self, before: Small, after: Small, moved: Camera) -> None:
        """Move the open tracks by one frame. moved: how the camera did."""

    @abstractmethod
    def _end(self) -> None:
        """The scene is over: no track goes on."""

    @abstractmethod
    def _expected(self) -> list[Floats]:
        """Where the open tracks are now, centre x, y, width, height."""

    def _steps_back(self, row: Floats, cameras: Sequence[Camera]) -> Iterator[tuple[Floats, bool]]:
        """Where a place of the newest frame is in the frames kept before it, newest first; whether its pattern was found.

        cameras: how it moves from each of these frames to the one before.
        """
        own = (0.0, 0.0)
        frames = [small for small, _moved in self._past]
        for later, earlier, moved in zip(frames[:0:-1], frames[-2::-1], cameras, strict=True):
            row, own, found = motion.step(row, own, later, earlier, moved)
            yield row, found

    def _is_inside(self, row: Floats) -> bool:
        """Whether some of it is in the picture."""
        return bool((np.abs(row[:2] * 2 - self._size) < self._size + row[2:4]).all())


def pairs(expected: Sequence[tuple[str, Floats]], seen: Sequence[Observation]) -> dict[int, int]:
    """Which track is continued by which observation, by their numbers: nearest pairs of one kind first, each once.

    expected: kind of each track, and where it should be.
    """
    near: list[tuple[float, int, int]] = []
    for i, (kind, row) in enumerate(expected):
        own = [j for j, one in enumerate(seen) if _family(one.kind) == _family(kind)]
        if own:
            values = likeness(row, np.stack([seen[j].row for j in own]))
            near += [(float(value), i, j) for value, j in zip(values, own, strict=True) if value > 0]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _value, i, j in sorted(near, reverse=True):
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return found


def likeness(box: Floats, boxes: Floats) -> Floats:
    """How well each of `boxes` (n, 4) continues `box`, one for all (4,) or one for each (n, 4); 0 where it does not."""
    centre, size, centres, sizes = box[..., :2], box[..., 2:], boxes[:, :2], boxes[:, 2:]
    both = np.minimum(centre + size / 2, centres + sizes / 2) - np.maximum(centre - size / 2, centres - sizes / 2)
    both = np.maximum(both, 0)
    common, area, areas = both[:, 0] * both[:, 1], size[..., 0] * size[..., 1], sizes[:, 0] * sizes[:, 1]
    overlap = common / (area + areas - common)
    side = np.sqrt(np.maximum(area, areas))
    away = centres - centre
    distance = np.hypot(away[:, 0], away[:, 1]) / np.maximum(side, 1)
    factor = np.sqrt(areas / np.maximum(area, 1e-6))
    near = (distance < _SAME_DISTANCE) & (factor < _SAME_SIZE) & (factor > 1 / _SAME_SIZE)
    value: Floats = np.where((overlap > _SAME_OVERLAP) | near, overlap + 0.5 * np.maximum(1 - distance, 0), 0)
    return value


def joined(a: Floats, b: Floats) -> Floats:
    """Centre x, y, width, height of what holds both."""
    low, high = np.minimum(a[:2] - a[2:] / 2, b[:2] - b[2:] / 2), np.maximum(a[:2] + a[2:] / 2, b[:2] + b[2:] / 2)
    return np.concatenate([(low + high) / 2, high - low])


def _family(kind: str) -> str:
    return _ALIKE.get(kind, kind)
