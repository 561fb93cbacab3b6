"""What a human settled about the places of a video. One is known again by kind, place and time, by nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paravent.model.decision import Course, DecidedRegion, Decision, VisibleRegion
from paravent.model.geometry import Box, Ellipse
from paravent.model.same_track import place_of
from paravent.video.tracking.threads import DIRECTIONS, Thread
from paravent.video.tracking.tracks import Track


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """Where something is. start: first frame. boxes: left, top, width, height in each frame from there, (n, 4). seen: which
    of these frames show it for certain."""

    kind: str
    start: int
    boxes: NDArray[np.float32]
    seen: NDArray[np.intp]

    def box(self, frame: int) -> Box | None:
        """Where it is in a frame, to hundredths of a pixel, as decisions keep it."""
        at = frame - self.start
        return Box(*(round(float(value), 2) for value in self.boxes[at])) if 0 <= at < len(self.boxes) else None


def of_track(track: Track) -> Trail:
    """The trail of a face."""
    rows = track.boxes()
    boxes = np.concatenate([rows[:, :2] - rows[:, 2:] / 2, rows[:, 2:]], axis=1)
    return Trail("face", track.start, boxes, np.flatnonzero(np.frombuffer(track.seen, np.int8)))


def of_thread(thread: Thread) -> Trail:
    """The trail of anything else."""
    right, down, left, up = (thread.reaches()[:, DIRECTIONS * i // 4] for i in range(4))
    return Trail(thread.kind, thread.start, np.stack([-left, -up, left + right, up + down], axis=1), np.arange(len(thread)))


def course_of(trail: Trail, frames: int) -> Course:
    """When and where something is. frames: how many the video has."""
    first, stop = max(0, trail.start), min(trail.start + len(trail.boxes), frames)
    seen = trail.seen[(trail.seen >= first - trail.start) & (trail.seen < stop - trail.start)]
    found = ((trail.start + int(seen[i]), trail.box(trail.start + int(seen[i]))) for i in (0, len(seen) // 2, -1))
    return Course(first, stop, tuple((frame, box) for frame, box in dict(found).items() if box is not None))


def left_visible(trail: Trail, decision: Decision | None, frames: int) -> Course | None:
    """The track that a human left visible and this is; it may hold for some of its frames only. frames: see `course_of`."""
    if decision is None:
        return None
    known: tuple[DecidedRegion | VisibleRegion, ...] = (*decision.tracks, *decision.visible)
    here = DecidedRegion(Ellipse(0, 0, 0, 0), kind=trail.kind, course=course_of(trail, frames))
    found = place_of(here, known, lambda one: isinstance(one, DecidedRegion))
    return found.course if isinstance(found, VisibleRegion) else None


def is_left_visible(trail: Trail, decision: Decision | None, frames: int) -> bool:
    """Whether it is from its beginning to its end."""
    whole, found = course_of(trail, frames), left_visible(trail, decision, frames)
    return found is not None and found.first <= whole.first and found.stop >= whole.stop
