"""Boxes around people, whether a face is seen or not: YOLOX-Nano at the whole picture and at overlapping parts of it.

The network (Ge et al., "YOLOX: Exceeding YOLO Series in 2021") takes 416 x 416 pixels, BGR from 0 to 255 without
normalisation, and answers, for each cell of three grids: the box's centre relative to the cell, the logarithm of its size
in cells, a score that anything has its centre there, and one for each of 80 kinds of things, of which only people are read.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paravent.detect.faces.network import Floats, intersections, overlapping, unique
from paravent.detect.models.runtime import session
from paravent.model.geometry import Box

SIDE = 416
_STRIDES = (8, 16, 32)
_EMPTY = (114, 114, 114)  # what pictures were filled up with when the network was trained
_PERSON = 5  # place of the score for people, behind box and objectness

_PART = 0.62  # side of a part over the picture's longest side, where the picture is not much longer than wide,
_LONG = 1.3  # else over its shortest
_MOST_PARTS = 12
_FIRST_LOOK = 0.12  # below this the first look sees nothing worth a second
_FAINT = 0.02  # and below this the second sees nothing
_SURROUNDINGS = 4.0  # a second look shows so many times the longer side of a box
_SAME = 0.4  # intersection over union from which it sees the same person
_OVERLAP = 0.6  # intersection over union from which two boxes are one person
_EDGE = 3.0  # a box that ends so close (pixels as looked at) to the inner edge of a part is cut off there,
_WITHIN = 0.8  # and says nothing new if so much of it lies in another

_Window: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom in whole pixels


class Boxer:
    """A loaded model. Belongs to one process and one thread."""

    def __init__(self, model: bytes) -> None:
        self._session = session(model)
        self._cells, self._sizes = _grids()

    def find(
        self, view: Image.Image, certain: float, doubt: float, within: tuple[Box, ...] | None = None
    ) -> list[tuple[Box, float]]:
        """People in an RGB picture, in its pixels, and their scores, at least `doubt`, most certain first.

        What the first look is not certain of gets a second one, and then the geometric mean of both looks' scores: that
        tells people from others better than either alone. within: of the parts, look only at those that touch one of these.
        """
        boxes, scores, cut = self._first_look(view, within)
        doubtful = scores < certain
        scores[doubtful] = np.sqrt(scores[doubtful] * self._second_look(view, boxes[doubtful]))
        kept = np.argsort(-scores, kind="stable")
        kept = kept[scores[kept] >= doubt]
        kept = kept[~_said_already(boxes[kept], cut[kept])]
        sides = np.concatenate([boxes[kept, :2], boxes[kept, 2:] - boxes[kept, :2]], axis=1)
        return [(Box(*box), score) for box, score in zip(sides.tolist(), scores[kept].tolist(), strict=True)]

    def _first_look(self, view: Image.Image, within: tuple[Box, ...] | None) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Boxes (n, 4: left, top, right, bottom), their scores, and which of them are cut off; one box a person."""
        whole = (0, 0, view.width, view.height)
        found, scores, cut = [], [], []
        for window in [whole, *_touching(parts(view.width, view.height), within)]:
            boxes, sure = self._look(view, window, _FIRST_LOOK)
            found.append(boxes)
            scores.append(sure)
            cut.append(_cut_off(boxes, window, whole))
        boxes, sure = np.concatenate(found), np.concatenate(scores)
        kept = unique(boxes, sure, _OVERLAP)
        return boxes[kept], sure[kept], np.concatenate(cut)[kept]

    def _second_look(self, view: Image.Image, boxes: Floats) -> Floats:
        """The best score now seen in the place of each box (n, 4), 0 for nothing; neighbours share a look."""
        scores = np.zeros(len(boxes), np.float32)
        looks: list[tuple[_Window, Floats, Floats]] = []
        for i, box in enumerate(boxes):
            look = next((look for look in looks if _shows(look[0], box)), None)
            if look is None:
                window = _around(box, view)
                look = (window, *self._look(view, window, _FAINT))
                looks.append(look)
            scores[i] = look[2][overlapping(box, look[1], _SAME)].max(initial=0.0)
        return scores

    def _look(self, view: Image.Image, window: _Window, threshold: float) -> tuple[Floats, Floats]:
        left, top, right, bottom = window
        factor = SIDE / max(right - left, bottom - top)
        size = (max(1, round((right - left) * factor)), max(1, round((bottom - top) * factor)))
        shown = Image.new("RGB", (SIDE, SIDE), _EMPTY)
        shown.paste(view.resize(size, Image.Resampling.BILINEAR, box=window))
        planes = np.asarray(shown, np.float32)[:, :, ::-1].transpose(2, 0, 1)
        (answer,) = self._session.run(None, {"images": np.ascontiguousarray(planes[None])})
        scores = answer[0, :, 4] * answer[0, :, _PERSON]
        rows = np.nonzero(scores >= threshold)[0]
        centres = (answer[0, rows, :2] + self._cells[rows]) * self._sizes[rows]
        half = np.exp(answer[0, rows, 2:4]) * self._sizes[rows] / 2
        boxes = np.concatenate([centres - half, centres + half], axis=1) / factor + np.tile([left, top], 2)
        return boxes.astype(np.float32), scores[rows]


