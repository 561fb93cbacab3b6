"""Which items of one picture are parts of one person."""

from __future__ import annotations

from datetime import date

import pytest

from paravent.model import same_person
from paravent.model.geometry import Ellipse, Polygon, Shape
from paravent.model.review import Permission, Review, ReviewItem

PERMISSION = Permission("adult-agreed", "12", date(2999, 8, 31))


def body(x: float, y: float, size: float = 100) -> Polygon:
    """Head, shoulders and the rest of somebody whose head's middle is at (x, y); size: of the head."""
    half, shoulder, foot = size / 2, size * 0.8, size * 4
    head = [(x - half, y + half), (x - half, y - half * 1.3), (x + half, y - half * 1.3), (x + half, y + half)]
    rest = [(x + shoulder, y + size), (x + shoulder, y + foot), (x - shoulder, y + foot), (x - shoulder, y + size)]
    return Polygon(tuple(head + rest))


def face(x: float, y: float, size: float = 100) -> Ellipse:
    return Ellipse(x, y, size * 0.4, size * 0.5)


def items(**shapes: Shape) -> tuple[ReviewItem, ...]:
    kinds = {"p": "person", "f": "face", "t": "text"}
    return tuple(ReviewItem(name, shape, 0, kinds[name[0]], "found") for name, shape in shapes.items())


def test_a_face_and_the_outline_around_it_are_one_person() -> None:
    assert same_person.together(items(p1=body(200, 100), f1=face(200, 100))) == [("p1", "f1")]


def test_people_beside_one_another_are_two() -> None:
    seen = items(p1=body(200, 100), p2=body(500, 120), f1=face(500, 120), f2=face(200, 100))
    assert sorted(same_person.together(seen)) == [("p1", "f2"), ("p2", "f1")]


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(items(p1=body(200, 100), f1=face(200, 300)), id="a child's face before an adult's body"),
        pytest.param(items(p1=body(200, 100), f1=face(180, 100, 60), f2=face(220, 100, 60)), id="two faces, one head"),
        pytest.param(items(p1=body(200, 100), f1=face(600, 100)), id="somewhere else"),
        pytest.param(items(p1=body(200, 100), p2=body(230, 100), f1=face(215, 100, 60)), id="one face, two people"),
        pytest.param(items(p1=body(200, 100), t1=face(200, 100)), id="writing"),
    ],
)
def test_in_doubt_nothing_is_joined(seen: tuple[ReviewItem, ...]) -> None:
    assert same_person.together(seen) == []


def test_one_person_outlined_twice_is_one() -> None:
    upper = Polygon(((150, 35), (250, 35), (250, 250), (150, 250)))
    assert same_person.together(items(p1=body(200, 100), p2=upper, f1=face(200, 100))) == [("p1", "p2", "f1")]


def test_pages_are_pictures_of_their_own() -> None:
    person, seen = items(p1=body(200, 100), f1=face(200, 100))
    elsewhere = ReviewItem("f1", seen.shape, 1, "face", "found")
    assert same_person.together((person, elsewhere)) == []


def test_what_is_left_visible_under_something_covered_is_told() -> None:
    person, seen = items(p1=body(200, 100), f1=face(200, 100))
    alone = ReviewItem("f1", seen.shape, 0, "face", "found", visible=PERMISSION)
    assert same_person.hidden((person, alone)) == ["f1"]
    both = tuple(ReviewItem(one.id, one.shape, 0, one.kind, "found", visible=PERMISSION) for one in (person, seen))
    assert same_person.hidden(both) == []


def test_one_person_left_visible_is_counted_once() -> None:
    both = tuple(
        ReviewItem(one.id, one.shape, 0, one.kind, "found", visible=PERMISSION)
        for one in items(p1=body(200, 100), f1=face(200, 100), p2=body(600, 100))
    )
    assert Review(items=both).decision(1, moving=False).permissions == {"adult-agreed": 2}
