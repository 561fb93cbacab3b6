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

# Pixels of the longest side in each look, a little below 512 and 1600, so that an eighth and three eighths of a usual
# 12-megapixel JPEG, decoded straight at that size, need no further scaling.
LONGEST = (500, 1500)
_AS_IT_IS = 1.1  # a view at most so many times larger than wanted is looked at as it is
_SMALL = 800  # a picture with a smaller longest side is also looked at enlarged to it,
_ENLARGED = 2.0  # at most so many times
_TILED_FROM = 6000  # longest side of a picture from which on tiles are looked at too
_TILE = 1600  # pixels of a tile as looked at
_TILE_OVERLAP = 192  # pixels; a face larger than this is seen by the looks at the whole picture
_TILES_LONGEST = 4800  # longest side of the tiled picture as looked at
_CONTEXT = 1.6  # a window is this many times the box it was hung on
_LEAST_WINDOW = 160  # pixels of a window as looked at


@dataclass(frozen=True, slots=True)
class Look:
    """One look at `window` (full-size pixels) with `factor` network pixels for each full-size pixel."""

    window: Box
    factor: float


def looks(picture: Viewer) -> list[Look]:
    """How a picture is looked at."""
    width, height = picture.width, picture.height
    whole = Box(0, 0, width, height)
    longest = max(width, height)
    factors = {_factor(picture, side) for side in LONGEST}
    if longest < _SMALL:
        factors.add(min(_ENLARGED, _SMALL / longest))
    chosen = [Look(whole, factor) for factor in sorted(factors)]
    if longest > _TILED_FROM:
        chosen += tiles(width, height, min(1.0, _TILES_LONGEST / longest))
    return chosen


def _factor(picture: Viewer, side: int) -> float:
    longest = max(picture.width, picture.height)
    if longest <= side:
        return 1.0
    shown = max(picture.view(side).shape)
    return (shown if shown <= side * _AS_IT_IS else side) / longest


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
    view = picture.view(round(max(picture.width, picture.height) * look.factor))
    across, down = view.shape[1] / picture.width, view.shape[0] / picture.height
    window = look.window
    left, top = window.x * across, window.y * down
    right, bottom = min(left + window.w * across, view.shape[1]), min(top + window.h * down, view.shape[0])
    first_x, first_y = int(left), int(top)
    part = view[first_y : math.ceil(bottom), first_x : math.ceil(right)]
    box = (left - first_x, top - first_y, right - first_x, bottom - first_y)
    width, height = max(1, round(window.w * look.factor)), max(1, round(window.h * look.factor))
    if abs(width - part.shape[1]) <= 1 and abs(height - part.shape[0]) <= 1:
        height, width = part.shape[:2]
    else:
        part = np.asarray(Image.fromarray(part).resize((width, height), Image.Resampling.BILINEAR, box=box))
    pixels = np.zeros((-(-height // MULTIPLE) * MULTIPLE, -(-width // MULTIPLE) * MULTIPLE, 3), np.uint8)
    pixels[:height, :width] = part
    return pixels
