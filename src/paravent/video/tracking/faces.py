"""Links faces into tracks, followed by looks and by motion in every frame.

A track goes on by movement where nothing is seen, begins before it is first seen and ends after it is last seen.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from paravent.detect.faces.centerface import CERTAIN, DOUBT_IN_FRAMES
from paravent.video.sequence import Facts
from paravent.video.tracking import changed, motion
from paravent.video.tracking.camera import Camera
from paravent.video.tracking.linking import Linker, joined, likeness, pairs
from paravent.video.tracking.passages import Passages, jumps
from paravent.video.tracking.small import Floats, Small
from paravent.video.tracking.track import Observation, Track

_ASTRAY = 0.45  # distance of the centres, in sides, from which what is seen may be something beside
_SHRINKING = 0.8  # share of its size that a look leaves a place at least: one too small must not last
_BEFORE = 0.5  # seconds a track begins before it is first seen
_BEFORE_OFTEN = 1.0  # seconds one that is certain and often seen does
_AFTER = 0.6  # seconds an often seen track goes on unseen
_AFTER_FEW = 0.4  # seconds a track goes on that was seen less often
_LEAVING = 2  # times as long it goes on while it leaves the picture: what is cut off is hardly seen
# Seconds a certain track goes on, both ways, where the place stands still in the world: it was there before it was seen
# and will be.
_LASTING = 4.0
_STILL, _STILL_FOR = 0.5, 1.0  # distance in sides that it may come away from there, in so many seconds
_HARDLY_WIDER = 1.2  # times the size of a certain place that was not seen often: the detector hardly knows how large it is
OFTEN = 8  # times seen that make a track an often seen one
_FEW = 3  # fewer say little about the frames around: only until the next look
# Share of the frame's longer side up to which following and seeing are rough for a place, measured by its size.
_ROUGH = 0.05
_ROUGH_LEAST = 80.0  # and pixels, however small the frame
_MOST_BESIDE = 1.5  # area of what is believed beside a track only for that, in areas of the track
_CHANGED = 0.5  # share of a place that must differ from the frame before for what is seen there to move
_CLEAR = 20.0  # pixels of a place, as looked at, from which on a face there is seen if it is one
_SHARED = 0.25  # share of the looks at a place that must share a doubt
# Places of so large a share of the frame's shorter side are seen well: doubt that fewer looks share is no face, and what
# was not often seen ends when a look comes that does not see it.
_LARGE, _SHARED_LARGE = 0.2, 0.5
_TOO_LARGE = 0.5  # share of the frame's longer side from which on most looks are too close to see a place


class FaceLinker(Linker):
    """Links faces, which are looked for in nearly every frame.

    rate: frames a second, for how long a place is kept. least: frames that pass at most until every place is looked at
    again. doubted: each look counts, however little it is sure; else doubt must be shared by some of the looks at a place.
    """

    def __init__(self, width: int, height: int, rate: float, least: int, *, doubted: bool = False) -> None:
        self._before = max(least + 1, round(_BEFORE * rate))
        self._after = max(least + 2, round(_AFTER * rate))
        self._after_few = max(least + 2, round(_AFTER_FEW * rate))
        self._least, self._rate = least, rate
        longest = max(self._before, round(_BEFORE_OFTEN * rate))
        super().__init__(width, height, longest + 1)
        self._moved = array("f")  # how the camera moved towards each frame: zoom, turn, and shift x and y
        self._looks: deque[float] = deque(maxlen=longest)
        self._active: list[Track] = []
        self._finished: list[Track] = []
        self._passages = Passages(width, height, rate)
        self._doubted = doubted

    @classmethod
    def of(cls, facts: Facts, least: int, *, doubted: bool = False) -> FaceLinker:
        """For the frames of a sequence."""
        return cls(facts.width, facts.height, facts.rate, least, doubted=doubted)

    @property
    def at_rest(self) -> bool:
        """Whether all tracks are over, and those that may be prolonged cannot be any further."""
        reach = round(_LASTING * self._rate)
        certain = (track for track in self._finished if track.score >= CERTAIN)
        return not self._active and all(track.stop + reach <= self._frame for track in certain)

    def see(self, seen: Sequence[Observation], finest: float) -> None:
        """What the looks at the newest frame saw. Ends tracks that were not seen for long or left the picture.

        finest: pixels of the closest look for each pixel of the frame, 0 if there was no look.
        """
        known = pairs([(track.kind, track.last) for track in self._active], seen)
        continued = {j: self._active[i] for i, j in known.items()}
        moves = [changed.share(one.row, self.changed) >= _CHANGED for one in seen]
        going_on = self._passages.continued(seen, moves)
        believed: dict[int, tuple[Observation, Track | None]] = {}
        jumped = {
            j for j, passage in going_on.items() if jumps(passage, seen[j], continued[j].last if j in continued else None)
        }
        for j, one in enumerate(seen):
            if j in continued:
                _correct(continued[j], one, certainly=j in jumped)
                believed[j] = one, continued[j]
            elif j in jumped:
                believed[j] = one, None  # its pattern would not be found again, only what is behind it
            elif self._doubted or j in going_on or one.score >= DOUBT_IN_FRAMES or self._is_beside(one):
                self._begin(one)
                believed[j] = one, self._active[-1]
            if j in believed and (track := believed[j][1]) is not None:
                track.stirred += moves[j]
        self._passages.see(believed, going_on, jumped)
        self._looks.append(finest)
        kept = []
        for track in self._active:
            track.looked[-1] = _is_clear(track.last, finest)
            if self._is_over(track):
                self._finished.append(track)
            else:
                kept.append(track)
        self._active = kept

    def finish(self) -> list[Track]:
        """All tracks, once the last frame was seen, without doubt that most looks at the place did not share."""
        self._end()
        kept = [track for track in self._finished if self._is_believed(track) and not _is_left_behind(track)]
        for track in kept:
            self._trim(track)
            track.roughness = self._roughness(track)
        certain = [track for track in kept if track.score >= CERTAIN]
        for track in certain:
            if not _has_moved(track) and (track.observed >= OFTEN or not self._is_well_seen(track)):
                self._prolong(track)
            if track.observed < OFTEN and not self._is_large(track):
                track.widen(_HARDLY_WIDER)
        starts, stops = np.array([track.start for track in certain]), np.array([track.stop for track in certain])
        for track in kept:
            if track.score < CERTAIN:
                meanwhile = [certain[i] for i in np.flatnonzero((starts < track.stop) & (stops > track.start))]
                beside = _companions(track, meanwhile)
                if beside:
                    track.accompany(max(beside, key=lambda other: other.score))
        return kept + [track for track in self._passages.finished if self._doubted or _is_sure(track)]

    def _trim(self, track: Track) -> None:
        to_looks = self._is_well_seen(track)
        if track.observed < _FEW:
            track.trim(self._least + 1, self._least + 1, to_looks=to_looks)
        elif track.score < CERTAIN or track.observed < OFTEN:
            track.trim(self._before, len(track), to_looks=to_looks)

    def _prolong(self, track: Track) -> None:
        """Go on both ways where the place stands still in the world, as long as it is in the picture."""
        rows, reach, span = list(track.outlines()), round(_LASTING * self._rate), round(_STILL_FOR * self._rate)
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

    def advance(self, small: Small, *, cut: bool | None = None) -> list[Floats]:
        """See `Linker.advance`."""
        expected = super().advance(small, cut=cut)
        _small, moved = self._past[-1]
        self._moved.extend((moved.zoom, moved.turn, *moved.shift))
        self._passages.advance(moved)
        return expected + self._passages.expected

    @property
    def closely(self) -> Floats:
        """What is worth a closer look in the newest frame: what differs from the one before, and where that should be now
        which moved by itself: left, top, right, bottom, (n, 4)."""
        rows = self._passages.expected
        boxes = [np.concatenate([row[:2] - row[2:], row[:2] + row[2:]]) for row in rows]
        new = [box for row, box in zip(rows, boxes, strict=True) if changed.share(row, self.changed) < 1]
        return np.concatenate([self.changed, np.array(new, np.float32).reshape(-1, 4)])

    def _follow(self, before: Small, after: Small, moved: Camera) -> None:
        for track in self._active:
            last = track.last
            row, track.own, found = motion.step(last, track.own, before, after, moved)
            track.speed = float(row[0] - last[0]), float(row[1] - last[1])
            track.append(row, seen=False, found=found)

    def _expected(self) -> list[Floats]:
        return [track.last for track in self._active]

    def _end(self) -> None:
        for track in self._active:
            track.ended_by_cut = True
        self._finished += self._active
        self._active = []
        self._looks.clear()
        self._passages.cut()

    def _is_beside(self, one: Observation) -> bool:
        """Whether it lies beside a track, where less than doubt is believed."""
        return bool(self._active) and bool(_lie_beside(one.row, np.stack([track.last for track in self._active])).any())

    def _begin(self, one: Observation) -> None:
        """A new track, followed back in time as far as frames are kept and it stays in the picture."""
        track = Track(self._frame, kind=one.kind)
        track.observe(one)
        back: list[Floats] = []
        astray = 0
        cameras = self._cameras_back(self._frame, self._frame - len(self._past) + 1)
        for row, found in self._steps_back(one.row, cameras):
            astray = 0 if found else astray + 1
            if not self._is_inside(row) or astray > self._least:
                break
            back.append(row)
        looks = list(self._looks)[len(self._looks) - len(back) :]
        for row, finest in zip(reversed(back), looks, strict=True):
            track.append(row, seen=False, found=True, looked=_is_clear(row, finest))
        track.start -= len(back)
        track.append(one.row, seen=True, found=True)
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
        after = self._after if track.observed >= OFTEN else self._after_few
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
        return self._doubted or track.score >= CERTAIN or track.observed >= shared * track.chances

    def _is_large(self, track: Track) -> bool:
        return float(track.outlines()[:, 2:].min(axis=1).mean()) >= _LARGE * min(self._size)

    def _is_well_seen(self, track: Track) -> bool:
        """Whether a look that does not see it says that there is nothing: it is large, but not too large for most looks."""
        return self._is_large(track) and float(track.outlines()[:, 2:].max()) < _TOO_LARGE * max(self._size)

    def _roughness(self, track: Track) -> float:
        side = float(np.sqrt(track.outlines()[:, 2:].prod(axis=1)).mean())
        return min(1.0, max(_ROUGH * max(self._size), _ROUGH_LEAST) / max(side, 1.0))


def _is_left_behind(track: Track) -> bool:
    """Whether it only stands where something was seen that moved by itself."""
    return track.passed >= track.observed


def _has_moved(track: Track) -> bool:
    """Whether it moved by itself while it was seen, or something did there each time it was."""
    return 2 * track.passed >= track.observed or (track.observed < OFTEN and track.stirred >= track.observed)


def _is_sure(track: Track) -> bool:
    """Whether what moves by itself is a face: a look was certain, or some doubted it alike."""
    return track.score >= CERTAIN or track.observed >= _FEW


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
    rows, here, there = track.outlines(), [], []
    for other in others:
        first, stop = max(track.start, other.start), min(track.stop, other.stop)
        frames = np.array([first, (first + stop) // 2, stop - 1])
        here.append(rows[frames - track.start])
        there.append(other.outlines()[frames - other.start])
    beside = _lie_beside(np.concatenate(here), np.concatenate(there))
    return [other for i, other in enumerate(others) if beside[3 * i : 3 * i + 3].any()]


def _is_clear(row: Floats, finest: float) -> bool:
    """Whether a look of so many pixels for each of the frame's shows what there is at a place."""
    return bool(min(row[2:]) * finest >= _CLEAR)


def _is_astray(row: Floats, box: Floats) -> bool:
    """Whether what was seen lies so far from where it was expected that it may be something beside it."""
    side = float(np.sqrt(max(row[2:].prod(), box[2:].prod())))
    return float(np.hypot(*(box[:2] - row[:2]))) > _ASTRAY * side


def _correct(track: Track, one: Observation, *, certainly: bool) -> None:
    """Put the newest row where it was seen, and bend the unseen rows before it towards that. Where that is astray, both the
    place that was expected and the one that was seen are kept, unless certainly it is the same that moved."""
    gap = 0
    while gap + 2 <= len(track.seen) and not track.seen[-2 - gap]:
        gap += 1
    has_start = gap + 1 < len(track.seen)
    box = joined(track.last, one.row) if _is_astray(track.last, one.row) and not certainly else one.row
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
    track.observe(one)
