"""What a human settled about the places of a film. One is known again by where and when it was seen, by nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paravent.model.decision import Course, Decision
from paravent.model.geometry import Box, overlap
from paravent.video.tracking.threads import DIRECTIONS, Thread
from paravent.video.tracking.tracks import Track

# Intersection over union from which on a box is the one that was decided about.
_SAME = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """Where something is. start: first frame. boxes: left, top, width, height in each frame from there, (n, 4). seen: which
    of these frames show it for certain."""

    start: int
    boxes: NDArray[np.float32]
    seen: NDArray[np.intp]

    def box(self, frame: int) -> Box | None:
        """Where it is in a frame."""
        at = frame - self.start
        return Box(*(float(value) for value in self.boxes[at])) if 0 <= at < len(self.boxes) else None


def of_track(track: Track) -> Trail:
    """The trail of a face."""
    rows = track.boxes()
    boxes = np.concatenate([rows[:, :2] - rows[:, 2:] / 2, rows[:, 2:]], axis=1)
    return Trail(track.start, boxes, np.flatnonzero(np.frombuffer(track.seen, np.int8)))


def of_thread(thread: Thread) -> Trail:
    """The trail of anything else."""
    right, down, left, up = (thread.reaches()[:, DIRECTIONS * i // 4] for i in range(4))
    return Trail(thread.start, np.stack([-left, -up, left + right, up + down], axis=1), np.arange(len(thread)))


def course_of(trail: Trail, frames: int) -> Course:
    """When and where something is. frames: how many the film has."""
    first, stop = max(0, trail.start), min(trail.start + len(trail.boxes), frames)
    seen = trail.seen[(trail.seen >= first - trail.start) & (trail.seen < stop - trail.start)]
    found = ((trail.start + int(seen[i]), trail.box(trail.start + int(seen[i]))) for i in (0, len(seen) // 2, -1))
    return Course(first, stop, tuple((frame, box) for frame, box in dict(found).items() if box is not None))


def left_visible(trail: Trail, decision: Decision | None) -> list[Course]:
    """What a human left visible that is this very place."""
    found = [one.course for one in decision.visible if one.course is not None] if decision else []
    return [course for course in found if _is_same(trail, course)]


def is_left_visible(trail: Trail, decision: Decision | None, frames: int) -> bool:
    """Whether it is from its beginning to its end."""
    whole = course_of(trail, frames)
    return any(one.first <= whole.first and one.stop >= whole.stop for one in left_visible(trail, decision))


def _is_same(trail: Trail, course: Course) -> bool:
    return bool(course.marks) and all(
        (box := trail.box(frame)) is not None and overlap(box, marked) >= _SAME for frame, marked in course.marks
    )
