"""How a human moved and resized a place of a film in some of its frames; between two of them it changes evenly."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from paravent.model.geometry import Shape, scale, shift

# Pixels right and down, factors of width and height.
Move: TypeAlias = tuple[float, float, float, float]
STAYS: Move = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """Where a place is in a frame, against where it would be without: `move` says how far, and how much larger."""

    frame: int
    move: Move


def move_at(keys: Sequence[KeyFrame], frame: int) -> Move:
    """How a place is moved in a frame. keys: in the order of their frames; before the first and behind the last nothing
    changes any more."""
    if not keys:
        return STAYS
    after = bisect_right(keys, frame, key=lambda key: key.frame)
    if after in (0, len(keys)):
        return keys[max(0, after - 1)].move
    a, b = keys[after - 1], keys[after]
    share = (frame - a.frame) / (b.frame - a.frame)
    dx, dy, fx, fy = (one + (other - one) * share for one, other in zip(a.move, b.move, strict=True))
    return dx, dy, fx, fy


def moved(shape: Shape, move: Move) -> Shape:
    """The shape, moved and resized about its middle."""
    dx, dy, fx, fy = move
    box = shape.bounds()
    x, y = box.x + box.w / 2, box.y + box.h / 2
    return shift(scale(shift(shape, -x, -y), fx, fy), x + dx, y + dy)
