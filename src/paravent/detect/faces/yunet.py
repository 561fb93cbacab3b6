"""YuNet as a function: pixels in, where faces may be out. A guide, and a second opinion: it costs a third of CenterFace.

The network (Wu, Peng, Yu, "YuNet: A Tiny Millisecond-level Face Detector", 2023) takes pixels from 0 to 255 without
normalisation and answers, for each cell of three grids: the logit that it holds a face, the logit that it holds anything,
the box's centre relative to the cell, and the logarithm of its size in cells.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from paravent.detect.base import Pixels
from paravent.detect.faces.network import CHANNELS, PIXELS, Floats, padded, unique
from paravent.detect.models.runtime import session

STRIDES = (8, 16, 32)
BOX = 4  # numbers of a box: centre across and down, width, height
OUTPUTS = tuple(f"{what}_{stride}" for stride in STRIDES for what in ("cls", "obj", "bbox"))

_OVERLAP = 0.4  # intersection over union from which two sights are one


class Guide:
    """A loaded model. Belongs to one process and one thread; computes with one thread."""

    def __init__(self, model: bytes) -> None:
        self._session = session(model)

    def seen(self, pictures: Pixels, least: float) -> list[tuple[Floats, Floats]]:
        """For each picture (RGB, shape (n, h, w, 3)) what scores at least `least`, 0 to 1, best first, overlaps merged.

        Boxes (n, 4) left, top, right, bottom, and scores (n,).
        """
        maps = dict(zip(OUTPUTS, self._session.run(OUTPUTS, {PIXELS: padded(pictures, CHANNELS)}), strict=True))
        found = []
        for i in range(len(pictures)):
            parts = [
                _decoded(maps[f"cls_{stride}"][i, 0], maps[f"obj_{stride}"][i, 0], maps[f"bbox_{stride}"][i], stride, least)
                for stride in STRIDES
            ]
            boxes, scores = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
            kept = unique(boxes, scores, _OVERLAP)
            found.append((boxes[kept], scores[kept]))
        return found


def _decoded(face: Floats, anything: Floats, box: Floats, stride: int, least: float) -> tuple[Floats, Floats]:
    # A score is the geometric mean of both chances; neither alone may be below its square.
    rows, columns = np.nonzero(np.minimum(face, anything) >= _logit(least * least))
    scores = np.sqrt(_chance(face[rows, columns]) * _chance(anything[rows, columns]))
    enough: NDArray[np.bool_] = scores >= least
    rows, columns, scores = rows[enough], columns[enough], scores[enough]
    across, down, width, height = box[:, rows, columns]
    x, y = (columns + across) * stride, (rows + down) * stride
    width, height = np.exp(width) * stride, np.exp(height) * stride
    boxes = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=1)
    return boxes.astype(np.float32), scores.astype(np.float32)


def _logit(chance: float) -> float:
    return math.log(chance / (1 - chance))


def _chance(logits: Floats) -> Floats:
    chances: Floats = (1 / (1 + np.exp(-logits))).astype(np.float32)
    return chances
