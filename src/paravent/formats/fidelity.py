"""What a copy can keep of its source. docs/formats.md is written from specifications, tests hold copies to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Loss(Enum):
    """What happens outside the covered places."""

    NEVER = "every sample equal"
    COEFFICIENTS = "every coefficient equal"  # but for what has to be encoded anew; the copy's remarks say so
    AS_SOURCE = "equal where the source is lossless, else encoded anew"
    ALWAYS = "encoded anew"


class Turn(Enum):
    """What becomes of a stated orientation."""

    STATED = "stated as in the source"
    APPLIED = "applied, not stated"
    NONE = "not in this format"


class Colour(Enum):
    """What becomes of a well-known colour profile."""

    KEPT = "kept"
    CONVERTED = "colours become sRGB"
    IGNORED = "not in this format"


class Alpha(Enum):
    """What becomes of transparency."""

    KEPT = "kept"
    ONE_BIT = "kept, wholly or not at all"
    HELD = "held back where half transparent"
    NONE = "not in this format"


class Palette(Enum):
    """What becomes of a palette."""

    KEPT = "stays one, built anew"
    FULL = "becomes full colour"
    HELD = "held back"
    NONE = "not in this format"


class Pictures(Enum):
    """How many pictures a copy can hold."""

    ONE = "one"
    FRAMES = "every frame"
    PAGES = "every page"


@dataclass(frozen=True, slots=True)
class Fidelity:
    """depths: bits a colour that are kept; deeper ones are held back, lower ones stored with 8. tick: of the durations of
    an animation, in milliseconds; 0: none.
    """

    loss: Loss
    turn: Turn
    colour: Colour
    depths: tuple[int, ...]
    alpha: Alpha
    palette: Palette = Palette.NONE
    pictures: Pictures = Pictures.ONE
    tick: int = 0
