"""Which frames are looked at, how closely, and what is seen there.

A small look sees large faces in every second frame, a large one the small faces in every eighth; the first frame of
a scene gets both. A frame that hardly differs from the last one looked at is not looked at again. Between looks the tracks
go on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from paravent.detect import scales
from paravent.detect.base import Viewer
from paravent.detect.centerface import CERTAIN, DOUBT, CenterFace, joined
from paravent.detect.network import Candidates
from paravent.redact.geometry import Box, face_shape
from paravent.video.motion import Floats, Small
from paravent.video.tracks import Sight, likeness

_STILL = 0.4  # mean change of grey values (0 to 255) below which two frames show the same
_REMEMBERED = 8  # frames for which a place that was found to be no face is not looked at a second time
_MOST_SECOND_LOOKS = 16  # in one frame


@dataclass(frozen=True, slots=True)
class Schedule:
    """Frames from one look to the next. small, large: longest side of a look in pixels (`scales.LONGEST`)."""

    small_every: int = 2
    large_every: int = 8
    small: int = scales.LONGEST[0]
    large: int = scales.LONGEST[1]


class Looker:
    """Looks at the frames of one film in order."""

    def __init__(self, detector: CenterFace, schedule: Schedule) -> None:
        self._detector = detector
        self._schedule = schedule
        self._last: dict[int, Small] = {}
        self._rejected: deque[list[Floats]] = deque(maxlen=_REMEMBERED)

    def look(
        self, index: int, picture: Viewer, small: Small, expected: Sequence[Floats], *, scene_start: bool
    ) -> tuple[list[Sight], float]:
        """What is seen in a frame, and how close the closest look was (pixels for each pixel of the frame, 0: no look).

        expected: where tracks should be; what is seen there needs less certainty.
        """
        plan = self._schedule
        sides = [
            side
            for side, every in ((plan.large, plan.large_every), (plan.small, plan.small_every))
            if scene_start or (index % every == 0 and self._differs(side, small))
        ]
        if not sides:
            return [], 0.0
        longest = max(picture.width, picture.height)
        factors = sorted({min(1.0, side / longest) for side in sides}, reverse=True)
        for side in sides:
            self._last[side] = small
        whole = Box(0, 0, picture.width, picture.height)
        found = joined([self._detector.one_look(picture, scales.Look(whole, factor)) for factor in factors])
        return self._believed(picture, found, expected), factors[0]

    def _differs(self, side: int, small: Small) -> bool:
        last = self._last.get(side)
        return last is None or float(np.abs(last.coarse - small.coarse).mean()) > _STILL

    def _believed(self, picture: Viewer, found: Candidates, expected: Sequence[Floats]) -> list[Sight]:
        boxes = [_head(found, i) for i in range(len(found))]
        scores = [float(score) for score in found.scores]
        doubtful = [
            i
            for i, box in enumerate(boxes)
            if scores[i] < CERTAIN and not _is_expected(box, expected) and not self._was_rejected(box)
        ][:_MOST_SECOND_LOOKS]
        unknown = {i for i, box in enumerate(boxes) if scores[i] < CERTAIN and not _is_expected(box, expected)}
        rejected = []
        if doubtful:
            again = self._detector.rescored(picture, found.take(np.array(doubtful, np.intp)))
            for i, score in zip(doubtful, again, strict=True):
                if score >= DOUBT:
                    unknown.discard(i)
                    scores[i] = min(float(score), float(found.scores[i]))
                else:
                    rejected.append(boxes[i])
        self._rejected.append(rejected)
        return [Sight(box, scores[i]) for i, box in enumerate(boxes) if i not in unknown]

    def _was_rejected(self, box: Floats) -> bool:
        return any(_is_expected(box, boxes) for boxes in self._rejected)


def _is_expected(box: Floats, expected: Sequence[Floats]) -> bool:
    return bool(expected) and bool(likeness(box, np.stack(expected)).max() > 0)


def _head(found: Candidates, i: int) -> Floats:
    """Centre x, y, width, height of what covers a face, tilted or not, at its own size."""
    left, top, right, bottom = (float(side) for side in found.boxes[i])
    landmarks = tuple((float(x), float(y)) for x, y in found.landmarks[i])
    box = face_shape(Box(left, top, right - left, bottom - top), 1.0, landmarks).bounds()
    return np.array([box.x + box.w / 2, box.y + box.h / 2, box.w, box.h], np.float32)
