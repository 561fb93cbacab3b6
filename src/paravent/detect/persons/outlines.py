"""The outline of a person whose box is known: MediaPipe's selfie segmentation, looked through two windows at once.

The network takes 256 x 256 pixels, RGB from 0 to 1, and answers for each pixel how likely it shows a person. It was made
for one person close to the camera: a window hung on a person's box makes any person that. A narrow square and a wide
window, XX Masks live in memory only.
"""

from __future__ import annotations

import math
from typing import Any

import contourpy
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from paravent.detect.faces.network import Floats
from paravent.detect.persons.silhouettes import SIDE, Silhouettes
from paravent.model.geometry import Box, Polygon

# Chosen on one half of 51 pictures with drawn outlines (`bench/persons.py`), to cover as much of people as can be while
# 0.61 of what is covered is people.
LIKELY = 0.3  # mean likelihood from which it is person
_AGREED = 0.5  # intersection over union of what both windows take for person, below which they disagree
_NARROW = 1.1  # side of the square window over the box's longer side
_WIDE = 1.7  # sides of the wide window over the box's
_REACH = 0.1  # hands and hair may lie outside the box by so much of its sides
_SEEN = 0.25  # where less of the box is found to be person, the network failed, and the box is covered
_GROWN = 0.01  # the outline is grown by so much of the box's size
_CELLS = 192  # of an outline's grid, along its longer side
_CRUMB = 0.01  # of the box's area; what is smaller is no part of a person
_TINY = 24.0  # pixels of a box's longer side, below which a mask says less than the box


class Outliner:
    """A loaded model. Belongs to one process and one thread; computes with one thread."""

    def __init__(self, model: bytes) -> None:
        self._silhouettes = Silhouettes(model)

    def outlines(self, view: Image.Image, box: Box) -> list[Polygon]:
        """What to cover of the person in `box`: an outline for each connected part, holes filled, in the view's pixels.

        view: RGB. The box itself, where it is too small or the network sees nobody in it.
        """
        reach = _clipped(_grown(box, 1 + 2 * _REACH, 1 + 2 * _REACH), view)
        if max(box.w, box.h) < _TINY or reach.area < 1:
            return [box.outline()]
        cell = max(reach.w, reach.h) / _CELLS
        columns, rows = max(1, math.ceil(reach.w / cell)), max(1, math.ceil(reach.h / cell))
        likely = self._likelihood(view, box, reach, columns, rows)
        person = likely > LIKELY
        inner = _cells_of(box, reach, columns, rows)
        if person[inner].mean() < _SEEN:
            person[inner] = True
        person = _dilated(person, max(1, round(_GROWN * math.sqrt(box.area) / cell)))
        return traced(person, reach, _CRUMB * box.area)

    def _likelihood(self, view: Image.Image, box: Box, reach: Box, columns: int, rows: int) -> Floats:
        longer = max(box.w, box.h)
        narrow = _grown(box, _NARROW * longer / box.w, _NARROW * longer / box.h)
        wide = _clipped(_grown(box, _WIDE, _WIDE), view)
        looks = [self._seen(view, window, reach, columns, rows) for window in (narrow, wide)]
        inner = [look[_cells_of(box, reach, columns, rows)] > LIKELY for look in looks]
        agreed = (inner[0] & inner[1]).sum() >= _AGREED * (inner[0] | inner[1]).sum()
        likely: Floats = np.mean(looks, axis=0) if agreed else np.max(looks, axis=0)
        return likely

    def _seen(self, view: Image.Image, window: Box, reach: Box, columns: int, rows: int) -> Floats:
        """The likelihood in a window, as cells of `reach`; 0 outside the window."""
        window = _rounded(window)
        corners = (int(window.x), int(window.y), int(window.x + window.w), int(window.y + window.h))
        mask = Image.fromarray(self._silhouettes.likely(view.crop(corners)))  # black outside the view
        across, down = SIDE / window.w, SIDE / window.h
        left, top = (reach.x - window.x) * across, (reach.y - window.y) * down
        extent = (left, top, left + reach.w * across, top + reach.h * down)
        cells = mask.transform((columns, rows), Image.Transform.EXTENT, extent, Image.Resampling.BILINEAR)
        return np.asarray(cells)


def traced(person: NDArray[np.bool_], place: Box, least: float) -> list[Polygon]:
    """The outer outlines of what is True in a grid laid over `place`, those around at least `least` pixels of area."""
    cells = np.pad(person, 1).astype(np.float64)
    across, down = place.w / person.shape[1], place.h / person.shape[0]
    filled: Any = contourpy.contour_generator(z=cells, fill_type="OuterOffset").filled(0.5, math.inf)
    outlines = []
    for ring, ends in zip(*filled, strict=True):
        outer = _without_needless(ring[: ends[1] - 1])
        placed = (outer - 0.5) * (across, down) + (place.x, place.y)
        if _area(placed) >= least:
            outlines.append(Polygon(tuple((float(x), float(y)) for x, y in placed)))
    return outlines


def _without_needless(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """A closed ring (n, 2) without the points that lie on the line between their neighbours."""
    to, on = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
    turns = np.abs(to[:, 0] * on[:, 1] - to[:, 1] * on[:, 0]) > 1e-9
    return points[turns]


def _area(points: NDArray[np.float64]) -> float:
    x, y = points[:, 0], points[:, 1]
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def _dilated(person: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    grown = Image.fromarray(person.astype(np.uint8)).filter(ImageFilter.MaxFilter(2 * by + 1))
    return np.asarray(grown) > 0


def _cells_of(box: Box, place: Box, columns: int, rows: int) -> tuple[slice, slice]:
    """The cells of a grid over `place` that a box touches."""
    across, down = columns / place.w, rows / place.h
    left, top = max(0, math.floor((box.x - place.x) * across)), max(0, math.floor((box.y - place.y) * down))
    right, bottom = math.ceil((box.x + box.w - place.x) * across), math.ceil((box.y + box.h - place.y) * down)
    return slice(top, max(top + 1, bottom)), slice(left, max(left + 1, right))


def _grown(box: Box, across: float, down: float) -> Box:
    w, h = box.w * across, box.h * down
    return Box(box.x + (box.w - w) / 2, box.y + (box.h - h) / 2, w, h)


def _rounded(box: Box) -> Box:
    left, top = round(box.x), round(box.y)
    return Box(left, top, max(1, round(box.x + box.w) - left), max(1, round(box.y + box.h) - top))


def _clipped(box: Box, view: Image.Image) -> Box:
    left, top = max(0.0, box.x), max(0.0, box.y)
    right, bottom = min(view.width, box.x + box.w), min(view.height, box.y + box.h)
    return Box(left, top, max(0.0, right - left), max(0.0, bottom - top))
