"""Whether a track is the one that a human decided about: page and workers give one answer, in doubt that it is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from paravent.engine.found_again import item_of
from paravent.model.decision import Course
from paravent.model.geometry import Box, Ellipse
from paravent.model.review import Permission, Review, ReviewItem
from paravent.video.tracking.decided import course_of, left_visible
from paravent.video.tracking.track import Track

FRAMES = 200
ALLOWED = Permission("adult-agreed", "", date(2030, 8, 31))


def track(first: int, stop: int, x: float = 100, speed: float = 0.0, side: float = 40, kind: str = "face") -> Track:
    """A place that goes to the right, at x in the frame 0."""
    one = Track(first, kind=kind)
    for frame in range(first, stop):
        row = (x + speed * frame + side / 2, 60 + side / 2, side, side)
        one.append(np.array(row, np.float32), seen=True, found=True)
    return one


def item(name: str, one: Track, *, visible: bool) -> ReviewItem:
    course = course_of(one, FRAMES)
    return ReviewItem(name, Ellipse(0, 0, 1, 1), 0, one.kind, "found", visible=ALLOWED if visible else None, course=course)


def judged(items: Sequence[ReviewItem], found: Track) -> tuple[bool, bool]:
    """Whether it is left visible anywhere: what the page shows, and what a worker does."""
    review = Review(items=tuple(items))
    shown = {one.id: one for one in items}.get(item_of(review, item("x", found, visible=False)))
    done = left_visible(found, review.decision(1, moving=False), FRAMES)
    return shown is not None and shown.visible is not None, done is not None


def one_visible(*rest: Track) -> list[ReviewItem]:
    covered = [item(f"n{number}", one, visible=False) for number, one in enumerate(rest)]
    return [item("f0", track(20, 120), visible=True), *covered]


@pytest.mark.parametrize(
    ("items", "found", "visible"),
    [
        pytest.param(one_visible(), track(20, 120), True, id="the very same"),
        pytest.param(one_visible(), track(22, 118, 103), True, id="slightly shifted"),
        pytest.param(one_visible(), track(20, 120, 115), False, id="shifted by a third of its side"),
        pytest.param(one_visible(), track(20, 120, side=48), True, id="slightly larger"),
        pytest.param(one_visible(), track(20, 120, side=60), False, id="much larger"),
        pytest.param(one_visible(), track(20, 120, side=25), False, id="much smaller"),
        pytest.param(one_visible(), track(20, 120, kind="person"), False, id="of another kind"),
        pytest.param(one_visible(), track(130, 180), False, id="later"),
        pytest.param(one_visible(), track(90, 190), False, id="hardly at the same time"),
        pytest.param(one_visible(), track(20, 60), False, id="the shorter part of one split"),
        pytest.param(one_visible(), track(20, 90), True, id="the longer part, where it was all along"),
        pytest.param(one_visible(), track(0, 200), True, id="seen longer, where it is all along"),
        pytest.param(one_visible(), track(20, 120, speed=0.5), False, id="goes away"),
        pytest.param(
            [item("f0", track(0, 100, speed=2), visible=True)], track(0, 60, speed=2), False, id="split while it moves"
        ),
        pytest.param(
            [item("f0", track(0, 60, speed=2), visible=True)], track(0, 110, speed=2), False, id="joined while it moves"
        ),
        pytest.param(one_visible(track(20, 120)), track(20, 120), False, id="the very same twice, one covered"),
        pytest.param(one_visible(track(20, 120, 103)), track(20, 120), True, id="the very same, and one covered beside"),
        pytest.param(one_visible(track(20, 120, 103)), track(20, 120, 101), False, id="nearly one covered and one not"),
        pytest.param([item("f0", track(20, 120), visible=False)], track(20, 120), False, id="covered"),
        pytest.param([], track(20, 120), False, id="undecided"),
    ],
)
def test_the_page_and_the_worker_agree(items: Sequence[ReviewItem], found: Track, *, visible: bool) -> None:
    assert judged(items, found) == (visible, visible)


def test_what_moves_between_its_marks_as_nothing_decided_about_does_is_covered() -> None:
    wild = track(20, 120)
    for frame in range(40, 60):
        wild.rows[4 * frame] += 60  # halfway, where it is marked
    assert judged(one_visible(), wild) == (False, False)


@pytest.mark.parametrize("marks", [(), ((50, Box(0, 0, 0, 0)),)])
def test_a_decision_without_a_place_leaves_nobody_visible(marks: tuple[tuple[int, Box], ...]) -> None:
    empty = ReviewItem("f0", Ellipse(0, 0, 1, 1), 0, "face", "found", visible=ALLOWED, course=Course(20, 120, marks))
    assert judged([empty], track(20, 120)) == (False, False)
