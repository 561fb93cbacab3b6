"""Fillings: what is painted over a region, computed only from what is around it.

Everything works on one plane at a time (a colour channel, or a JPEG component at its own resolution) and on a coarse grid
of 8 x 8 sample cells. What enters is the mean of each cell outside the regions; covered samples never reach this
module. The veil is a membrane stretched over the gap: pull-push interpolation (Gortler et al., The Lumigraph, 1996, 3.4)
followed by relaxation towards the Laplace equation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paravent.model.geometry import Ellipse, Polygon, Shape, scale, shift
from paravent.model.style import Style
from paravent.redact.masks import Mask, pixel_window, raster

CELL = 8
# Cells along the longer side of a region, whatever its size; they are drawn from the veil and carry nothing.
_PIXELATE_CELLS = 7
_RELAXATIONS = 6
_NEUTRAL = 128.0
_DARK = (40, 40, 40)

Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Layer:
    """One opaque shape of one colour (RGB, 0 to 255), drawn over the veil; in the frame of the region."""

    shape: Shape
    color: tuple[int, int, int]


def layers(region: Shape, style: Style) -> tuple[Layer, ...]:
    """What the style draws over the veil of a region, bottom first."""
    if style.name == "solid":
        return (Layer(region, style.color),)
    if style.name == "sticker":
        return tuple(Layer(_placed(part, region), color) for part, color in _sticker(style))
    return ()


def fill_plane(means: Values, known: Mask, pixelated: tuple[Shape, ...], drawn: tuple[tuple[Shape, float], ...]) -> Values:
    """The filling of one plane's window, float32 (8 * rows, 8 * columns), 0 to 255.

    means: (rows, columns), mean sample value of each cell. known: cells whose mean may be used; the value of any other
    cell is ignored. pixelated, drawn: shapes in samples of this window; drawn comes with the plane's value.
    """
    rows, columns = means.shape
    veil = _enlarged(membrane(means, known))
    out = veil.copy()
    for region in pixelated:
        _pixelate(out, veil, region)
    for shape, value in drawn:
        left, top, right, bottom = pixel_window(shape, columns * CELL, rows * CELL)
        if left < right and top < bottom:
            out[top:bottom, left:right][raster(shape, right - left, bottom - top, left, top)] = value
    return out


def membrane(means: Values, known: Mask) -> Values:
    """Values for the unknown cells, smooth and meeting the known ones; mid grey where nothing is known.

    The values of unknown cells are never read. Returns float32 of the same shape.
    """
    values: Values = np.where(known, means, np.float32(0))
    if known.all():
        return values
    if not known.any():
        return np.full(means.shape, _NEUTRAL, dtype=np.float32)
    coarse_values, coarse_known = _halved(values, known)
    coarse = membrane(coarse_values, coarse_known)
    rows, columns = means.shape
    guess = np.repeat(np.repeat(coarse, 2, axis=0), 2, axis=1)[:rows, :columns]
    return _relaxed(np.where(known, values, guess), ~known)


def _relaxed(values: Values, unknown: Mask) -> Values:
    """A few Jacobi steps: each unknown cell becomes the mean of its four neighbours, edges repeated."""
    rows, columns = values.shape
    framed = np.empty((rows + 2, columns + 2), np.float32)
    inner = framed[1:-1, 1:-1]
    inner[:] = values
    for _ in range(_RELAXATIONS):
        framed[0], framed[-1], framed[:, 0], framed[:, -1] = framed[1], framed[-2], framed[:, 1], framed[:, -2]
        around = framed[:-2, 1:-1] + framed[2:, 1:-1]
        around += framed[1:-1, :-2]
        around += framed[1:-1, 2:]
        around *= np.float32(0.25)
        np.copyto(inner, around, where=unknown)
    return inner


def _halved(values: Values, known: Mask) -> tuple[Values, Mask]:
    """Means of the known among each two by two cells, and where there are any. values: 0 where unknown."""
    weight = _summed(known.astype(np.float32))
    means: Values = _summed(values) / weight.clip(min=1)
    return means, weight > 0


def _summed(values: Values) -> Values:
    """The sum of each two by two cells; fewer at an odd edge."""
    rows = values[::2].copy()
    rows[: len(values) // 2] += values[1::2]
    sums = rows[:, ::2].copy()
    sums[:, : values.shape[1] // 2] += rows[:, 1::2]
    return sums


def _enlarged(cells: Values) -> Values:
    rows, columns = cells.shape
    image = Image.fromarray(cells).resize((columns * CELL, rows * CELL), Image.Resampling.BILINEAR)
    return np.asarray(image, dtype=np.float32)


def _pixelate(out: Values, veil: Values, region: Shape) -> None:
    height, width = veil.shape
    box = region.bounds()
    step = max(box.w, box.h, 1.0) / _PIXELATE_CELLS  # a shape without extent still touches pixels

    def centres(count: int, start: float) -> NDArray[np.intp]:
        cell: NDArray[np.float64] = np.floor((np.arange(count) + 0.5 - start) / step)
        return np.clip((cell + 0.5) * step + start, 0, count - 1).astype(np.intp)

    mask = raster(region, width, height)
    blocks = veil[centres(height, box.y)][:, centres(width, box.x)]
    out[mask] = blocks[mask]


def _sticker(style: Style) -> tuple[tuple[Shape, tuple[int, int, int]], ...]:
    """Shapes in the unit frame (-1 to 1 both ways) with their colours."""
    disc = Ellipse(0, 0, 1, 1)
    if style.sticker == "circle":
        return ((disc, style.color),)
    if style.sticker == "star":
        return ((_star(), style.color),)
    if style.sticker == "heart":
        return ((_heart(), style.color),)
    mouth = [(0.55 * math.cos(t), 0.25 + 0.35 * math.sin(t)) for t in np.linspace(0, math.pi, 13)]
    return (
        (disc, style.color),
        (Ellipse(-0.35, -0.3, 0.12, 0.18), _DARK),
        (Ellipse(0.35, -0.3, 0.12, 0.18), _DARK),
        (Polygon(tuple(mouth)), _DARK),
    )


def _star() -> Polygon:
    corners = []
    for i in range(10):
        radius, turn = (1.0 if i % 2 == 0 else 0.62), math.pi * i / 5 - math.pi / 2
        corners.append((radius * math.cos(turn), radius * math.sin(turn)))
    return Polygon(tuple(corners))


def _heart() -> Polygon:
    # The usual curve x = 16 sin^3 t, y = 13 cos t - 5 cos 2t - 2 cos 3t - cos 4t, brought to the unit frame.
    turns = np.linspace(0, 2 * math.pi, 48, endpoint=False)
    xs = np.sin(turns) ** 3
    ys = -(13 * np.cos(turns) - 5 * np.cos(2 * turns) - 2 * np.cos(3 * turns) - np.cos(4 * turns)) / 14.5 - 0.17
    return Polygon(tuple((float(x), float(y)) for x, y in zip(xs, ys, strict=True)))


def _placed(part: Shape, region: Shape) -> Shape:
    box = region.bounds()
    return shift(scale(part, box.w / 2, box.h / 2), box.x + box.w / 2, box.y + box.h / 2)
