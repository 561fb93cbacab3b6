"""Which frames are looked at, how closely, and what is seen there.

A small look sees most faces in some frames, a large one the small faces in fewer; the first frame of a scene gets both.
The large one is confined to where the small one hints at something, and to where tracks should be. A glimpse in the middle
between shows what the look at the copy would show. A frame that hardly differs from the last one looked at is not looked at
again. Between looks the tracks go on.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from paravent.detect.faces import scales, second_look
from paravent.detect.faces.centerface import CERTAIN, DOUBT_IN_FRAMES
from paravent.detect.faces.first_look import FAINTEST, OVERLAP, joined, looked
from paravent.detect.faces.network import Candidates, Network, unique
from paravent.detect.faces.scales import Look
from paravent.model.geometry import Box
from paravent.redact.masks import face_shape
from paravent.video.sequence import Shown
from paravent.video.tracking.changed import share
from paravent.video.tracking.linking import likeness
from paravent.video.tracking.small import Floats, Small
from paravent.video.tracking.track import Observation

GLIMPSE = 384  # pixels of the longest side
FIRST_LOOK = 0.12  # below this a look sees nothing worth a second
# Shares of the shorter side from which on a face begins to fill the frame, and at which it does; its growth then.
_FILLS_FROM, _FILLS, _FILLING_GROWN = 0.4, 0.7, 1.2
_LARGE = 0.4  # share of the shorter side from which on a tiny look is believed
_STILL = 0.4  # mean change of grey values (0 to 255) below which two frames show the same,
_STILL_PART, _PART = 4.0, 2  # and that of each part of so many pixels of the coarse picture
_CLOSEST = 320  # pixels of the longest side of a place that differs, as looked at
_VAIN = 2  # frames for which such a place is not looked at again if nothing was seen there,
_SAME_PLACE = 0.5  # and the share of it that must lie in the former
_MOST_CLOSE = 250_000  # pixels of all of them in one frame, as looked at
_CLOSER = 1.2  # times as close as the whole frame, from which on they are worth a look of their own
_AROUND = 64  # pixels shown around them, as looked at
# Longest side of a film below which it is looked at enlarged to it, at most so many times.
_SMALL_VIDEO, _ENLARGED = 800, 2.0
_REMEMBERED = 4  # looks for which a place that was found to be no face is not looked at a second time
_SEEN_TWICE = 0.5  # likeness from which two looks at the same saw one thing
_NEARLY, _ALIKE = 0.25, 1.5  # distance in sides, and factor of the area, within which two boxes are one
_MOST_SECOND_LOOKS = 16  # in one frame
NOWHERE: Floats = np.zeros((0, 4), np.float32)


# Frames a second up to which each frame is looked at, up to which twice as many as usual are; of the usual; and from twice
# which on not each frame that differs is.
_SLIDES, _SLOW, _USUAL, _QUICK = 6.0, 17.0, 27.0, 60.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """Frames from one look to the next. large, small, tiny: longest side of a look in pixels; tiny ones see faces that
    fill the frame. glimpse: of a look at frames between, of which only what is certain counts; 0 for none. changed_every:
    of looks at what differs from the frame before; 0 for none."""

    small_every: int = 4
    large_every: int = 12
    tiny_every: int = 8
    glimpse_every: int = 2
    changed_every: int = 1
    tiny: tuple[int, ...] = (256, 192, 128)
    glimpse: int = GLIMPSE
    small: int = 800
    large: int = scales.LONGEST[1]

    @classmethod
    def at(cls, rate: float) -> Schedule:
        """For a video of so many frames a second: as often in time, and the more often the fewer there are."""
        if rate <= _SLIDES:
            return cls(small_every=1, large_every=1, tiny_every=1, glimpse_every=1)
        if rate <= _SLOW:
            return cls(small_every=2, large_every=6, tiny_every=4, glimpse_every=1)
        times, quickly = max(1, round(rate / _USUAL)), max(1, round(rate / _QUICK))
        usual = cls()
        return replace(
            usual,
            small_every=times * usual.small_every,
            large_every=times * usual.large_every,
            tiny_every=times * usual.tiny_every,
            glimpse_every=times * usual.glimpse_every,
            changed_every=quickly,
        )


class Looker:
    """Looks at the frames of one video in order. least: score from which on something is seen."""

    def __init__(self, network: Network, schedule: Schedule, least: float = FIRST_LOOK) -> None:
        self._network = network
        self._schedule = schedule
        self._least = least
        self._last: dict[int, Small] = {}
        self._saw: dict[int, list[Observation]] = {}  # by size of look, what was seen in that frame
        self._rejected: deque[list[Floats]] = deque(maxlen=_REMEMBERED)
        self._vain: dict[int, Floats] = {}  # by frame, places where nothing was seen

    def remember(self, small: Small, seen: list[Observation]) -> None:
        """That frame was looked at, as closely as all looks of the schedule together. seen: what was seen in it."""
        plan = self._schedule
        for side in (plan.large, plan.small, plan.glimpse, *plan.tiny):
            self._last[side], self._saw[side] = small, seen

    def look(
        self,
        index: int,
        picture: Shown,
        small: Small | None,
        expected: Sequence[Floats],
        *,
        scene_start: bool,
        changed: Floats = NOWHERE,
    ) -> tuple[list[Observation], float]:
        """What is seen in a frame, and how close the closest look was: its pixels for each of the frame's, 0 for no look.

        A glimpse is none. small: the frame, for comparison with the last one looked at; None: every frame differs.
        expected: where tracks should be; what is seen there needs less certainty. changed: what differs from the frame
        before, left, top, right, bottom, (n, 4); it is looked at closely.
        """
        plan, longest = self._schedule, max(picture.width, picture.height)
        planned = [
            side
            for side, every in (
                (plan.large, plan.large_every),
                (plan.small, plan.small_every),
                *((side, plan.tiny_every) for side in plan.tiny),
            )
            if scene_start or index % every == 0
        ]
        sides = [side for side in planned if scene_start or self._differs(side, small)]
        glimpses = plan.glimpse > 0 and index % plan.glimpse_every == 0 and plan.small not in sides
        glimpse = [plan.glimpse] if glimpses and self._differs(plan.glimpse, small) else []
        same = [side for side in (*planned, *[plan.glimpse] * glimpses) if side not in (*sides, *glimpse)]
        closest = max(sides, default=0) / longest
        finest = min(1.0, max(planned, default=0) / longest)
        looks_closely = plan.changed_every > 0 and index % plan.changed_every == 0
        close = self._close(index, picture, changed, expected, closest) if looks_closely and len(changed) else []
        if not sides and not glimpse and not close:
            return self._seen_before(same), finest
        if small is not None:
            self._last.update((side, small) for side in (*sides, *glimpse))
        seen = self._seen(picture, sorted({min(side, longest) for side in sides}), expected)
        if plan.large in sides and longest < _SMALL_VIDEO:
            close.append(Look(Box(0, 0, picture.width, picture.height), _closest(longest)))
        found = [self._looked(picture, look) for look in close]
        self._vain[index] = _corners_of([look.window for look, saw in zip(close, found, strict=True) if not len(saw)])
        seen += found
        glimpsed = [self._looked(picture, scales.whole(picture, side)) for side in glimpse]
        closely = sum(map(len, seen))
        both = Candidates.joined([*seen, *(one.take(one.scores >= CERTAIN) for one in glimpsed)])
        kept = unique(both.boxes, both.scores, OVERLAP)
        believed = self._believed(picture, both.take(kept), kept >= closely, expected)
        self._saw.update((side, believed) for side in (*sides, *glimpse))
        return believed + _others(self._seen_before(same), believed), finest

    def _seen_before(self, sides: Sequence[int]) -> list[Observation]:
        """What looks of these sizes saw last, in frames that hardly differ: they would see it again."""
        seen: list[Observation] = []
        for side in sorted(sides, reverse=True):
            seen += _others(self._saw.get(side, []), seen)
        return seen

    def _seen(self, picture: Shown, sizes: Sequence[int], expected: Sequence[Floats]) -> list[Candidates]:
        """What looks of these sizes (ascending) show, in the frame's own pixels.

        A large one is guided by one of at least half its size: it is taken where that saw the faintest sign of a face, and
        where tracks should be.
        """
        seen: list[Candidates] = []
        places: Floats | None = None
        for size in sizes:
            look, guides = scales.whole(picture, size), 2 * size >= max(sizes) > max(size, scales.GUIDED_FROM)
            parts = [look] if places is None else scales.windows(look, places)
            found = Candidates.joined([self._looked(picture, part, hints=guides) for part in parts])
            if guides:
                places = np.concatenate([found.boxes, *(_corners(box)[None] for box in expected)])
            if size <= max(self._schedule.tiny):  # these are for what the others are too close to see
                sides = (found.boxes[:, 2:] - found.boxes[:, :2]).max(axis=1, initial=0)
                found = found.take(sides >= _LARGE * min(picture.width, picture.height))
            seen.append(found.take(found.scores >= self._least))
        return seen

    def _close(self, index: int, picture: Shown, changed: Floats, expected: Sequence[Floats], closest: float) -> list[Look]:
        """Looks at what differs from the frame before, where that is worth while."""
        self._vain = {frame: boxes for frame, boxes in self._vain.items() if frame >= index - _VAIN}
        vain = np.concatenate([NOWHERE, *self._vain.values()])
        open_ = [
            box
            for box in changed
            if share(_row(box), vain) < _SAME_PLACE or any(share(row, box[None]) > 0 for row in expected)
        ]
        return _closely(picture, np.array(open_, np.float32), closest) if open_ else []

    def _looked(self, picture: Shown, look: Look, *, hints: bool = False) -> Candidates:
        least = FAINTEST if hints else self._least
        found = looked(self._network, scales.seen(picture, look), look, 0, least, hints=hints)
        ways = picture.further()
        more = [looked(self._network, scales.seen(way, look), look, 0, least, hints=hints) for way in ways]
        return joined([found, *more]) if more else found

    def _differs(self, side: int, small: Small | None) -> bool:
        last = self._last.get(side)
        return last is None or small is None or differ(last.coarse, small.coarse)

    def _believed(
        self, picture: Shown, found: Candidates, glimpsed: NDArray[np.bool_], expected: Sequence[Floats]
    ) -> list[Observation]:
        boxes = [_whole_head(_head(found, i), min(picture.width, picture.height)) for i in range(len(found))]
        scores = [float(score) for score in found.scores]
        unsure = glimpsed | (found.scores < CERTAIN)
        open_ = [i for i, box in enumerate(boxes) if unsure[i] and not _is_expected(box, expected)]
        doubtful = [i for i in open_ if not self._was_rejected(boxes[i])]
        # In a crowd not all can be looked at twice: what is left out is believed from the usual doubt on.
        dropped = {i for i in open_ if i not in doubtful or scores[i] < DOUBT_IN_FRAMES}
        doubtful = doubtful[:_MOST_SECOND_LOOKS]
        if doubtful:
            again, _boxes = looked_again(self._network, picture, found.take(np.array(doubtful, np.intp)))
            for i, score in zip(doubtful, again, strict=True):
                dropped.discard(i)
                if score < DOUBT_IN_FRAMES:
                    dropped.add(i)
                scores[i] = min(float(score), scores[i])
        self._rejected.append([boxes[i] for i in doubtful if i in dropped])
        return [Observation.of_face(box, scores[i]) for i, box in enumerate(boxes) if i not in dropped]

    def _was_rejected(self, box: Floats) -> bool:
        return any(_is_same(box, boxes) for boxes in self._rejected)


def looked_again(network: Network, picture: Shown, doubtful: Candidates) -> tuple[Floats, Floats]:
    """See `second_look.looked_again`; of all ways in which a frame shows something, that which shows most."""
    scores, boxes = second_look.looked_again(network, picture, doubtful)
    for way in picture.further():
        more, places = second_look.looked_again(network, way, doubtful)
        boxes = np.where((more > scores)[:, None], places, boxes)
        scores = np.maximum(scores, more)
    return scores, boxes


def _others(seen: Sequence[Observation], known: Sequence[Observation]) -> list[Observation]:
    """Those that are not among what is known."""
    if not known:
        return list(seen)
    rows = np.stack([one.row for one in known])
    return [one for one in seen if not (likeness(one.row, rows) > _SEEN_TWICE).any()]


def differ(before: Floats, after: Floats) -> bool:
    """Whether two coarse pictures show something else, be it in one part only."""
    away = np.abs(after - before)
    if float(away.mean()) > _STILL:
        return True
    rows, columns = (side // _PART for side in away.shape)
    parts = away[: rows * _PART, : columns * _PART].reshape(rows, _PART, columns, _PART).mean(axis=(1, 3))
    return float(parts.max(initial=0)) > _STILL_PART


def _closest(longest: int) -> float:
    """Pixels for each of the frame's, in the closest look that there is."""
    return min(_ENLARGED, max(1.0, _SMALL_VIDEO / longest))


