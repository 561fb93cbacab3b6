"""Covers places of a frame: erases them in every plane, then fills them from what is around in the same frame.

Works on the planes as the decoder gives them (luma, and two chroma planes at half the size), so that nothing is converted.
The veil is a weighted mean of the cells that border on a place, nearer ones counting more (Shepard, 1968); covered samples
are zero before anything is read, and their cells are never used. The same function says what a covered place of a written
frame should look like.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paravent.redact.cover import RING, Window
from paravent.redact.filling import Styles, layers
from paravent.redact.geometry import Mask, Shape, pixel_window, raster, shift, union_mask
from paravent.video.source import Plane

_LEAST_CELL = 8  # luma samples
_MOST_CELLS = 20  # along a place, about: larger places get larger cells
_ENOUGH = 0.25  # share of a cell that must be known for its mean to count
_NEUTRAL = 0.5
_FALL = 1.5  # power of the squared distance with which the weight of a border cell falls
_BLOCKS = 7  # along a pixelated place

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Palette:
    """How RGB becomes the planes' values. matrix: code point of ITU-T H.273. full: full range. depth: bits."""

    matrix: int
    full: bool
    depth: int

    def of(self, color: tuple[int, int, int]) -> tuple[float, float, float]:
        """Luma and the two chroma values of an RGB colour (0 to 255)."""
        # ITU-R BT.709, BT.2020 and BT.601: weights of red and blue.
        red, blue = {1: (0.2126, 0.0722), 9: (0.2627, 0.0593), 10: (0.2627, 0.0593)}.get(self.matrix, (0.299, 0.114))
        r, g, b = (value / 255 for value in color)
        luma = red * r + (1 - red - blue) * g + blue * b
        chroma = ((b - luma) / (2 * (1 - blue)), (r - luma) / (2 * (1 - red)))
        step = float(1 << (self.depth - 8))
        if self.full:
            return luma * 255 * step, (128 + chroma[0] * 255) * step, (128 + chroma[1] * 255) * step
        return (16 + luma * 219) * step, (128 + chroma[0] * 224) * step, (128 + chroma[1] * 224) * step


def cover(planes: list[Plane], shapes: tuple[Shape, ...], styles: Styles, palette: Palette) -> None:
    """Erase and fill, in place. shapes: pixels of the luma plane."""
    if not shapes:
        return
    mask, small = masks(shapes, *planes[0].shape[::-1])
    for plane, covered in zip(planes, (mask, small, small), strict=True):
        np.multiply(plane, ~covered, out=plane)
    for part, filling in fillings(planes, shapes, mask, small, styles, palette):
        for plane, covered, values, area in zip(planes, (mask, small, small), filling, part, strict=True):
            np.copyto(plane[area], values, where=covered[area])


def masks(shapes: tuple[Shape, ...], width: int, height: int) -> tuple[Mask, Mask]:
    """What is covered in the luma plane and in the chroma planes."""
    mask = union_mask(shapes, width, height)
    return mask, _halved(mask)


