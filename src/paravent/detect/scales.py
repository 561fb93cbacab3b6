"""Which parts of a picture are looked at, and how large.

CenterFace finds faces of about 10 to 400 pixels. A small look finds the large faces, a large one the small faces; together
they are faster than one look at full size and miss fewer. In pictures so large or so long that small faces would vanish in
the large look, tiles come on top.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from paravent.detect.base import Pixels, Viewer
from paravent.detect.network import MULTIPLE
from paravent.redact.geometry import Box

LONGEST = (512, 1600)  # pixels of the longest side in each look
_SMALL = 800  # a picture with a smaller longest side is also looked at enlarged to it,
_ENLARGED = 2.0  # at most so many times
_TILED_FROM = 6000  # longest side of a picture from which on tiles are looked at too
_TILE = 1600  # pixels of a tile as looked at
_TILE_OVERLAP = 192  # pixels; a face larger than this is seen by the looks at the whole picture
_TILES_LONGEST = 4800  # longest side of the tiled picture as looked at
_CONTEXT = 2.5  # a window is this many times the box it was hung on
_LEAST_WINDOW = 160  # pixels of a window as looked at


@dataclass(frozen=True, slots=True)
class Look:
    """One look at `window` (full-size pixels) with `factor` network pixels for each full-size pixel."""

    window: Box
    factor: float


def looks(width: int, height: int) -> list[Look]:
    """How a picture of this full size is looked at."""
    whole = Box(0, 0, width, height)
    longest = max(width, height)
    factors = {min(1.0, side / longest) for side in LONGEST}
    if longest < _SMALL:
        factors.add(min(_ENLARGED, _SMALL / longest))
    chosen = [Look(whole, factor) for factor in sorted(factors)]
    if longest > _TILED_FROM:
        chosen += tiles(width, height, min(1.0, _TILES_LONGEST / longest))
    return chosen


def tiles(width: int, height: int, factor: float) -> list[Look]:
    """Overlapping looks that cover the whole picture."""
    size, step = _TILE / factor, (_TILE - _TILE_OVERLAP) / factor
    columns = max(1, math.ceil((width - size) / step) + 1)
    rows = max(1, math.ceil((height - size) / step) + 1)
    return [
        Look(Box(x * step, y * step, min(size, width - x * step), min(size, height - y * step)), factor)
        for y in range(rows)
        for x in range(columns)
    ]


def windows(look: Look, within: tuple[Box, ...]) -> list[Look]:
    """The parts of a look that show `within`; the look itself where that is cheaper than its parts."""
    least = _LEAST_WINDOW / look.factor
    parts = [_common(_widened(box, least), look.window) for box in within]
    parts = [part for part in parts if part.w >= 1 and part.h >= 1]
    if sum(part.area for part in parts) >= look.window.area:
        return [look]
    return [Look(part, look.factor) for part in parts]


def _widened(box: Box, least: float) -> Box:
    w, h = max(least, box.w * _CONTEXT), max(least, box.h * _CONTEXT)
    return Box(box.x + (box.w - w) / 2, box.y + (box.h - h) / 2, w, h)


def _common(box: Box, window: Box) -> Box:
    left, top = max(box.x, window.x), max(box.y, window.y)
    right, bottom = min(box.x + box.w, window.x + window.w), min(box.y + box.h, window.y + window.h)
    return Box(left, top, right - left, bottom - top)


def seen(picture: Viewer, look: Look) -> Pixels:
    """The look's pixels, RGB, shape (h, w, 3), black at the right and below up to multiples of 32."""
    view = picture.view(math.ceil(max(picture.width, picture.height) * look.factor))
    across, down = view.shape[1] / picture.width, view.shape[0] / picture.height
    window = look.window
    left, top = window.x * across, window.y * down
    right, bottom = min(left + window.w * across, view.shape[1]), min(top + window.h * down, view.shape[0])
    first_x, first_y = int(left), int(top)
    part = view[first_y : math.ceil(bottom), first_x : math.ceil(right)]
    box = (left - first_x, top - first_y, right - first_x, bottom - first_y)
    width, height = max(1, round(window.w * look.factor)), max(1, round(window.h * look.factor))
    pixels = np.zeros((-(-height // MULTIPLE) * MULTIPLE, -(-width // MULTIPLE) * MULTIPLE, 3), np.uint8)
    pixels[:height, :width] = _resized(part, (width, height), box)
    return pixels


def _resized(pixels: Pixels, size: tuple[int, int], box: tuple[float, float, float, float]) -> Pixels:
    if size == (pixels.shape[1], pixels.shape[0]) and box == (0.0, 0.0, *size):
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR, box=box))
