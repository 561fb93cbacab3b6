"""CenterFace as a function: pixels in, candidate faces out.

The network (Xu et al., "CenterFace: Joint Face Detection and Alignment Using Face as Point", 2019) takes RGB from 0 to 255
without normalisation and answers, for each cell of 4 x 4 pixels: a score that a face has its centre there, the logarithm of
its height and width in cells, the centre's offset within the cell, and five landmarks relative to the box.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from paravent.detect.base import Pixels
from paravent.detect.models.runtime import session

STRIDE = 4
MULTIPLE = 32  # both sides of what the network looks at
_AT_ONCE = 128  # boxes that are compared with one another at once
PIXELS = "pixels"  # name of the prepared graph's input
CHANNELS = 4  # of that input: RGB, and one that weighs nothing

Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Faces that may be there, in pixels.

    boxes: (n, 4) left, top, right, bottom. scores: (n,), 0 to 1. landmarks: (n, 5, 2), each (x, y).
    """

    boxes: Floats
    scores: Floats
    landmarks: Floats

    def __len__(self) -> int:
        return len(self.scores)

    def take(self, index: NDArray[np.intp] | NDArray[np.bool_]) -> Candidates:
        """Those that `index` (positions or a mask) names."""
        return Candidates(self.boxes[index], self.scores[index], self.landmarks[index])

    def moved(self, factor: float, x: float, y: float) -> Candidates:
        """Enlarged by `factor`, then moved by (x, y)."""
        offset = np.array([x, y], np.float32)
        return Candidates(self.boxes * factor + np.tile(offset, 2), self.scores, self.landmarks * factor + offset)

    @staticmethod
    def joined(parts: list[Candidates]) -> Candidates:
        """All of `parts`, one after the other."""
        if not parts:
            return Candidates(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros((0, 5, 2), np.float32))
        return Candidates(
            np.concatenate([part.boxes for part in parts]),
            np.concatenate([part.scores for part in parts]),
            np.concatenate([part.landmarks for part in parts]),
        )


class Network:
    """A loaded model. Belongs to one process and one thread; computes with one thread."""

    def __init__(self, model: bytes) -> None:
        self._session = session(model)

    def candidates(self, pictures: Pixels, threshold: float, *, peaks: bool = False) -> list[Candidates]:
        """For each picture (RGB, shape (n, h, w, 3)) the cells that score at least `threshold`.

        peaks: only those that no neighbour outdoes.
        """
        heat, size, offset, marks = self._session.run(None, {PIXELS: padded(pictures, CHANNELS)})
        found = []
        for i, (scores,) in enumerate(heat):
            least = np.maximum(_neighbours(scores), threshold) if peaks else threshold
            found.append(_decoded(scores >= least, scores, size[i], offset[i], marks[i]))
        return found


def padded(pictures: Pixels, channels: int) -> Pixels:
    """Pictures (n, h, w, c) with so many channels, and with black at the right and below, up to multiples of 32."""
    count, height, width, given = pictures.shape
    grown = np.zeros((count, -(-height // MULTIPLE) * MULTIPLE, -(-width // MULTIPLE) * MULTIPLE, channels), np.uint8)
    for channel in range(given):  # a tenth of the time that all at once would take
        grown[:, :height, :width, channel] = pictures[..., channel]
    return grown


def _neighbours(heat: Floats) -> Floats:
    """The highest score among each cell and its eight neighbours."""
    tall = heat.copy()
    np.maximum(tall[1:], heat[:-1], out=tall[1:])
    np.maximum(tall[:-1], heat[1:], out=tall[:-1])
    highest = tall.copy()
    np.maximum(highest[:, 1:], tall[:, :-1], out=highest[:, 1:])
    np.maximum(highest[:, :-1], tall[:, 1:], out=highest[:, :-1])
    return highest


def _decoded(chosen: NDArray[np.bool_], heat: Floats, size: Floats, offset: Floats, marks: Floats) -> Candidates:
    rows, columns = np.nonzero(chosen)
    height, width = np.exp(size[:, rows, columns]) * STRIDE
    top = (rows + offset[0, rows, columns] + 0.5) * STRIDE - height / 2
    left = (columns + offset[1, rows, columns] + 0.5) * STRIDE - width / 2
    boxes = np.stack([left, top, left + width, top + height], axis=1)
    relative = marks[:, rows, columns].T.reshape(-1, 5, 2)[:, :, ::-1]
    landmarks = relative * np.stack([width, height], axis=1)[:, None] + boxes[:, None, :2]
    return Candidates(boxes.astype(np.float32), heat[rows, columns], landmarks.astype(np.float32))


def suppressed(found: Candidates, overlap: float) -> Candidates:
    """Non-maximum suppression: most certain first, without what overlaps a more certain one.

    overlap: intersection over union, above which two are the same face.
    """
    return found.take(unique(found.boxes, found.scores, overlap))


def unique(boxes: Floats, scores: Floats, overlap: float) -> NDArray[np.intp]:
    """Positions of the boxes (n, 4) that overlap none with a higher score, best first. overlap: see `suppressed`."""
    rest = np.argsort(-scores, kind="stable")
    kept = np.zeros(0, np.intp)
    while len(rest):  # many at once, but no table of all pairs
        some, rest = rest[:_AT_ONCE], rest[_AT_ONCE:]
        same = overlapping(boxes[some, None], boxes[some], overlap)
        alone = np.ones(len(some), np.bool_)
        for i in range(len(some)):
            if alone[i]:
                alone[i + 1 :] &= ~same[i, i + 1 :]
        kept = np.concatenate([kept, some[alone]])
        if len(rest):
            rest = rest[~overlapping(boxes[rest, None], boxes[some[alone]], overlap).any(axis=1)]
    return kept


def overlapping(box: Floats, boxes: Floats, overlap: float) -> NDArray[np.bool_]:
    """Which of `boxes` (..., 4) are of the same as `box`, the one broadcast to the other. overlap: see `suppressed`."""
    common = intersections(box, boxes)
    same: NDArray[np.bool_] = common > overlap * (_areas(box) + _areas(boxes) - common)
    return same


def intersections(box: Floats, boxes: Floats) -> Floats:
    """Common areas in pixels; boxes as for `overlapping`."""
    width = np.minimum(boxes[..., 2], box[..., 2]) - np.maximum(boxes[..., 0], box[..., 0])
    height = np.minimum(boxes[..., 3], box[..., 3]) - np.maximum(boxes[..., 1], box[..., 1])
    common: Floats = np.maximum(width, 0) * np.maximum(height, 0)
    return common


def _areas(boxes: Floats) -> Floats:
    """Of boxes (..., 4)."""
    areas: Floats = (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])
    return areas
