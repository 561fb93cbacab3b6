"""Links what is seen in single frames into tracks: one place through time.

Only geometry and the movement of the pattern at a place are used, between neighbouring frames; nothing about a face is
kept or compared. A track goes on by movement where nothing is seen, begins before its first sight and ends after its last.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from paravent.detect.faces.centerface import CERTAIN, DOUBT
from paravent.video.tracking import camera, motion
from paravent.video.tracking.camera import Camera
from paravent.video.tracking.small import Floats, Small, is_cut

_SAME_OVERLAP = 0.15  # intersection over union from which a sight continues a track
_SAME_DISTANCE = 0.6  # or distance of the centres, in sides, if sizes agree within
_SAME_SIZE = 2.0  # this factor
_ASTRAY = 0.45  # distance of the centres, in sides, from which a sight may be something beside
_SHRINKING = 0.8  # share of its size that a sight leaves a place at least: one that is too small must not last
_BEFORE = 0.5  # seconds a track begins before its first sight
_BEFORE_OFTEN = 1.0  # seconds one that is certain and often seen does
_AFTER = 0.6  # seconds an often seen track goes on unseen
_AFTER_FEW = 0.4  # seconds a track goes on that was seen less often
_LEAVING = 2  # times as long it goes on while it leaves the picture: what is cut off is hardly seen
# Seconds a certain track goes on, both ways, where the place stands still in the world: it was there before it was seen
# and will be.
_LASTING = 4.0
_STILL, _STILL_FOR = 0.5, 1.0  # distance in sides that it may come away from there, in so many seconds
_HARDLY_WIDER = 1.2  # times the size of a certain place that was not seen often: the detector hardly knows how large it is
OFTEN = 8  # sights that make a track an often seen one
_FEW = 3  # sights of fewer say little about the frames around: only until the next look
# Share of the frame's longer side up to which following and seeing are rough for a place, measured by its size.
_ROUGH = 0.05
_ROUGH_LEAST = 80.0  # and pixels, however small the frame
_MOST_BESIDE = 1.5  # area of what is believed beside a track only for that, in areas of the track
_CLEAR = 20.0  # pixels of a place, as looked at, from which on a face there is seen if it is one
_SHARED = 0.25  # share of the looks at a place that must share a doubt
# Places of so large a share of the frame's shorter side are seen well: doubt that fewer looks share is no face, and what
# was not often seen ends when a look comes that does not see it.
_LARGE, _SHARED_LARGE = 0.2, 0.5
_TOO_LARGE = 0.5  # share of the frame's longer side from which on most looks are too close to see a place


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What a look saw. box: centre x, y, width, height, pixels of the upright frame. score: 0 to 1."""

    box: Floats
    score: float

    def enlarged(self, factor: float) -> Sight:
        """The same in a frame that many times larger."""
        return Sight(self.box * np.float32(factor), self.score)


