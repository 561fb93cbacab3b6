"""Whether a track of a film is one that a human decided about: the one answer, for the page and for the workers.

Both judge by what a decision keeps of a track, its kind and its `Course`, so that they cannot disagree. Where in doubt the
answer is no: a track that nobody decided about is covered, and the page asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from paravent.model.decision import Course
from paravent.model.geometry import Box, overlap

# Intersection over union of the times, and of the boxes at each time, from which on two tracks may be one.
_SAME = 0.5


class Tracked(Protocol):
    """A track as a decision keeps it. kind: of `detect.base.KINDS`. course: None for a place that is no track."""

    @property
    def kind(self) -> str:
        """What it is of."""
        ...

    @property
    def course(self) -> Course | None:
        """When and where it is."""
        ...


Decided = TypeVar("Decided", bound=Tracked)


def item_of(track: Tracked, items: Iterable[Decided], is_covered: Callable[[Decided], bool]) -> Decided | None:
    """The place that a human decided about which a track is; None if there is none, or nobody can say.

    The very same goes before what is nearly the same, and what is covered before what was left visible.
    """
    same = [one for one in items if is_same(one, track)]
    exact = [one for one in same if one.course == track.course]
    return min(exact or same, key=lambda one: not is_covered(one), default=None)


def is_same(a: Tracked, b: Tracked) -> bool:
    """Whether two tracks are one: of one kind, at the same times, and at the same place wherever one of them was marked."""
    if a.kind != b.kind or a.course is None or b.course is None or not a.course.marks or not b.course.marks:
        return False
    return _share_time(a.course, b.course) and _is_along(a.course, b.course) and _is_along(b.course, a.course)


def _share_time(a: Course, b: Course) -> bool:
    """A permission may hold for less than its track: that reaches as far as its marks."""
    (start, stop), (first, end) = _reach(a), _reach(b)
    return min(stop, end) - max(start, first) >= _SAME * (max(stop, end) - min(start, first))


def _reach(course: Course) -> tuple[int, int]:
    return min(course.first, course.marks[0][0]), max(course.stop, course.marks[-1][0] + 1)


def _is_along(a: Course, b: Course) -> bool:
    """Whether b is where a was marked."""
    return all(overlap(box, _at(b, frame)) >= _SAME for frame, box in a.marks)


def _at(course: Course, frame: int) -> Box:
    """Where a track is in a frame, about: it goes evenly from mark to mark, and stays where the first and the last are."""
    after = next((i for i, (marked, _) in enumerate(course.marks) if marked >= frame), len(course.marks) - 1)
    (start, a), (stop, b) = course.marks[max(0, after - 1)], course.marks[after]
    share = min(max((frame - start) / (stop - start), 0.0), 1.0) if stop > start else 0.0
    values = (one + (other - one) * share for one, other in zip((a.x, a.y, a.w, a.h), (b.x, b.y, b.w, b.h), strict=True))
    return Box(*values)
