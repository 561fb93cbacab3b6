"""Covers places of a frame: erases them in every plane, then fills them from what is around in the same frame.

Works on the planes as the decoder gives them (luma, and two chroma planes at half the size), so that nothing is converted.
The veil is a weighted mean of the cells that border on a place, nearer ones counting more (Shepard, 1968); covered samples
are zero before anything is read, and their cells are never used. A few means say what the covered places of a frame look
like, for comparison with the frame that was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paravent.model.geometry import Shape, shift
from paravent.model.style import Styles
from paravent.redact.cover import RING, Window, groups
from paravent.redact.filling import layers
from paravent.redact.masks import Mask, raster, union_mask
from paravent.video.source import Plane

_LEAST_CELL = 8  # luma samples
_MOST_CELLS = 20  # along a place, about: larger places get larger cells
_ENOUGH = 0.25  # share of a cell that must be known for its mean to count
_NEUTRAL = 0.5
_BLOCKS, _LEAST_BLOCK = 7, 4.0  # along a pixelated place; luma samples
_SHADES, _SHADE = 5, 6.0  # of blocks, and from one to the next, for values of 8 bits

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Palette:
    """How RGB becomes the planes' values. matrix: code point of ITU-T H.273. full: full range. depth: bits."""

    matrix: int
    full: bool
    depth: int

    @property
    def weights(self) -> tuple[float, float]:
        """Of red and blue in luma: ITU-R BT.709, BT.2020 and BT.601."""
        return {1: (0.2126, 0.0722), 9: (0.2627, 0.0593), 10: (0.2627, 0.0593)}.get(self.matrix, (0.299, 0.114))

    @property
    def luma(self) -> tuple[float, float]:
        """Black, and how many steps white is above it."""
        step = float(1 << (self.depth - 8))
        return (0.0, 255 * step) if self.full else (16 * step, 219 * step)

    def of(self, color: tuple[int, int, int]) -> tuple[float, float, float]:
        """Luma and the two chroma values of an RGB colour (0 to 255)."""
        red, blue = self.weights
        r, g, b = (value / 255 for value in color)
        luma = red * r + (1 - red - blue) * g + blue * b
        chroma = ((b - luma) / (2 * (1 - blue)), (r - luma) / (2 * (1 - red)))
        step = float(1 << (self.depth - 8))
        if self.full:
            return luma * 255 * step, min(128 + chroma[0] * 255, 255) * step, min(128 + chroma[1] * 255, 255) * step
        return (16 + luma * 219) * step, (128 + chroma[0] * 224) * step, (128 + chroma[1] * 224) * step


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """What is covered in a frame. mask, small: in the luma plane and in the chroma planes. groups: shapes that lie together
    (pixels of the luma plane) and the window around them; no two windows overlap."""

    mask: Mask
    small: Mask
    groups: list[tuple[Window, tuple[Shape, ...]]]