def _closely(picture: Shown, changed: Floats, closest: float) -> list[Look]:
    """Looks at what differs from the frame before: closer than the whole frame is looked at, as far as that is cheap."""
    looks = _looks_at(picture, changed, 1.0)
    pixels = sum(look.window.area * look.factor**2 for look in looks)
    if pixels > _MOST_CLOSE:
        looks = _looks_at(picture, changed, (_MOST_CLOSE / pixels) ** 0.5)
    return [look for look in looks if look.factor > _CLOSER * closest]


def _looks_at(picture: Shown, changed: Floats, share: float) -> list[Look]:
    """A look at each place with what is around it. share: of how close they would else be."""
    whole, looks = Box(0, 0, picture.width, picture.height), []
    for left, top, right, bottom in changed.tolist():
        closest = _closest(max(picture.width, picture.height))
        factor = _stepped(closest, share * min(closest, _CLOSEST / max(right - left, bottom - top)))
        around = _AROUND / factor
        x, y = max(0.0, left - around), max(0.0, top - around)
        window = Box(x, y, min(whole.w, right + around) - x, min(whole.h, bottom + around) - y)
        if window.w >= 1 and window.h >= 1:
            looks.append(Look(window, factor))
    return looks


def _stepped(closest: float, factor: float) -> float:
    """One of a few factors, at most this one: each needs a view of its own."""
    return float(closest * 2 ** (math.floor(2 * math.log2(factor / closest)) / 2))


