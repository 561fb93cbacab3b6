"""What a human settled about the tracks of a film. A track is known again by where and when it was seen, nothing else."""

from __future__ import annotations

import numpy as np

from paravent.decision import Course, Decision
from paravent.redact.geometry import Box, overlap
from paravent.video.motion import Floats
from paravent.video.tracks import Track

# Intersection over union from which on a track's box is the one that was decided about.
_SAME = 0.5


def course_of(track: Track, frames: int) -> Course:
    """When and where a track is. frames: how many the film has."""
    seen = np.flatnonzero(np.frombuffer(track.seen, np.int8))
    rows = track.boxes()
    places = dict.fromkeys(int(seen[i]) for i in (0, len(seen) // 2, -1))
    marks = tuple((track.start + place, _box(rows[place])) for place in places)
    return Course(max(0, track.start), min(track.stop, frames), marks)


def left_visible(track: Track, decision: Decision | None) -> list[Course]:
    """What a human left visible that is this very track."""
    found = [one.course for one in decision.visible if one.course is not None] if decision else []
    return [course for course in found if _is_same(track, course)]


def is_left_visible(track: Track, decision: Decision | None, frames: int) -> bool:
    """Whether it is from its beginning to its end."""
    whole = course_of(track, frames)
    return any(one.first <= whole.first and one.stop >= whole.stop for one in left_visible(track, decision))


def _is_same(track: Track, course: Course) -> bool:
    rows = track.boxes()
    return bool(course.marks) and all(
        track.start <= frame < track.stop and overlap(_box(rows[frame - track.start]), box) >= _SAME
        for frame, box in course.marks
    )


def _box(row: Floats) -> Box:
    x, y, w, h = (float(value) for value in row)
    return Box(x - w / 2, y - h / 2, w, h)
