"""What the headers of a coded picture state, in all ways of coding."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """width, height: as coded, before cropping. chroma: 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4. bits: a colour."""

    width: int
    height: int
    chroma: int
    bits: int
