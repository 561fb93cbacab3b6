"""A second look at what is in doubt: cut out with its surroundings, enlarged, shown to the same network again."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from paravent.detect.base import Viewer
from paravent.detect.network import Candidates, Floats, Network, intersections
from paravent.detect.scales import LONGEST

SIDE = 192  # pixels of a cut-out as shown to the network
_SURROUNDINGS = 4.0  # a cut-out is this many times the face's longer side
_BATCH = 16  # cut-outs at once: bounds memory
_SAME = 0.3  # intersection over union from which it is the same face


def rescored(network: Network, picture: Viewer, doubtful: Candidates) -> Floats:
    """A new score for each doubtful candidate (full-size pixels).

    It is the geometric mean of the first look's and the best that is now seen in the same place (0 for nothing): that
    tells faces from others better than either alone.
    """
    scores = np.zeros(len(doubtful), np.float32)
    view = Image.fromarray(picture.view(max(LONGEST)))
    scale = view.width / picture.width
    for start in range(0, len(doubtful), _BATCH):
        boxes = doubtful.boxes[start : start + _BATCH]
        sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) * _SURROUNDINGS
        corners = (boxes[:, :2] + boxes[:, 2:]) / 2 - sides[:, None] / 2
        cut = np.stack(
            [_cut(view, corner * scale, float(side) * scale) for corner, side in zip(corners, sides, strict=True)]
        )
        for i, found in enumerate(network.candidates(cut, threshold=0.02)):
            there = found.moved(float(sides[i]) / SIDE, float(corners[i, 0]), float(corners[i, 1]))
            scores[start + i] = _best(boxes[i], there)
    means: Floats = np.sqrt(scores * doubtful.scores)
    return means


def _cut(view: Image.Image, corner: Floats, side: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    left, top, size = math.floor(corner[0]), math.floor(corner[1]), max(1, round(side))
    return np.asarray(view.crop((left, top, left + size, top + size)).resize((SIDE, SIDE), Image.Resampling.BILINEAR))


def _best(box: Floats, found: Candidates) -> float:
    if not len(found):
        return 0.0
    common = intersections(box, found.boxes)
    areas = (found.boxes[:, 2:] - found.boxes[:, :2]).prod(axis=1)
    same = common > _SAME * ((box[2:] - box[:2]).prod() + areas - common)
    return float(found.scores[same].max(initial=0.0))