def candidates(seen: Sequence[Observation]) -> Candidates:
    """What was seen as the network's own kind, without landmarks."""
    corners = np.stack([_corners(one.row) for one in seen])
    scores = np.array([one.score for one in seen], np.float32)
    return Candidates(corners, scores, np.zeros((len(seen), 5, 2), np.float32))


def _corners(box: Floats) -> Floats:
    """Left, top, right, bottom of centre x, y, width, height."""
    corners: Floats = np.concatenate([box[:2] - box[2:] / 2, box[:2] + box[2:] / 2])
    return corners


def _row(corners: Floats) -> Floats:
    """The other way round."""
    row: Floats = np.concatenate([(corners[:2] + corners[2:]) / 2, corners[2:] - corners[:2]])
    return row


def _corners_of(boxes: Sequence[Box]) -> Floats:
    """The same of boxes, (n, 4)."""
    return np.array([(box.x, box.y, box.x + box.w, box.y + box.h) for box in boxes], np.float32).reshape(-1, 4)


def _is_same(box: Floats, boxes: Sequence[Floats]) -> bool:
    """Whether one of `boxes` is nearly this one."""
    return any(
        float(np.abs(other[:2] - box[:2]).max()) < _NEARLY * float(box[2:].min())
        and 1 / _ALIKE < float(other[2:].prod() / max(float(box[2:].prod()), 1e-6)) < _ALIKE
        for other in boxes
    )


def _is_expected(box: Floats, expected: Sequence[Floats]) -> bool:
    return bool(expected) and bool(likeness(box, np.stack(expected)).max() > 0)


def _whole_head(box: Floats, shorter: int) -> Floats:
    """A face that fills the frame reaches beyond it, and is larger than the detector says."""
    filled = (float(box[2:].max()) / shorter - _FILLS_FROM) / (_FILLS - _FILLS_FROM)
    grown = 1 + (_FILLING_GROWN - 1) * min(1.0, max(0.0, filled))
    return box * np.array([1, 1, grown, grown], np.float32)


def _head(found: Candidates, i: int) -> Floats:
    """Centre x, y, width, height of what covers a face, tilted or not, at its own size."""
    left, top, right, bottom = (float(side) for side in found.boxes[i])
    landmarks = tuple((float(x), float(y)) for x, y in found.landmarks[i])
    box = face_shape(Box(left, top, right - left, bottom - top), 1.0, landmarks).bounds()
    return np.array([box.x + box.w / 2, box.y + box.h / 2, box.w, box.h], np.float32)
