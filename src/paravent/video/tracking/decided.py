"""What a human decided about the tracks of a video. One is known again by kind, place and time, by nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paravent.model.decision import Course, DecidedRegion, Decision, VisibleRegion
from paravent.model.geometry import Box, Ellipse
from paravent.model.keyframes import KeyFrame
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


@dataclass(frozen=True, slots=True)
class TrackDecision:
    """What a human decided about a track. visible: the track left visible that it is, which may hold for some of its frames
    only. style: name of one, "" for that of its kind. keys: how it is moved."""

    visible: Course | None = None
    style: str = ""
    keys: tuple[KeyFrame, ...] = ()


def decided(tracks: Sequence[Track], decision: Decision | None, frames: int) -> list[TrackDecision]:
    """Of each track. What was moved is one track: the very one, or else the first that may be it. Whatever else is found at
    its place, where it is not covered any more, is covered where it is. frames: see `course_of`."""
    if decision is None:
        return [TrackDecision()] * len(tracks)
    courses = [course_of(track, frames) for track in tracks]
    found = [_region_of(track.kind, course, decision) for track, course in zip(tracks, courses, strict=True)]
    exact = [one is not None and one.course == course for one, course in zip(found, courses, strict=True)]
    told = [TrackDecision()] * len(tracks)
    moved: set[int] = set()
    for i in sorted(range(len(tracks)), key=lambda i: not exact[i]):
        one = found[i]
        if isinstance(one, VisibleRegion):
            told[i] = TrackDecision(one.course)
        elif one is not None:
            told[i] = TrackDecision(None, one.style, () if id(one) in moved else one.keys)
            moved.add(id(one))
    return told


def _region_of(kind: str, course: Course, decision: Decision) -> DecidedRegion | VisibleRegion | None:
    known: tuple[DecidedRegion | VisibleRegion, ...] = (*decision.tracks, *decision.visible)
    here = DecidedRegion(Ellipse(0, 0, 0, 0), kind=kind, course=course)
    return item_of(here, known, lambda one: isinstance(one, DecidedRegion))


def left_visible(track: Track, decision: Decision | None, frames: int) -> Course | None:
    """See `TrackDecision.visible`."""
    return decided([track], decision, frames)[0].visible


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