def parts(width: int, height: int) -> list[_Window]:
    """Overlapping squares (left, top, right, bottom) that cover a picture; none where they would show nothing larger."""
    side = math.ceil(min(_PART * max(width, height), _LONG * min(width, height)))
    columns, rows = _starts(width, side), _starts(height, side)
    return [(x, y, min(x + side, width), min(y + side, height)) for y in rows for x in columns]


def _starts(length: int, side: int) -> list[int]:
    if length <= side:
        return [0]
    count = min(_MOST_PARTS, math.ceil(length / (side * 0.85)))
    return [round(step * (length - side) / (count - 1)) for step in range(count)]


def _touching(windows: list[_Window], within: tuple[Box, ...] | None) -> list[_Window]:
    if within is None:
        return windows
    return [
        (left, top, right, bottom)
        for left, top, right, bottom in windows
        if any(box.x < right and box.x + box.w > left and box.y < bottom and box.y + box.h > top for box in within)
    ]


def _grids() -> tuple[Floats, Floats]:
    """Column and row of each cell, (n, 2), and its size in pixels, (n, 1), in the network's order."""
    cells, sizes = [], []
    for stride in _STRIDES:
        rows, columns = np.mgrid[: SIDE // stride, : SIDE // stride]
        cells.append(np.stack([columns.ravel(), rows.ravel()], axis=1))
        sizes.append(np.full((rows.size, 1), stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(sizes).astype(np.float32)


def _cut_off(boxes: Floats, window: _Window, whole: _Window) -> NDArray[np.bool_]:
    """Which boxes end at an edge of the window that is none of the picture."""
    near = _EDGE * max(window[2] - window[0], window[3] - window[1]) / SIDE
    inner = np.array([edge != outer for edge, outer in zip(window, whole, strict=True)])
    beyond = (boxes - np.array(window, np.float32)) * np.array([1, 1, -1, -1], np.float32) <= near
    cut: NDArray[np.bool_] = (beyond & inner).any(axis=1)
    return cut


def _said_already(boxes: Floats, cut: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of the boxes that are cut off lie in one that is not."""
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    return np.array(
        [bool(cut[i] and (intersections(boxes[i], boxes[~cut]) > _WITHIN * areas[i]).any()) for i in range(len(boxes))],
        np.bool_,
    )


def _around(box: Floats, view: Image.Image) -> _Window:
    """The window of a second look, within the view."""
    half = float((box[2:] - box[:2]).max()) * _SURROUNDINGS / 2
    x, y = (float(side) for side in (box[:2] + box[2:]) / 2)
    left, top = max(0, math.floor(x - half)), max(0, math.floor(y - half))
    right, bottom = min(view.width, math.ceil(x + half)), min(view.height, math.ceil(y + half))
    return left, top, max(left + 1, right), max(top + 1, bottom)


def _shows(window: _Window, box: Floats) -> bool:
    """Whether a window shows a box whole, and neither much larger nor much smaller than a look of its own would."""
    left, top, right, bottom = (float(side) for side in box)
    times = max(window[2] - window[0], window[3] - window[1]) / max(right - left, bottom - top, 1e-6)
    inside = left >= window[0] and top >= window[1] and right <= window[2] and bottom <= window[3]
    return inside and _SURROUNDINGS / 1.6 <= times <= _SURROUNDINGS * 1.4
