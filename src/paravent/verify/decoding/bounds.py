"""What is refused before a decoder sees it."""

from __future__ import annotations

from collections.abc import Iterable

from paravent.errors import Held
from paravent.model.limits import StillLimits


def check_sizes(sizes: Iterable[tuple[int, int]], limits: StillLimits) -> None:
    """Refuse pictures (width, height) without pixels, too many of them, or too many pixels together. Raises Held."""
    left = limits.pixels
    for number, (width, height) in enumerate(sizes):
        if number == limits.pages:
            raise Held("too-many-pages", limit=limits.pages)
        if min(width, height) < 1:
            raise Held("damaged")
        left -= width * height
        if left < 0:
            raise Held("too-large", limit=limits.pixels // 1_000_000)