@dataclass(slots=True, eq=False)
class Track:
    """One place through time.

    start: first frame. rows: centre x, y, width, height for each frame from there. seen: 1 where a look saw it. found: 1
    where the pattern was followed. looked: 1 where it was looked at well enough to be seen. sights: how often it was seen.
    score: the best. ended_by_cut: a scene began after it. roughness: of where and how large it is, for its size, 0 to 1.
    """

    start: int
    rows: array[float] = field(default_factory=lambda: array("f"))
    seen: array[int] = field(default_factory=lambda: array("b"))
    found: array[int] = field(default_factory=lambda: array("b"))
    looked: array[int] = field(default_factory=lambda: array("b"))
    sights: int = 0
    score: float = 0.0
    left: bool = False
    ended_by_cut: bool = False
    speed: tuple[float, float] = (0.0, 0.0)
    own: tuple[float, float] = (0.0, 0.0)
    roughness: float = 1.0

    def __len__(self) -> int:
        return len(self.seen)

    @property
    def stop(self) -> int:
        """The frame after the last."""
        return self.start + len(self)

    @property
    def chances(self) -> int:
        """How often it was looked at well enough since its first sight."""
        return sum(self.looked[self.seen.index(1) :])

    @property
    def last(self) -> Floats:
        """The newest row."""
        return np.array(self.rows[-4:], np.float32)

    def boxes(self) -> NDArray[np.float32]:
        """All rows, (n, 4)."""
        return np.frombuffer(self.rows, np.float32).reshape(-1, 4).copy()

    def append(self, row: Floats, *, seen: bool, found: bool, looked: bool = False) -> None:
        """One more frame."""
        self.rows.extend(float(value) for value in row)
        self.seen.append(seen)
        self.found.append(found)
        self.looked.append(looked)

    def trim(self, before: int, after: int, *, to_looks: bool) -> None:
        """Keep at most so many frames before the first and after the last sight.

        to_looks: and none from the next look on that did not see it.
        """
        places = np.flatnonzero(np.frombuffer(self.seen, np.int8))
        first, stop = max(0, int(places[0]) - before), min(len(self), int(places[-1]) + 1 + after)
        if to_looks:
            looks = np.flatnonzero(np.frombuffer(self.looked, np.int8))
            first = max([first, *(looks[looks < places[0]] + 1).tolist()])
            stop = min([stop, *looks[looks > places[-1]].tolist()])
        self.rows = self.rows[4 * first : 4 * stop]
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
        """Go on, both ways, at the side of another track for as long as that lasts."""
        if self.start >= other.stop or other.start >= self.stop:
            return
        before, after = max(0, self.start - other.start), max(0, other.stop - self.stop)
        rows, there = self.boxes(), other.boxes()
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
        """Make the place that many times larger in all frames."""
        rows = self.boxes() * np.array((1, 1, factor, factor), np.float32)
        self.rows = array("f", rows.tobytes())

    def unseen(self) -> int:
        """Frames since it was last seen."""
        count = 0
        while count < len(self.seen) and not self.seen[-1 - count]:
            count += 1
        return count