def fillings(
    planes: list[Plane], shapes: tuple[Shape, ...], mask: Mask, small: Mask, styles: Styles, palette: Palette
) -> list[tuple[tuple[tuple[slice, slice], ...], list[Plane]]]:
    """For each group of shapes: where it lies in each plane, and what is to be seen there.

    mask, small: what is covered in the luma plane and in the chroma planes; samples there are never read.
    """
    height, width = planes[0].shape
    found = []
    for core, inside in _groups(shapes, width, height):
        cell = _cell(core)
        outer = Window(
            max(0, core.left // cell * cell - RING * cell),
            max(0, core.top // cell * cell - RING * cell),
            min(width, core.right + RING * cell),
            min(height, core.bottom + RING * cell),
        )
        half = Window(outer.left // 2, outer.top // 2, -(-outer.right // 2), -(-outer.bottom // 2))
        windows = (outer, half, half)
        sizes = (cell, cell // 2, cell // 2)
        means, known = [], []
        for plane, covered, window, size in zip(planes, (mask, small, small), windows, sizes, strict=True):
            mean, count = _cell_means(plane[window.area], ~covered[window.area], size)
            means.append(mean)
            known.append(count >= size * size * _ENOUGH)
        veil = _veil(np.stack(means, axis=-1), known[0] & known[1], float((1 << palette.depth) * _NEUTRAL))
        drawn = [_enlarged(veil[..., i], sizes[i], windows[i]) for i in range(3)]
        for shape in inside:
            _draw(drawn, shift(shape, -outer.left, -outer.top), styles, shape, palette)
        top = (1 << palette.depth) - 1
        filled = [np.clip(np.rint(values), 0, top).astype(planes[0].dtype) for values in drawn]
        found.append((tuple(window.area for window in windows), filled))
    return found


# What `paint_marks` says of each group of shapes: means of a grid of the luma plane, and of each chroma plane.
_MARK_GRID = 4
MARKS = _MARK_GRID * _MARK_GRID + 2


def paint_marks(planes: list[Plane], shapes: tuple[Shape, ...], depth: int) -> bytes:
    """What covered places look like, in `MARKS` numbers for each group of shapes that overlap."""
    if not shapes:
        return b""
    height, width = planes[0].shape
    mask, small = masks(shapes, width, height)
    marks = bytearray()
    for core, _ in _groups(shapes, width, height):
        half = Window(core.left // 2, core.top // 2, -(-core.right // 2), -(-core.bottom // 2))
        values = _grid_means(planes[0][core.area], mask[core.area])
        values += [_mean(plane[half.area], small[half.area]) for plane in planes[1:]]
        marks += bytes(min(255, round(value)) for value in (one / (1 << (depth - 8)) for one in values))
    return bytes(marks)


def _grid_means(samples: Plane, covered: Mask) -> list[float]:
    rows = np.linspace(0, samples.shape[0], _MARK_GRID + 1).astype(int)
    columns = np.linspace(0, samples.shape[1], _MARK_GRID + 1).astype(int)
    return [
        _mean(samples[top:bottom, left:right], covered[top:bottom, left:right])
        for top, bottom in pairwise(rows)
        for left, right in pairwise(columns)
    ]


def _mean(samples: Plane, covered: Mask) -> float:
    """Of the covered samples; 0 if there are none."""
    count = int(covered.sum())
    return float(np.multiply(samples, covered).sum(dtype=np.int64)) / count if count else 0.0


def _halved(mask: Mask) -> Mask:
    """Chroma samples of which any luma sample is covered."""
    height, width = mask.shape
    padded = np.pad(mask, ((0, height % 2), (0, width % 2))) if height % 2 or width % 2 else mask
    rows = padded[::2] | padded[1::2]
    halved: Mask = rows[:, ::2] | rows[:, 1::2]
    return halved


def _groups(shapes: tuple[Shape, ...], width: int, height: int) -> list[tuple[Window, tuple[Shape, ...]]]:
    """Shapes whose windows overlap, together, with the window around them."""
    pending = []
    for shape in shapes:
        box = pixel_window(shape, width, height, 2)
        if box[0] < box[2] and box[1] < box[3]:
            pending.append((box, (shape,)))
    done: list[tuple[Window, tuple[Shape, ...]]] = []
    while pending:
        box, inside = pending.pop()
        touching = [other for other in pending if _touch(box, other[0])]
        if not touching:
            done.append((Window(*box), inside))
            continue
        pending = [other for other in pending if not _touch(box, other[0])]
        lefts, tops, rights, bottoms = zip(box, *(other[0] for other in touching), strict=True)
        joined = (min(lefts), min(tops), max(rights), max(bottoms))
        pending.append((joined, sum((other[1] for other in touching), inside)))
    return done


def _touch(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _cell(core: Window) -> int:
    longest = max(core.right - core.left, core.bottom - core.top)
    cell = _LEAST_CELL
    while longest > cell * _MOST_CELLS:
        cell *= 2
    return cell


def _cell_means(samples: Plane, usable: Mask, cell: int) -> tuple[Floats, Floats]:
    """Mean of the usable samples of each cell, and their number."""
    height, width = samples.shape
    rows, columns = -(-height // cell), -(-width // cell)
    weight = np.zeros((rows * cell, columns * cell), np.float32)
    weight[:height, :width] = usable
    total = np.zeros_like(weight)
    np.multiply(samples, usable, out=total[:height, :width], casting="unsafe")
    count = weight.reshape(rows, cell, columns, cell).sum(axis=(1, 3))
    sums = total.reshape(rows, cell, columns, cell).sum(axis=(1, 3))
    return sums / np.maximum(count, 1), count


def _veil(means: Floats, known: Mask, neutral: float) -> Floats:
    """Values (rows, columns, 3) for all cells: those not known from the known cells that border on them."""
    if known.all():
        return means
    if not known.any():
        return np.full_like(means, neutral)
    unknown = ~known
    framed = np.pad(unknown, 1)
    border = known & (framed[:-2, 1:-1] | framed[2:, 1:-1] | framed[1:-1, :-2] | framed[1:-1, 2:])
    at, around = np.argwhere(unknown).astype(np.float32), np.argwhere(border).astype(np.float32)
    # |a - b|^2 without a large intermediate
    distance = (at**2).sum(axis=1)[:, None] + (around**2).sum(axis=1)[None] - 2 * at @ around.T
    weights = np.maximum(distance, 0.5) ** -_FALL
    weights /= weights.sum(axis=1, keepdims=True)
    values = np.where(known[..., None], means, np.float32(0))
    values[unknown] = weights @ means[border]
    return values


def _enlarged(cells: Floats, cell: int, window: Window) -> Floats:
    rows, columns = cells.shape
    image = Image.fromarray(np.ascontiguousarray(cells, np.float32)).resize(
        (columns * cell, rows * cell), Image.Resampling.BILINEAR
    )
    enlarged = np.array(image, np.float32)
    return enlarged[: window.bottom - window.top, : window.right - window.left]


def _draw(drawn: list[Floats], region: Shape, styles: Styles, shape: Shape, palette: Palette) -> None:
    """What the style of a shape draws over the veil. region: the shape in samples of the window's luma."""
    style = styles.of(shape)
    if style.name == "pixelate":
        for values, factor in zip(drawn, (1, 2, 2), strict=True):
            _pixelate(values, region, factor)
    for layer in layers(region, style):
        inside = raster(layer.shape, drawn[0].shape[1], drawn[0].shape[0])
        small = _halved(inside)
        for values, covered, value in zip(drawn, (inside, small, small), palette.of(layer.color), strict=True):
            values[covered[: values.shape[0], : values.shape[1]]] = value


def _pixelate(values: Floats, region: Shape, factor: int) -> None:
    """Blocks of the veil's own values in the box of a region."""
    box = region.bounds()
    step = max(box.w, box.h, 1.0) / _BLOCKS / factor
    height, width = values.shape
    left, top = max(0, int(box.x / factor)), max(0, int(box.y / factor))
    right, bottom = min(width, int((box.x + box.w) / factor) + 2), min(height, int((box.y + box.h) / factor) + 2)

    def centres(start: int, stop: int, origin: float) -> NDArray[np.intp]:
        cells = np.floor((np.arange(start, stop) + 0.5 - origin) / step)
        picked: NDArray[np.intp] = np.clip((cells + 0.5) * step + origin, start, max(start, stop - 1)).astype(np.intp)
        return picked

    rows, columns = centres(top, bottom, box.y / factor), centres(left, right, box.x / factor)
    values[top:bottom, left:right] = values[rows][:, columns]
