"""Covering regions of decoded samples: erase, then fill from what is around."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paravent.redact.filling import CELL, Style, fill_plane, layers
from paravent.redact.geometry import Mask, Shape, pixel_window, shift, union_mask

# ITU-R BT.601 luma, as JFIF 1.02 uses it.
LUMA = (0.299, 0.587, 0.114)
# Cells of surroundings taken into account around a region.
RING = 3


def cover_samples(
    samples: NDArray[np.unsignedinteger[Any]], shapes: tuple[Shape, ...], style: Style, *, known: Mask | None = None
) -> Mask:
    """Erase the shapes and fill them, in place.

    samples: (h, w, 1) grey or (h, w, 3) RGB, uint8 or uint16, writable. shapes: in the same pixels. known: (h, w),
    samples outside the shapes that may be used for the filling (all, if None). Returns the covered pixels, (h, w) bool.
    """
    height, width, channels = samples.shape
    mask = union_mask(shapes, width, height)
    samples[mask] = 0
    full = np.iinfo(samples.dtype).max
    step = np.float32(full / 255)  # fillings count from 0 to 255
    usable = ~mask if known is None else known & ~mask
    for window in windows(shapes, width, height, CELL, CELL):
        left, top, right, bottom = window
        area = (slice(top, bottom), slice(left, right))
        regions = tuple(shift(shape, -left, -top) for shape in shapes)
        means, cells = _cell_means(samples[area], usable[area])
        inside = mask[area]
        for channel in range(channels):
            drawn = tuple(
                (layer.shape, _channel_value(layer.color, channel, channels))
                for region in regions
                for layer in layers(region, style)
            )
            filling = fill_plane(means[..., channel] / step, cells, regions, style, drawn)
            plane = samples[top:bottom, left:right, channel]
            plane[inside] = np.clip(np.rint(filling[: bottom - top, : right - left][inside] * step), 0, full)
    return mask


def windows(
    shapes: tuple[Shape, ...], width: int, height: int, grid_x: int, grid_y: int
) -> Iterator[tuple[int, int, int, int]]:
    """Left, top, right, bottom of rectangles that hold the shapes with their surroundings, none touching another.

    Aligned to the larger of grid_x and grid_y (one divides the other), clipped to width x height.
    """
    grid = max(grid_x, grid_y)
    pending = [pixel_window(shape, width, height, grid, ring=RING * grid) for shape in shapes]
    pending = [w for w in pending if w[0] < w[2] and w[1] < w[3]]
    while pending:
        current = pending.pop()
        touching = [w for w in pending if _touch(current, w)]
        if not touching:
            yield current
            continue
        pending = [w for w in pending if not _touch(current, w)]
        lefts, tops, rights, bottoms = zip(current, *touching, strict=True)
        pending.append((min(lefts), min(tops), max(rights), max(bottoms)))


def _touch(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


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