class Tracker:
    """Takes the frames of one video in order; gives the finished tracks.

    width, height: of the upright frames in pixels. rate: frames a second, for how long a place is kept.
    least: frames that pass at most until every place is looked at again.
    """

    def __init__(self, width: int, height: int, rate: float, least: int) -> None:
        self._size = (width, height)
        self._before = max(least + 1, round(_BEFORE * rate))
        self._after = max(least + 2, round(_AFTER * rate))
        self._after_few = max(least + 2, round(_AFTER_FEW * rate))
        self._least, self._rate = least, rate
        longest = max(self._before, round(_BEFORE_OFTEN * rate))
        self._past: deque[Small] = deque(maxlen=longest + 1)
        self._moved = array("f")  # how the camera moved towards each frame: zoom, turn, and shift x and y
        self._looks: deque[float] = deque(maxlen=longest)
        self._active: list[Track] = []
        self._frame = -1
        self.finished: list[Track] = []
        self.cuts: list[int] = []

    def advance(self, small: Small) -> list[Floats]:
        """Go on to the next frame: where the active tracks are now expected, centre x, y, width, height."""
        self._frame += 1
        before = self._past[-1] if self._past else None
        moved = Camera()
        if before is None or is_cut(before, small):
            self._cut()
        else:
            moved = camera.between(before, small)
            for track in self._active:
                _follow(track, before, small, moved)
        self._past.append(small)
        self._moved.extend((moved.zoom, moved.turn, *moved.shift))
        return [track.last for track in self._active]

    @property
    def at_scene_start(self) -> bool:
        """Whether the newest frame is the first of a scene."""
        return bool(self.cuts) and self.cuts[-1] == self._frame

    @property
    def at_rest(self) -> bool:
        """Whether all tracks are over, and those that may be prolonged cannot be any further."""
        reach = round(_LASTING * self._rate)
        certain = (track for track in self.finished if track.score >= CERTAIN)
        return not self._active and all(track.stop + reach <= self._frame for track in certain)

    def see(self, sights: Sequence[Sight], finest: float) -> None:
        """What the looks at the newest frame saw. Ends tracks that were not seen for long or left the picture.

        finest: pixels of the closest look for each pixel of the frame, 0 if there was no look.
        """
        for track, sight in self._matched(sights):
            if track is not None:
                _correct(track, sight)
            elif sight.score >= DOUBT or self._is_beside(sight):
                self._begin(sight)
        self._looks.append(finest)
        kept = []
        for track in self._active:
            track.looked[-1] = _is_clear(track.last, finest)
            if self._is_over(track):
                self.finished.append(track)
            else:
                kept.append(track)
        self._active = kept

    def finish(self) -> list[Track]:
        """All tracks, once the last frame was seen, without doubt that most looks at the place did not share."""
        self._end()
        kept = [track for track in self.finished if self._is_believed(track)]
        for track in kept:
            self._trim(track)
            track.roughness = self._roughness(track)
        certain = [track for track in kept if track.score >= CERTAIN]
        for track in certain:
            if track.sights >= OFTEN or not self._is_well_seen(track):
                self._prolong(track)
            if track.sights < OFTEN and not self._is_large(track):
                track.widen(_HARDLY_WIDER)
        starts, stops = np.array([track.start for track in certain]), np.array([track.stop for track in certain])
        for track in kept:
            if track.score < CERTAIN:
                meanwhile = [certain[i] for i in np.flatnonzero((starts < track.stop) & (stops > track.start))]
                beside = _companions(track, meanwhile)
                if beside:
                    track.accompany(max(beside, key=lambda other: other.score))
        return kept

    def _trim(self, track: Track) -> None:
        to_looks = self._is_well_seen(track)
        if track.sights < _FEW:
            track.trim(self._least + 1, self._least + 1, to_looks=to_looks)
        elif track.score < CERTAIN or track.sights < OFTEN:
            track.trim(self._before, len(track), to_looks=to_looks)

    def _prolong(self, track: Track) -> None:
        """Go on both ways where the place stands still in the world, as long as it is in the picture."""
        rows, reach, span = list(track.boxes()), round(_LASTING * self._rate), round(_STILL_FOR * self._rate)
        scene, behind = self._scene(track.start)
        back = self._cameras_back(track.start, max(scene, track.start - reach))
        forth = self._cameras(track.stop, min(behind, track.stop + reach))
        head, tail = rows[: span + 1], rows[-span - 1 :]
        before = self._carried(rows[0], back) if self._is_still(head, track.start) else []
        goes_on = not track.left and any(track.found[-self._least - 1 :])
        is_still = goes_on and self._is_still(tail, track.stop - len(tail))
        track.prolong(before, self._carried(rows[-1], forth) if is_still else [])

    def _cameras(self, first: int, stop: int) -> list[Camera]:
        """How the camera moved towards each of the frames from `first` up to `stop`."""
        values = np.frombuffer(self._moved, np.float32).reshape(-1, 4)[first:stop].tolist()
        return [Camera(zoom, turn, (dx, dy)) for zoom, turn, dx, dy in values]

    def _cameras_back(self, frame: int, last: int) -> list[Camera]:
        """How it moves from a frame back to an earlier one."""
        return [moved.back() for moved in self._cameras(last + 1, frame + 1)[::-1]]

    def _scene(self, frame: int) -> tuple[int, int]:
        """The first frame of the scene that a frame is in, and the one behind its last."""
        scene = bisect_right(self.cuts, frame)
        return self.cuts[scene - 1], self.cuts[scene] if scene < len(self.cuts) else self._frame + 1

    def _carried(self, row: Floats, cameras: Sequence[Camera]) -> list[Floats]:
        """Where a place is in the frames that follow if it stands still in the world, while it is in the picture."""
        rows: list[Floats] = []
        for moved in cameras:
            row = moved.carried(row)
            if not self._is_inside(row):
                break
            rows.append(row)
        return rows

    def _is_still(self, rows: Sequence[Floats], start: int) -> bool:
        """Whether a place stands still in the world. rows: where it is from the frame `start` on."""
        expected = rows[0]
        for moved in self._cameras(start + 1, start + len(rows)):
            expected = moved.carried(expected)
        away = float(np.hypot(*(rows[-1][:2] - expected[:2])))
        return away <= _STILL * float(rows[-1][2:].min())

    def _cut(self) -> None:
        self._end()
        self.cuts.append(self._frame)

    def _end(self) -> None:
        for track in self._active:
            track.ended_by_cut = True
        self.finished += self._active
        self._active = []
        self._past.clear()
        self._looks.clear()

    def _matched(self, sights: Sequence[Sight]) -> list[tuple[Track | None, Sight]]:
        """Each sight with the track it continues; nearest pairs first, each track once."""
        if not sights:
            return []
        boxes = np.stack([sight.box for sight in sights])
        pairs: list[tuple[float, int, int]] = []
        for i, track in enumerate(self._active):
            values = likeness(track.last, boxes)
            pairs += [(float(value), i, j) for j, value in enumerate(values) if value > 0]
        taken: dict[int, int] = {}
        used: set[int] = set()
        for _value, i, j in sorted(pairs, reverse=True):
            if i not in used and j not in taken:
                taken[j] = i
                used.add(i)
        return [(self._active[taken[j]] if j in taken else None, sight) for j, sight in enumerate(sights)]

    def _is_beside(self, sight: Sight) -> bool:
        """Whether it lies beside a track, where less than doubt is believed."""
        return bool(self._active) and bool(_lie_beside(sight.box, np.stack([track.last for track in self._active])).any())

    def _begin(self, sight: Sight) -> None:
        """A new track, followed back in time as far as frames are kept and it stays in the picture."""
        track = Track(self._frame, sights=1, score=sight.score)
        back: list[Floats] = []
        row = sight.box
        own, astray = (0.0, 0.0), 0
        frames = list(self._past)
        cameras = self._cameras_back(self._frame, self._frame - len(frames) + 1)
        for later, earlier, moved in zip(frames[:0:-1], frames[-2::-1], cameras, strict=True):
            row, own, found = motion.step(row, own, later, earlier, moved)
            astray = 0 if found else astray + 1
            if not self._is_inside(row) or astray > self._least:
                break
            back.append(row)
        looks = list(self._looks)[len(self._looks) - len(back) :]
        for row, finest in zip(reversed(back), looks, strict=True):
            track.append(row, seen=False, found=True, looked=_is_clear(row, finest))
        track.start -= len(back)
        track.append(sight.box, seen=True, found=True)
        self._active.append(track)

    def _is_over(self, track: Track) -> bool:
        unseen = track.unseen()
        if unseen == 0:
            return False
        if not self._is_inside(track.last):
            track.left = True
            return True
        if not any(track.found[-self._least - 1 :]):
            return unseen > self._least
        after = self._after if track.sights >= OFTEN else self._after_few
        return unseen >= after * (_LEAVING if self._is_leaving(track) else 1)

    def _is_leaving(self, track: Track) -> bool:
        """Whether it is cut off by an edge of the picture and moves on past it."""
        (x, y, w, h), (dx, dy), (width, height) = track.last, track.speed, self._size
        return bool(
            (x < w / 2 and dx < 0)
            or (y < h / 2 and dy < 0)
            or (x > width - w / 2 and dx > 0)
            or (y > height - h / 2 and dy > 0)
        )

    def _is_believed(self, track: Track) -> bool:
        shared = _SHARED_LARGE if self._is_large(track) else _SHARED
        return track.score >= CERTAIN or track.sights >= shared * track.chances

    def _is_large(self, track: Track) -> bool:
        return float(track.boxes()[:, 2:].min(axis=1).mean()) >= _LARGE * min(self._size)

    def _is_well_seen(self, track: Track) -> bool:
        """Whether a look that does not see it says that there is nothing: it is large, but not too large for most looks."""
        return self._is_large(track) and float(track.boxes()[:, 2:].max()) < _TOO_LARGE * max(self._size)

    def _roughness(self, track: Track) -> float:
        side = float(np.sqrt(track.boxes()[:, 2:].prod(axis=1)).mean())
        return min(1.0, max(_ROUGH * max(self._size), _ROUGH_LEAST) / max(side, 1.0))

    def _is_inside(self, row: Floats) -> bool:
        """Whether some of it is in the picture."""
        return bool((np.abs(row[:2] * 2 - self._size) < self._size + row[2:]).all())


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


