"""Covering regions of decoded samples: erase, then fill from what is around."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from paravent.model.geometry import Shape, shift
from paravent.model.style import Styles
from paravent.redact.filling import CELL, fill_plane, layers
from paravent.redact.masks import Mask, pixel_window, union_mask

# ITU-R BT.601 luma, as JFIF 1.02 uses it.
LUMA = (0.299, 0.587, 0.114)
# Cells of surroundings taken into account around a region.
RING = 3

_Group: TypeAlias = tuple[tuple[int, int, int, int], tuple[Shape, ...]]  # left, top, right, bottom, and the shapes within


def cover_samples(
    samples: NDArray[np.unsignedinteger[Any]], shapes: tuple[Shape, ...], styles: Styles, *, known: Mask | None = None
) -> Mask:
    """Erase the shapes and fill them, in place.

    samples: (h, w, 1) grey or (h, w, 3) RGB, uint8 or uint16, writable. shapes: in the same pixels. known: (h, w),
    samples outside the shapes that may be used for the filling (all, if None). Returns the covered pixels, (h, w) bool.
    """
    height, width, channels = samples.shape
    mask = union_mask(shapes, width, height)
    places = list(windows(shapes, width, height, CELL))
    for core, _, _ in places:  # all of them before any is filled
        samples[core.area][mask[core.area]] = 0
    full = np.iinfo(samples.dtype).max
    step = np.float32(full / 255)  # fillings count from 0 to 255
    for core, outer, inside in places:
        regions = [(shift(shape, -outer.left, -outer.top), styles.of(shape)) for shape in inside]
        pixelated = tuple(region for region, style in regions if style.name == "pixelate")
        usable = ~mask[outer.area] if known is None else known[outer.area] & ~mask[outer.area]
        means, cells = _cell_means(samples[outer.area], usable)
        plane = samples[core.area]
        covered = mask[core.area]
        for channel in range(channels):
            drawn = tuple(
                (layer.shape, _channel_value(layer.color, channel, channels))
                for region, style in regions
                for layer in layers(region, style)
            )
            filling = fill_plane(means[..., channel] / step, cells, pixelated, drawn)[core.within(outer).area]
            plane[covered, channel] = np.clip(np.rint(filling[covered] * step), 0, full)
    return mask


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of samples: left, top, right, bottom."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> tuple[slice, slice]:
        """Its rows and columns."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def within(self, outer: Window) -> Window:
        """The same rectangle counted from another one's corner."""
        x, y = outer.left, outer.top
        return Window(self.left - x, self.top - y, self.right - x, self.bottom - y)

    def grown(self, by: int, outer: Window) -> Window:
        """Larger by so many samples on each side, but not beyond another one."""
        return Window(
            max(outer.left, self.left - by),
            max(outer.top, self.top - by),
            min(outer.right, self.right + by),
            min(outer.bottom, self.bottom + by),
        )


def windows(
    shapes: tuple[Shape, ...], width: int, height: int, grid: int
) -> Iterator[tuple[Window, Window, tuple[Shape, ...]]]:
    """See `groups`: the core that is painted, the same with its surroundings, and the shapes inside."""
    for core, inside in groups(shapes, width, height, grid):
        yield core, core.grown(RING * grid, Window(0, 0, width, height)), inside


def groups(shapes: tuple[Shape, ...], width: int, height: int, grid: int) -> Iterator[tuple[Window, tuple[Shape, ...]]]:
    """Rectangles that hold the shapes, each with those inside, from the top left. No two overlap. Aligned to multiples of
    `grid`, clipped to width x height."""
    placed = [(pixel_window(shape, width, height, grid), (shape,)) for shape in shapes]
    pending: list[_Group] = [(box, inside) for box, inside in placed if box[0] < box[2] and box[1] < box[3]]
    done: list[_Group] = []
    while pending:
        box, inside = pending.pop()
        touching = [other for other in (*pending, *done) if _touch(box, other[0])]
        if not touching:
            done.append((box, inside))
            continue
        pending, done = ([other for other in some if not _touch(box, other[0])] for some in (pending, done))
        lefts, tops, rights, bottoms = zip(box, *(other[0] for other in touching), strict=True)
        joined = (min(lefts), min(tops), max(rights), max(bottoms))
        pending.append((joined, sum((other[1] for other in touching), inside)))
    for box, inside in sorted(done, key=lambda group: (group[0][1], group[0][0])):
        yield Window(*box), inside


def _touch(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _cell_means(samples: NDArray[np.unsignedinteger[Any]], usable: Mask) -> tuple[NDArray[np.float32], Mask]:
    height, width, channels = samples.shape
    rows, columns = -(-height // CELL), -(-width // CELL)
    weight = np.zeros((rows * CELL, columns * CELL), dtype=np.float32)
    weight[:height, :width] = usable
    total = np.zeros((rows * CELL, columns * CELL, channels), dtype=np.float32)
    total[:height, :width] = samples * usable[..., None]
    count = weight.reshape(rows, CELL, columns, CELL).sum(axis=(1, 3))
    sums = total.reshape(rows, CELL, columns, CELL, channels).sum(axis=(1, 3))
    return sums / np.maximum(count, 1)[..., None], count > 0


def _channel_value(color: tuple[int, int, int], channel: int, channels: int) -> float:
    if channels == 1:
        return sum(weight * value for weight, value in zip(LUMA, color, strict=True))
    return float(color[channel])
