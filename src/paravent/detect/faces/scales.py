"""Which parts of a picture are looked at, and how large.

CenterFace finds faces of about 10 to 400 pixels. A small look finds the large faces, a large one the small faces; together
they are faster than one look at full size and miss fewer. What a large look shows is hinted at in one half as large, so it
is confined to where that one saw the faintest sign of a face. In pictures so large or so long that small faces would
vanish in the large look, tiles come on top. The smallest look is cheap enough to see which way up the faces are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paravent.detect.base import Pixels, Viewer
from paravent.detect.faces.network import MULTIPLE, Floats
from paravent.model.geometry import Box

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
_WHOLE = 100_000  # a look of at most so many pixels is cheap enough to be taken whole
GUIDED_FROM = 1250  # pixels of the longest side of a look from which on one of half the size saves more than it costs

Part: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom, in cells of the network's grid


@dataclass(frozen=True, slots=True)
class Look:
    """One look at `window` (full-size pixels) with `factor` network pixels for each full-size pixel.

    guide: a look at the same window, half as large, that says where this one is worth while; None: everywhere.
    """

    window: Box
    factor: float
    guide: Look | None = None


def looks(picture: Viewer) -> list[Look]:
    """How a picture is looked at."""
    width, height = picture.width, picture.height
    longest = max(width, height)
    # The large view first: a smaller one is then made from it instead of being decoded as well.
    sides = (*sorted(LONGEST, reverse=True), GLANCE)
    chosen = list(dict.fromkeys(_guided(picture, whole(picture, side)) for side in sides))
    if longest < _SMALL:
        chosen.insert(0, Look(Box(0, 0, width, height), min(_ENLARGED, _SMALL / longest)))
    if longest > _TILED_FROM:
        chosen += tiles(width, height, min(1.0, _TILES_LONGEST / longest))
    return chosen


def _guided(picture: Viewer, look: Look) -> Look:
    """The same, with a guide of half the size if it is large."""
    side = _length(picture, look)
    return replace(look, guide=whole(picture, round(side / 2))) if side > GUIDED_FROM else look


def _length(picture: Viewer, look: Look) -> float:
    """Pixels of the longest side, as looked at."""
    return max(picture.width, picture.height) * look.factor


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


def windows(look: Look, places: Floats) -> list[Look]:
    """The parts of a look that show `places`; the look itself where that is not dearer than its parts.

    places: (n, 4) left, top, right, bottom, full-size pixels. Those that are large in this look are left to smaller ones.
    Parts lie on the network's own grid and show enough around, so that it sees in them what it saw in the whole.
    """
    window, scale = look.window, look.factor / MULTIPLE
    edges = window.x, window.y, window.x + window.w, window.y + window.h
    (whole,) = _on_grid(np.array([edges]) * scale)
    if _area(whole) * MULTIPLE**2 <= _WHOLE:
        return [look]
    small = places[(places[:, 2:] - places[:, :2]).max(axis=1) * look.factor <= _SMALLER_LOOKS]
    around = np.array((-1, -1, 1, 1)) * (_AROUND / MULTIPLE)
    shown = [_common(part, whole) for part in _on_grid(small * scale + around)]
    parts = _merged([part for part in shown if _area(part)])
    if sum(map(_area, parts)) >= _area(whole):
        return [look]
    boxes = [_pixels(part, scale, window) for part in parts]
    return [Look(box, look.factor) for box in boxes if box.w >= 1 and box.h >= 1]


def _pixels(part: Part, scale: float, window: Box) -> Box:
    """What a window holds of a part, in full-size pixels."""
    left, top = max(part[0] / scale, window.x), max(part[1] / scale, window.y)
    right, bottom = min(part[2] / scale, window.x + window.w), min(part[3] / scale, window.y + window.h)
    return Box(left, top, right - left, bottom - top)


def _on_grid(cells: NDArray[np.floating[Any]]) -> list[Part]:
    """Boxes (n, 4) in cells of the grid, grown to whole ones, without repetition."""
    grown = np.concatenate([np.floor(cells[:, :2]), np.ceil(cells[:, 2:])], axis=1).astype(np.int64)
    return list(dict.fromkeys(map(tuple, grown.tolist())))


def _merged(parts: list[Part]) -> list[Part]:
    """Parts joined where one costs no more than two."""
    pending, done = list(parts), list[Part]()
    while pending:
        part = pending.pop()
        partner = next((other for other in done if _area(_joined(part, other)) <= _area(part) + _area(other)), None)
        if partner is None:
            done.append(part)
        else:
            done.remove(partner)
            pending.append(_joined(part, partner))
    return done


def _joined(a: Part, b: Part) -> Part:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _common(a: Part, b: Part) -> Part:
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])


def _area(part: Part) -> int:
    return max(0, part[2] - part[0]) * max(0, part[3] - part[1])


def seen(picture: Viewer, look: Look) -> Pixels:
    """The look's pixels, RGB, shape (h, w, 3)."""
    view = picture.view(round(_length(picture, look)))
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
