"""How regions are covered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:  # whoever only names a style needs no numpy
    from paravent.model.geometry import Shape

StyleName: TypeAlias = Literal["veil", "solid", "pixelate", "sticker"]
STYLES: tuple[StyleName, ...] = get_args(StyleName)
STICKERS = ("circle", "star", "heart", "smiley")


@dataclass(frozen=True, slots=True)
class Style:
    """How a region is covered. name: veil, solid, pixelate, sticker. color: RGB 0 to 255 (solid, sticker).

    sticker: circle, star, heart, smiley.
    """

    name: str = "veil"
    color: tuple[int, int, int] = (96, 96, 96)
    sticker: str = "circle"


@dataclass(frozen=True, slots=True)
class Styles:
    """How each region of a picture is covered: as usual, but for some."""

    usual: Style = field(default_factory=Style)
    others: Mapping[Shape, Style] = field(default_factory=dict)

    def of(self, region: Shape) -> Style:
        """The style of one region."""
        return self.others.get(region, self.usual)
