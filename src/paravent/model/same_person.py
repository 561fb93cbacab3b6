"""Which items of one picture are parts of one person, by geometry within this one picture and nothing else.

A face is joined with the outline of a whole person where nothing else comes into question: it lies within that outline
alone, where its head is, and no other face does. In doubt both stay items of their own, so that nobody is left visible
together with somebody else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from paravent.model.geometry import Box, Ellipse, Shape

if TYPE_CHECKING:  # a review asks here
    from paravent.model.review import ReviewItem

PERSON = "person"
HEADS = ("face", "head")
KINDS = (*HEADS, PERSON)
# Share of a face that lies within the outline of its person, at least.
_WITHIN = 0.6
# Share of an outline that lies within a larger one with the same head, at least, where both are of one person.
_NESTED = 0.8
# In heights of a face's covering: so far above it its person may go on (hair, a hat), and so far below its top begin.
_ABOVE, _BELOW = 0.75, 0.5
# Share of a place that others cover, from which on it cannot be said to be visible.
_HIDDEN = 0.25
_POINTS = 16  # across and down, at which shapes are compared


def together(items: Iterable[ReviewItem]) -> list[tuple[str, ...]]:
    """Names of the items that are one person, the outline first; those that are alone are not named."""
    still = [one for one in items if one.course is None]
    groups: list[tuple[str, ...]] = []
    for page in sorted({one.page for one in still}):
        here = [one for one in still if one.page == page]
        people = [one for one in here if one.kind == PERSON]
        heads = [one for one in here if one.kind in HEADS]
        groups += [tuple(part.id for part in parts) for parts in _joined(people, heads)]
    return groups


def _joined(people: Sequence[ReviewItem], heads: Sequence[ReviewItem]) -> list[list[ReviewItem]]:
    """Each head with its person, where neither has another choice."""
    bodies = [[person for person in people if _may_be_head(head.shape, person.shape)] for head in heads]
    claimed = Counter(person.id for found in bodies for person in found)
    return [
        [*found, head]
        for head, found in zip(heads, bodies, strict=True)
        if found and all(claimed[person.id] == 1 for person in found) and _are_one(found)
    ]


def _are_one(people: Sequence[ReviewItem]) -> bool:
    """Whether outlines with one head in common lie within the largest of them: then they are one person, seen twice."""
    largest = max((one.shape for one in people), key=lambda shape: shape.bounds().area)
    return all(share_inside(one.shape, (largest,)) >= _NESTED for one in people)


def _may_be_head(head: Shape, person: Shape) -> bool:
    box, outer = head.bounds(), person.bounds()
    if not _touch(box, outer) or share_inside(head, (person,)) < _WITHIN:
        return False
    above = _top_at(person, box) if outer.y < box.y else outer.y
    return -_BELOW <= (box.y - above) / max(box.h, 1e-6) <= _ABOVE


def _top_at(person: Shape, head: Box) -> float:
    """How far up a person goes in the middle of the columns of a head, from its middle on upwards without a gap."""
    step = max(head.h / _POINTS, 1e-6)
    x, top = head.x + head.w / 2, head.y + head.h / 2
    rows = np.arange(top, person.bounds().y - step, -step)
    inside = _inside(person, np.stack([np.full_like(rows, x), rows], axis=1))
    outside = np.nonzero(~inside)[0]
    return float(rows[outside[0]] if len(outside) else rows[-1])


def hidden(items: Sequence[ReviewItem]) -> list[str]:
    """Names of the items left visible of which so much lies under covered ones that they cannot be said to be visible."""
    still = [one for one in items if one.course is None]
    covered = [one for one in still if one.visible is None]
    return [one.id for one in still if one.visible is not None and _is_hidden(one, covered)]


def _is_hidden(item: ReviewItem, covered: Sequence[ReviewItem]) -> bool:
    box = item.shape.bounds()
    near = tuple(one.shape for one in covered if one.page == item.page and _touch(box, one.shape.bounds()))
    return bool(near) and share_inside(item.shape, near) >= _HIDDEN


def share_inside(shape: Shape, others: Sequence[Shape]) -> float:
    """Share of a shape that lies within others, 0 to 1, at a grid of points of its bounds."""
    box = shape.bounds()
    at = (np.arange(_POINTS) + 0.5) / _POINTS
    x, y = np.meshgrid(box.x + at * box.w, box.y + at * box.h)
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    points = points[_inside(shape, points)]
    if not len(points):
        return 0.0
    return float(np.logical_or.reduce([_inside(one, points) for one in others]).mean())


def _inside(shape: Shape, points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points (n, 2: x, y) lie within a shape."""
    if isinstance(shape, Ellipse):
        angle = np.radians(shape.angle)
        dx, dy = points[:, 0] - shape.x, points[:, 1] - shape.y
        along, across = dx * np.cos(angle) + dy * np.sin(angle), dy * np.cos(angle) - dx * np.sin(angle)
        within: NDArray[np.bool_] = (along / shape.rx) ** 2 + (across / shape.ry) ** 2 <= 1
        return within
    turns = np.zeros(len(points), np.int32)  # how often the outline winds round each
    for (x0, y0), (x1, y1) in zip(shape.points, [*shape.points[1:], shape.points[0]], strict=True):
        if y0 == y1:
            continue
        rows = (min(y0, y1) <= points[:, 1]) & (points[:, 1] < max(y0, y1))
        crossed = x0 + (points[:, 1] - y0) * ((x1 - x0) / (y1 - y0))
        turns[rows & (crossed < points[:, 0])] += 1 if y1 > y0 else -1
    return np.asarray(turns != 0)


def _touch(a: Box, b: Box) -> bool:
    return a.x < b.x + b.w and b.x < a.x + a.w and a.y < b.y + b.h and b.y < a.y + a.h