def places(shapes: tuple[Shape, ...], width: int, height: int) -> Places:
    """Where shapes lie in a frame. width, height: of the luma plane."""
    mask, found = union_mask(shapes, width, height), list(groups(shapes, width, height, 2))
    small = np.zeros((-(-height // 2), -(-width // 2)), np.bool_)
    for core, _ in found:
        small[_half(core).area] = _halved(mask[core.area])
    return Places(mask, small, found)


def cover(planes: list[Plane], covered: Places, styles: Styles, palette: Palette) -> None:
    """Erase and fill, in place."""
    masks = (covered.mask, covered.small, covered.small)
    areas = [(core.area, half.area, half.area) for core, half in ((core, _half(core)) for core, _ in covered.groups)]
    for group in areas:
        for plane, mask, area in zip(planes, masks, group, strict=True):
            plane[area] *= ~mask[area]
    fillings = [_filling(planes, covered, group, styles, palette) for group in covered.groups]
    for group, filling in zip(areas, fillings, strict=True):
        for plane, mask, area, values in zip(planes, masks, group, filling, strict=True):
            np.copyto(plane[area], values, where=mask[area])


def _filling(
    planes: list[Plane], covered: Places, group: tuple[Window, tuple[Shape, ...]], styles: Styles, palette: Palette
) -> list[Plane]:
    """What is to be seen in the window of a group, in each plane. planes: covered samples are zero."""
    core, inside = group
    height, width = planes[0].shape
    cell = _cell(core)
    outer = Window(
        max(0, core.left // cell * cell - RING * cell),
        max(0, core.top // cell * cell - RING * cell),
        min(width, core.right + RING * cell),
        min(height, core.bottom + RING * cell),
    )
    luma, chroma = outer.area, _half(outer).area
    counts = _cell_sums(~covered.mask[luma], cell), _cell_sums(~covered.small[chroma], cell // 2)
    known = (counts[0] >= cell**2 * _ENOUGH) & (counts[1] >= (cell // 2) ** 2 * _ENOUGH)
    sums = [_cell_sums(planes[0][luma], cell), *(_cell_sums(plane[chroma], cell // 2) for plane in planes[1:])]
    means = np.stack([sums[0], sums[1], sums[2]], axis=-1) / np.maximum(np.stack([*counts, counts[1]], axis=-1), 1)
    veil = _veil(means.astype(np.float32), known, float((1 << palette.depth) * _NEUTRAL))
    shown = core.within(outer)
    drawn = [*_enlarged(veil[..., :1], cell, shown), *_enlarged(veil[..., 1:], cell // 2, _half(shown))]
    for shape in inside:
        _draw(drawn, shift(shape, -core.left, -core.top), styles, shape, palette)
    most = (1 << palette.depth) - 1
    return [np.rint(np.clip(values, 0, most)).astype(planes[0].dtype) for values in drawn]


# What `paint_marks` says of each group of shapes: means of a grid of the luma plane, and of each chroma plane.
_MARK_GRID = 4
MARKS = _MARK_GRID * _MARK_GRID + 2


def paint_marks(planes: list[Plane], covered: Places, depth: int) -> bytes:
    """What covered places look like, in `MARKS` numbers for each group of shapes."""
    marks: list[float] = []
    for core, _ in covered.groups:
        marks += _grid_means(planes[0][core.area], covered.mask[core.area])
        area = _half(core).area
        mask = covered.small[area]
        marks += [float((plane[area] * mask).sum(dtype=np.int64)) / max(int(mask.sum()), 1) for plane in planes[1:]]
    return bytes(round(value / (1 << (depth - 8))) for value in marks)


def _grid_means(samples: Plane, covered: Mask) -> list[float]:
    """Of the covered samples in each part of a window; 0 where there are none."""
    means = _grid_sums(samples * covered) / np.maximum(_grid_sums(covered), 1)
    found: list[float] = means.ravel().tolist()
    return found


def _grid_sums(values: Plane | Mask) -> NDArray[np.integer[Any]]:
    """Of the parts of a window. Where it is so small that a part is empty, the first sample behind it stands for that."""
    rows, columns = (np.arange(_MARK_GRID) * side // _MARK_GRID for side in values.shape)
    sums: NDArray[np.integer[Any]] = np.add.reduceat(np.add.reduceat(values, columns, axis=1, dtype=np.int32), rows)
    return sums


def _halved(mask: Mask) -> Mask:
    """Chroma samples of which any luma sample is covered."""
    height, width = mask.shape
    padded = np.pad(mask, ((0, height % 2), (0, width % 2))) if height % 2 or width % 2 else mask
    rows = padded[::2] | padded[1::2]
    halved: Mask = rows[:, ::2] | rows[:, 1::2]
    return halved


def _half(window: Window) -> Window:
    """The same in the chroma planes."""
    return Window(window.left // 2, window.top // 2, -(-window.right // 2), -(-window.bottom // 2))


def _cell(core: Window) -> int:
    longest = max(core.right - core.left, core.bottom - core.top)
    cell = _LEAST_CELL
    while longest > cell * _MOST_CELLS:
        cell *= 2
    return cell


def _cell_sums(samples: Plane | Mask, cell: int) -> NDArray[np.integer[Any]]:
    """Of cells of cell x cell samples; what is missing at the right and below counts as 0."""
    height, width = samples.shape
    rows, columns = -(-height // cell), -(-width // cell)
    whole = np.zeros((rows * cell, columns * cell), samples.dtype)
    whole[:height, :width] = samples
    # One axis after the other, in small numbers first, is several times as fast as both at once.
    by_row = whole.reshape(rows, cell, columns * cell).sum(axis=1, dtype=np.int32)
    sums: NDArray[np.integer[Any]] = by_row.reshape(rows, columns, cell).sum(axis=2)
    return sums


def _veil(means: Floats, known: Mask, neutral: float) -> Floats:
    """Values (rows, columns, 3) for all cells: those not known from the known cells that border on them."""
    if known.all():
        return means
    if not known.any():
        return np.full_like(means, neutral)
    unknown = ~known
    framed = np.zeros((unknown.shape[0] + 2, unknown.shape[1] + 2), np.bool_)
    framed[1:-1, 1:-1] = unknown
    border = known & (framed[:-2, 1:-1] | framed[2:, 1:-1] | framed[1:-1, :-2] | framed[1:-1, 2:])
    at, around = np.argwhere(unknown).astype(np.float32), np.argwhere(border).astype(np.float32)
    # |a - b|^2 without a large intermediate; the weight of a border cell falls with the third power of the distance
    distance = (at**2).sum(axis=1)[:, None] + (around**2).sum(axis=1)[None] - 2 * at @ around.T
    weights = np.maximum(distance, 0.5)
    weights = 1 / (weights * np.sqrt(weights))
    weights /= weights.sum(axis=1, keepdims=True)
    values = np.where(known[..., None], means, np.float32(0))
    values[unknown] = weights @ means[border]
    return values


def _enlarged(cells: Floats, cell: int, shown: Window) -> list[Floats]:
    """A window of cells (rows, columns, planes) as samples, linear between the middles of the cells.

    shown: samples from the first cell's corner.
    """
    down = _shares(cells.shape[0], cell, shown.top, shown.bottom)
    across = _shares(cells.shape[1], cell, shown.left, shown.right)
    return [(down @ cells[..., i] @ across.T).astype(np.float32, copy=False) for i in range(cells.shape[2])]


def _shares(cells: int, cell: int, start: int, stop: int) -> Floats:
    """How much each of so many cells in a row says of each sample between two, (samples, cells)."""
    at = (np.arange(start, stop, dtype=np.float32) + np.float32(0.5)) / np.float32(cell) - np.float32(0.5)
    at = np.minimum(np.maximum(at, 0), cells - 1)
    shares: Floats = np.maximum(1 - np.abs(at[:, None] - np.arange(cells, dtype=np.float32)), 0)
    return shares


def _draw(drawn: list[Floats], region: Shape, styles: Styles, shape: Shape, palette: Palette) -> None:
    """What the style of a shape draws over the veil. region: the shape in samples of the window's luma."""
    style = styles.of(shape)
    if style.name == "pixelate":
        shades = _SHADE * (1 << (palette.depth - 8))
        for values, factor, shade in zip(drawn, (1, 2, 2), (shades, 0, 0), strict=True):
            _pixelate(values, region, factor, shade)
    for layer in layers(region, style):
        inside = raster(layer.shape, drawn[0].shape[1], drawn[0].shape[0])
        small = _halved(inside)
        for values, covered, value in zip(drawn, (inside, small, small), palette.of(layer.color), strict=True):
            values[covered[: values.shape[0], : values.shape[1]]] = value


def _pixelate(values: Floats, region: Shape, factor: int, shade: float) -> None:
    """Blocks of the veil's own values in the box of a region, each a little lighter or darker by its place alone.

    Without that they would not be seen where the surroundings are even, nor behind an encoder that smooths small steps.
    """
    box = region.bounds()
    step = max(box.w / _BLOCKS, box.h / _BLOCKS, _LEAST_BLOCK) / factor
    height, width = values.shape
    left, top = max(0, int(box.x / factor)), max(0, int(box.y / factor))
    right, bottom = min(width, int((box.x + box.w) / factor) + 2), min(height, int((box.y + box.h) / factor) + 2)

    def blocks(start: int, stop: int, origin: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The number of the block that each sample belongs to, and the sample in its middle."""
        numbers = np.floor((np.arange(start, stop) + 0.5 - origin) / step)
        middles = np.clip((numbers + 0.5) * step + origin, start, max(start, stop - 1))
        return numbers.astype(np.intp), middles.astype(np.intp)

    (down, rows), (across, columns) = blocks(top, bottom, box.y / factor), blocks(left, right, box.x / factor)
    shades = (3 * down[:, None] + 2 * across[None]) % _SHADES - _SHADES // 2
    values[top:bottom, left:right] = values[rows][:, columns] + np.float32(shade) * shades
