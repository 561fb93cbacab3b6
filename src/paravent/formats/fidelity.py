"""What a copy keeps of its source, format by format. docs/formats.md is written from it, tests hold copies to it."""

from __future__ import annotations

from collections.abc import Mapping
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
    an animation, in milliseconds; 0: none. deep_extra, extra: what must be installed for more than 8 bits, and at all; "":
    nothing.
    """

    loss: Loss
    turn: Turn
    colour: Colour
    depths: tuple[int, ...]
    alpha: Alpha
    palette: Palette = Palette.NONE
    pictures: Pictures = Pictures.ONE
    tick: int = 0
    deep_extra: str = ""
    extra: str = ""


# By name of the format, in the order of `paravent.formats.FORMATS`.
FIDELITY: Mapping[str, Fidelity] = {
    "JPEG": Fidelity(Loss.COEFFICIENTS, Turn.STATED, Colour.KEPT, (8,), Alpha.NONE),
    "PNG": Fidelity(
        Loss.NEVER, Turn.STATED, Colour.KEPT, (8, 16), Alpha.KEPT, palette=Palette.KEPT, pictures=Pictures.FRAMES, tick=1
    ),
    "WebP": Fidelity(Loss.AS_SOURCE, Turn.STATED, Colour.KEPT, (8,), Alpha.KEPT, pictures=Pictures.FRAMES, tick=1),
    "GIF": Fidelity(
        Loss.NEVER, Turn.NONE, Colour.IGNORED, (8,), Alpha.ONE_BIT, palette=Palette.KEPT, pictures=Pictures.FRAMES, tick=10
    ),
    "TIFF": Fidelity(
        Loss.NEVER, Turn.STATED, Colour.KEPT, (8, 16), Alpha.KEPT, palette=Palette.FULL, pictures=Pictures.PAGES
    ),
    "BMP": Fidelity(Loss.NEVER, Turn.NONE, Colour.CONVERTED, (8,), Alpha.HELD, palette=Palette.KEPT),
    "HEIC": Fidelity(Loss.ALWAYS, Turn.APPLIED, Colour.KEPT, (8, 10, 12), Alpha.KEPT, extra="heif"),
    "AVIF": Fidelity(
        Loss.ALWAYS,
        Turn.APPLIED,
        Colour.KEPT,
        (8, 10, 12),
        Alpha.KEPT,
        pictures=Pictures.FRAMES,
        tick=1,
        deep_extra="deep",
    ),
    "JP2": Fidelity(
        Loss.AS_SOURCE, Turn.NONE, Colour.KEPT, tuple(range(8, 17)), Alpha.KEPT, Palette.HELD, deep_extra="deep"
    ),
}