def _lie_beside(box: Floats, others: Floats) -> NDArray[np.bool_]:
    """Which of others (n, 4) have a box, one for all (4,) or one for each (n, 4), at their side, and not much larger than
    they are."""
    near = likeness(box, others) > 0
    beside: NDArray[np.bool_] = near & (box[..., 2] * box[..., 3] < _MOST_BESIDE * others[:, 2] * others[:, 3])
    return beside


def _companions(track: Track, others: Sequence[Track]) -> list[Track]:
    """Those that a track lies beside in the first, the middle or the last frame that they share."""
    if not others:
        return []
    rows, here, there = track.boxes(), [], []
    for other in others:
        first, stop = max(track.start, other.start), min(track.stop, other.stop)
        frames = np.array([first, (first + stop) // 2, stop - 1])
        here.append(rows[frames - track.start])
        there.append(other.boxes()[frames - other.start])
    beside = _lie_beside(np.concatenate(here), np.concatenate(there))
    return [other for i, other in enumerate(others) if beside[3 * i : 3 * i + 3].any()]


def _padded(flags: array[int], before: int, after: int) -> array[int]:
    return array("b", bytes(before)) + flags + array("b", bytes(after))


def _is_clear(row: Floats, finest: float) -> bool:
    """Whether a look of so many pixels for each of the frame's shows what there is at a place."""
    return bool(min(row[2:]) * finest >= _CLEAR)


def _follow(track: Track, before: Small, after: Small, moved: Camera) -> None:
    last = track.last
    row, track.own, found = motion.step(last, track.own, before, after, moved)
    track.speed = float(row[0] - last[0]), float(row[1] - last[1])
    track.append(row, seen=False, found=found)


def _is_astray(row: Floats, box: Floats) -> bool:
    """Whether what was seen lies so far from where it was expected that it may be something beside it."""
    side = float(np.sqrt(max(row[2:].prod(), box[2:].prod())))
    return float(np.hypot(*(box[:2] - row[:2]))) > _ASTRAY * side


def _joined(a: Floats, b: Floats) -> Floats:
    """Centre x, y, width, height of what holds both."""
    low, high = np.minimum(a[:2] - a[2:] / 2, b[:2] - b[2:] / 2), np.maximum(a[:2] + a[2:] / 2, b[:2] + b[2:] / 2)
    return np.concatenate([(low + high) / 2, high - low])


def _correct(track: Track, sight: Sight) -> None:
    """Put the newest row where it was seen, and bend the unseen rows before it towards that. Where that is astray, both the
    place that was expected and the one that was seen are kept."""
    gap = 0
    while gap + 2 <= len(track.seen) and not track.seen[-2 - gap]:
        gap += 1
    has_start = gap + 1 < len(track.seen)
    box = _joined(track.last, sight.box) if _is_astray(track.last, sight.box) else sight.box
    box = np.concatenate([box[:2], np.maximum(box[2:], _SHRINKING * track.last[2:])])
    error = box - track.last
    for i in range(1, gap + 1):
        share = (gap + 1 - i) / (gap + 1) if has_start else 1.0
        at = len(track.rows) - 4 * (i + 1)
        for k in range(4):
            track.rows[at + k] += float(error[k]) * share
    for k in range(4):
        track.rows[len(track.rows) - 4 + k] = float(box[k])
    track.seen[-1], track.found[-1] = 1, 1
    track.sights += 1
    track.score = max(track.score, sight.score)
