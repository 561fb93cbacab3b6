"""What a human decided about the tracks of a video. One is known again by kind, place and time, by nothing else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paravent.model.decision import Course, DecidedRegion, Decision, VisibleRegion
from paravent.model.geometry import Box, Ellipse
from paravent.model.same_track import item_of
from paravent.video.tracking.covering import covering
from paravent.video.tracking.track import DIRECTIONS, Track

_DIGITS = 2  # hundredths of a pixel: as decisions are kept


def course_of(track: Track, frames: int) -> Course:
    """When and where a track is, as a decision keeps it. frames: how many the video has."""
    first, stop = max(0, track.start), min(track.stop, frames)
    seen = np.flatnonzero(np.frombuffer(track.seen, np.int8)) + track.start
    seen = seen[(seen >= first) & (seen < stop)]
    boxes = _boxes(track)
    marked = dict.fromkeys(int(seen[i]) for i in (0, len(seen) // 2, -1)) if len(seen) else {}
    marks = ((frame, boxes[frame - track.start].tolist()) for frame in marked)
    return Course(first, stop, tuple((frame, Box(*(round(value, _DIGITS) for value in box))) for frame, box in marks))


def left_visible(track: Track, decision: Decision | None, frames: int) -> Course | None:
    """The track that a human left visible and this is; it may hold for some of its frames only. frames: see `course_of`."""
    if decision is None:
        return None
    known: tuple[DecidedRegion | VisibleRegion, ...] = (*decision.tracks, *decision.visible)
    here = DecidedRegion(Ellipse(0, 0, 0, 0), kind=track.kind, course=course_of(track, frames))
    found = item_of(here, known, lambda one: isinstance(one, DecidedRegion))
    return found.course if isinstance(found, VisibleRegion) else None


def is_left_visible(track: Track, decision: Decision | None, frames: int) -> bool:
    """Whether it is from its beginning to its end."""
    found = left_visible(track, decision, frames)
    return found is not None and found.first <= max(0, track.start) and found.stop >= min(track.stop, frames)


def _boxes(track: Track) -> NDArray[np.float32]:
    """Left, top, width, height in each frame, (n, 4): of a face's own place, of anything else's covering."""
    if track.is_ellipse:
        rows = track.outlines()
        return np.concatenate([rows[:, :2] - rows[:, 2:] / 2, rows[:, 2:]], axis=1)
    right, down, left, up = (covering(track)[:, DIRECTIONS * i // 4] for i in range(4))
    return np.stack([-left, -up, left + right, up + down], axis=1)
