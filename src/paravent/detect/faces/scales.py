"""Which parts of a picture are looked at, and how large.

CenterFace finds faces of about 10 to 400 pixels. A small look finds the large faces, a large one those in between; together
they are faster than one look at full size and miss fewer. The smallest faces of a large picture show at its own size only.
There, as in the large look, CenterFace looks where YuNet, which costs a third and sees less, gives a faint hint of a face:
YuNet sees the picture as large as the large look shows it, and at its own size what holds fine detail. No single look is
larger than a tile. The smallest look is cheap enough to see which way up the faces are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paravent.detect.base import Pixels, Viewer
from paravent.detect.faces.detail import detailed
from paravent.detect.faces.network import MULTIPLE, Floats
from paravent.model.geometry import Box

# Pixels of the longest side in each look, a little below 512 and 1600, so that an eighth and three eighths of a usual
# 12-megapixel JPEG, decoded straight at that size, need no further scaling.
LONGEST = (500, 1500)
OWN_SIZE = 10_000  # pixels of the longest side up to which a picture is looked at at its own size
GLANCE = 250  # pixels of the longest side in the look that all four ways up get; it sees the largest faces best
_TURNED = 1000  # pixels of the longest side in the last look for a way up where no smaller one shows a face
_AS_IT_IS = 1.1  # a view at most so many times larger than wanted is looked at as it is
_SMALL = 800  # a picture with a smaller longest side is also looked at enlarged to it,
_ENLARGED = 2.0  # at most so many times
_BETWEEN = 1.5  # a picture at most so many times as long as the large look is looked at at its own size instead
_TILE = 1600  # pixels of a side of the largest look
_GUIDE_TILE = 2400  # the same of the guide, which needs less memory
_TILE_OVERLAP = 192  # pixels; a face larger than this is seen by smaller looks
_AROUND = 64  # pixels shown around what is looked at closely, as looked at
_SMALLER_LOOKS = 120  # pixels of a place, as looked at, from which on a smaller look shows it well enough,
_LARGER_LOOKS = 16  # and below which a larger one shows it better, where there is one
_WHOLE = 100_000  # a look of at most so many pixels is cheap enough to be taken whole
GUIDED_FROM = 1250  # pixels of the longest side of a look from which on it is guided
_ONE_MORE = 16  # cells of the network's grid that cost as much as one more look
_AROUND_DETAIL = 32  # pixels shown around fine detail: a face may begin beside it

Part: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom, in cells of the network's grid


@dataclass(frozen=True, slots=True)
class Look:
    """One look at `window` (full-size pixels) with `factor` network pixels for each full-size pixel.

    guided: it is worth while only where the guide hints at a face. larger: there is a larger look at the same picture.
    """

    window: Box
    factor: float
    guided: bool = False
    larger: bool = False


def looks(picture: Viewer) -> list[Look]:
    """How a picture is looked at."""
    longest = max(picture.width, picture.height)
    chosen = [whole(picture, side) for side in (max(LONGEST), min(LONGEST), GLANCE)]
    if longest > max(LONGEST) * _AS_IT_IS:
        own = whole(picture, OWN_SIZE)
        chosen = [own, *(replace(look, larger=True) for look in chosen[longest <= max(LONGEST) * _BETWEEN :])]
    if longest < _SMALL:
        chosen.insert(0, Look(Box(0, 0, picture.width, picture.height), min(_ENLARGED, _SMALL / longest)))
    return list(dict.fromkeys(chosen))


def guides(picture: Viewer) -> list[Look]:
    """How the guide looks at a picture: at all of it."""
    return tiled(whole(picture, max(LONGEST)), _TILE)


def closer_guides(picture: Viewer) -> list[Look]:
    """How the guide looks for the smallest faces: at what holds fine detail, at the picture's own size.

    Not at all where `guides` shows that.
    """
    own = whole(picture, OWN_SIZE)
    if own.factor <= whole(picture, max(LONGEST)).factor:
        return []
    places = detailed(seen(picture, own)) / np.float32(own.factor)
    return _parts(own, places, _AROUND_DETAIL, _GUIDE_TILE)


def _length(picture: Viewer, look: Look) -> float:
    """Pixels of the longest side, as looked at."""
    return max(picture.width, picture.height) * look.factor


def whole(picture: Viewer, side: int) -> Look:
    """A look at the whole picture with about `side` pixels of its longest side; never enlarged."""
    factor = _factor(picture, side)
    longest = max(picture.width, picture.height) * factor
    return Look(Box(0, 0, picture.width, picture.height), factor, guided=longest > GUIDED_FROM)


def closest_turned(picture: Viewer, chosen: list[Look]) -> Look:
    """The last look for a way up where no smaller one shows a face. chosen: the looks at the upright picture."""
    return chosen[0] if max(picture.width, picture.height) < _SMALL else whole(picture, _TURNED)


def _factor(picture: Viewer, side: int) -> float:
    longest = max(picture.width, picture.height)
    if longest <= side:
        return 1.0
    shown = max(picture.view(side).shape)
    return (shown if shown <= side * _AS_IT_IS else side) / longest


def windows(look: Look, places: Floats) -> list[Look]:
    """The parts of a look that show `places`; all of it where that is not dearer. None is larger than a tile.

    places: (n, 4) left, top, right, bottom, full-size pixels. Those that another look shows better are left to it.
    Parts lie on the network's own grid and show enough around, so that it sees in them what it saw in the whole.
    """
    if look.window.w * look.window.h * look.factor**2 <= _WHOLE:
        return [look]
    sizes = (places[:, 2:] - places[:, :2]).max(axis=1) * look.factor
    suited = places[(sizes <= _SMALLER_LOOKS) & (sizes >= _LARGER_LOOKS * look.larger)]
    return _parts(look, suited, _AROUND, _TILE)


def _parts(look: Look, places: Floats, around: int, tile: int) -> list[Look]:
    """See `windows`. around: pixels shown around a place, as looked at. tile: pixels of the longest side of a part."""
    window, scale = look.window, look.factor / MULTIPLE
    edges = window.x, window.y, window.x + window.w, window.y + window.h
    (whole,) = _on_grid(np.array([edges]) * scale)
    grown = places * scale + np.array((-1, -1, 1, 1)) * (around / MULTIPLE)
    shown = [_common(part, whole) for part in _on_grid(grown)]
    parts = _merged([part for part in shown if _area(part)])
    if sum(map(_area, parts)) >= _area(whole):
        return tiled(look, tile)
    boxes = [_pixels(part, scale, window) for part in parts]
    return [part for box in boxes if box.w >= 1 and box.h >= 1 for part in tiled(Look(box, look.factor), tile)]


def tiled(look: Look, side: int = _TILE) -> list[Look]:
    """Overlapping looks, none larger than `side` pixels, that show all that one look does."""
    window, size, step = look.window, side / look.factor, (side - _TILE_OVERLAP) / look.factor
    columns = max(1, math.ceil((window.w - size) / step) + 1)
    rows = max(1, math.ceil((window.h - size) / step) + 1)
    if rows == columns == 1:
        return [look]
    return [
        Look(
            Box(window.x + x * step, window.y + y * step, min(size, window.w - x * step), min(size, window.h - y * step)),
            look.factor,
        )
        for y in range(rows)
        for x in range(columns)
    ]


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
        place = _worth_joining(part, done)
        if place is None:
            done.append(part)
        else:
            pending.append(_joined(part, done.pop(place)))
    return done


def _worth_joining(part: Part, others: list[Part]) -> int | None:
    """Position of the first with which one part costs no more than two. Written out: there are hundreds of either."""
    left, top, right, bottom = part
    enough = _area(part) + _ONE_MORE
    for i, (x0, y0, x1, y1) in enumerate(others):
        width = (right if right > x1 else x1) - (left if left < x0 else x0)
        height = (bottom if bottom > y1 else y1) - (top if top < y0 else y0)
        if width * height <= enough + (x1 - x0) * (y1 - y0):
            return i
    return None


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
