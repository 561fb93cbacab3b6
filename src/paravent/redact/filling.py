"""Fillings: what is painted over a region, computed only from what is around it."""

from __future__ import annotations

from dataclasses import dataclass

STYLES = ("veil", "solid", "pixelate", "sticker")
STICKERS = ("circle", "star", "heart", "smiley")


@dataclass(frozen=True, slots=True)
class Style:
    """How a region is covered. name: veil, solid, pixelate, sticker. color: RGB 0 to 255 (solid, sticker).

    sticker: circle, star, heart, smiley.
    """

    name: str = "veil"
    color: tuple[int, int, int] = (96, 96, 96)
    sticker: str = "circle"
