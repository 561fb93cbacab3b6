"""Which parts of a picture are looked at, and how large.

CenterFace finds faces of about 10 to 400 pixels. A small look finds the large faces, a large one the small faces; together
they are faster than one look at full size and miss fewer. In pictures so large or so long that small faces would vanish in
the large look, tiles come on top. The smallest look is cheap enough to see which way up the faces are.
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
GLANCE = 250  # pixels of the longest side in the look that all four ways up get; it sees the largest faces best
_TURNED = 1000  # pixels of the longest side in the last look for a way up where no smaller one shows a face
_AS_IT_IS = 1.1  # a view at most so many times larger than wanted is looked at as it is
_SMALL = 800  # a picture with a smaller longest side is also looked at enlarged to it,
_ENLARGED = 2.0  # at most so many times
_TILED_FROM = 6000  # longest side of a picture from which on tiles are looked at too
_TILE = 1600  # pixels of a tile as looked at
_TILE_OVERLAP = 192  # pixels; a face larger than this is seen by the looks at the whole picture
_TILES_LONGEST = 4800  # longest side of the tiled picture as looked at
_AROUND = 64  # pixels shown around what is looked at again, as looked at
_SMALLER_LOOKS = 120  # pixels of a place, as looked at, from which on a smaller look shows it well enough
_WHOLE = 100_000  # a look of at most so many pixels is cheap enough to be repeated whole


@dataclass(frozen=True, slots=True)
class Look:
    """One look at `window` (full-size pixels) with `factor` network pixels for each full-size pixel."""

    window: Box
    factor: float


def looks(picture: Viewer) -> list[Look]:
    """How a picture is looked at."""
    width, height = picture.width, picture.height
    longest = max(width, height)
    # The large view first: a smaller one is then made from it instead of being decoded as well.
    chosen = list(dict.fromkeys(whole(picture, side) for side in (*sorted(LONGEST, reverse=True), GLANCE)))
    if longest < _SMALL:
        chosen.insert(0, Look(Box(0, 0, width, height), min(_ENLARGED, _SMALL / longest)))
    if longest > _TILED_FROM:
        chosen += tiles(width, height, min(1.0, _TILES_LONGEST / longest))
    return chosen


def whole(picture: Viewer, side: int) -> Look:
    """A look at the whole picture with about `side` pixels of its longest side; never enlarged."""
    return Look(Box(0, 0, picture.width, picture.height), _factor(picture, side))


def closest_turned(picture: Viewer, chosen: list[Look]) -> Look:
    """The last look for a way up where no smaller one shows a face. chosen: the looks at the upright picture."""
    return chosen[0] if max(picture.width, picture.height) < _SMALL else whole(picture, _TURNED)


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
    """The parts of a look that show `within`; the look itself where that is not dearer than its parts.

    Places that are large in this look are left to smaller ones. Parts lie on the network's own grid and show enough
    around, so that it sees in them what it saw in the whole.
    """
    whole = _grid_box(look.window, look.factor, 0)
    if whole.area <= _WHOLE:
        return [look]
    small = [box for box in within if max(box.w, box.h) * look.factor <= _SMALLER_LOOKS]
    parts = _merged([_common(_grid_box(box, look.factor, _AROUND), whole) for box in small])
    if sum(part.area for part in parts) >= whole.area:
        return [look]
    back = 1 / look.factor
    shown = [_common(Box(p.x * back, p.y * back, p.w * back, p.h * back), look.window) for p in parts]
    return [Look(part, look.factor) for part in shown if part.w >= 1 and part.h >= 1]


def _grid_box(box: Box, factor: float, around: int) -> Box:
    """A box in the pixels of a look, grown by `around` and outwards to the grid."""
    left, top = (math.floor((side * factor - around) / MULTIPLE) * MULTIPLE for side in (box.x, box.y))
    right = math.ceil(((box.x + box.w) * factor + around) / MULTIPLE) * MULTIPLE
    bottom = math.ceil(((box.y + box.h) * factor + around) / MULTIPLE) * MULTIPLE
    return Box(left, top, right - left, bottom - top)


def _merged(parts: list[Box]) -> list[Box]:
    """Boxes joined where one box costs no more than two."""
    pending = list(parts)
    done: list[Box] = []
    while pending:
        part = pending.pop()
        partner = next((other for other in done if _joined(part, other).area <= part.area + other.area), None)
        if partner is None:
            done.append(part)
        else:
            done.remove(partner)
            pending.append(_joined(part, partner))
    return done


def _joined(a: Box, b: Box) -> Box:
    left, top = min(a.x, b.x), min(a.y, b.y)
    right, bottom = max(a.x + a.w, b.x + b.w), max(a.y + a.h, b.y + b.h)
    return Box(left, top, right - left, bottom - top)


def _common(box: Box, window: Box) -> Box:
    left, top = max(box.x, window.x), max(box.y, window.y)
    right, bottom = min(box.x + box.w, window.x + window.w), min(box.y + box.h, window.y + window.h)
    return Box(left, top, max(0.0, right - left), max(0.0, bottom - top))


def seen(picture: Viewer, look: Look) -> Pixels:
    """The look's pixels, RGB, shape (h, w, 3)."""
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
        return part
    return np.asarray(Image.fromarray(part).resize((width, height), Image.Resampling.BILINEAR, box=box))
