"""A second look at what is in doubt: cut out with its surroundings, shown to the same network again.

First small, which costs a quarter and rejects most of what is no face, then large. A small face is cut out of the picture
at its own size, others out of a view that shows them well enough.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from paravent.detect.base import Pixels, Viewer
from paravent.detect.faces.network import Candidates, Floats, Network, overlapping
from paravent.detect.faces.scales import LONGEST, OWN_SIZE
from paravent.detect.faces.turning import turned, turned_back

_ENOUGH = 32  # pixels of a face, in the large look, from which on that view shows it well enough
_SAME = 0.3  # intersection over union from which it is the same face


@dataclass(frozen=True, slots=True)
class _CutOut:
    """side: pixels as shown to the network. surroundings: times the face's longer side. batch: so many at once."""

    side: int
    surroundings: float
    batch: int


_SMALL = _CutOut(96, 3.0, 64)
_LARGE = _CutOut(192, 4.0, 16)
_LEAST = 0.10  # geometric mean of the first look's score and the small cut-out's below which nothing is a face


def rescored(network: Network, picture: Viewer, doubtful: Candidates, quarters: int = 0) -> Floats:
    """A new score for each doubtful candidate (full-size pixels), 0 for those that the small cut-out rejects.

    It is the geometric mean of the first look's and the best that is now seen in the same place: that tells faces from
    others better than either alone. quarters: how the picture was turned when they were seen (`turning`).
    """
    return looked_again(network, picture, doubtful, quarters)[0]


def looked_again(network: Network, picture: Viewer, doubtful: Candidates, quarters: int = 0) -> tuple[Floats, Floats]:
    """As `rescored`, and the boxes (n, 4) that are now seen there, full-size pixels; the old ones where nothing is."""
    small = np.sqrt(_seen_again(network, picture, doubtful.boxes, quarters, _SMALL)[0] * doubtful.scores)
    kept = small >= _LEAST
    scores, boxes = np.zeros(len(doubtful), np.float32), doubtful.boxes.copy()
    large, boxes[kept] = _seen_again(network, picture, doubtful.boxes[kept], quarters, _LARGE)
    scores[kept] = np.sqrt(large * doubtful.scores[kept])
    return scores, boxes


def _seen_again(
    network: Network, picture: Viewer, places: Floats, quarters: int, cut_out: _CutOut
) -> tuple[Floats, Floats]:
    """The best score in each place (full-size pixels), and its box."""
    scores, seen = np.zeros(len(places), np.float32), places.copy()
    large = max(LONGEST) / max(picture.width, picture.height)
    for start in range(0, len(places), cut_out.batch):
        boxes = places[start : start + cut_out.batch]
        sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) * cut_out.surroundings
        corners = (boxes[:, :2] + boxes[:, 2:]) / 2 - sides[:, None] / 2
        cut = []
        for corner, side in zip(corners, sides.tolist(), strict=True):
            view = picture.view(max(LONGEST) if side * large >= _ENOUGH * cut_out.surroundings else OWN_SIZE)
            scale = view.shape[1] / picture.width
            cut.append(_cut(view, corner * scale, side * scale, cut_out.side))
        shown = np.stack([turned(pixels, quarters) for pixels in cut])
        for i, found in enumerate(network.candidates(shown, threshold=0.02)):
            back = turned_back(found, quarters, cut_out.side, cut_out.side)
            there = back.moved(float(sides[i]) / cut_out.side, float(corners[i, 0]), float(corners[i, 1]))
            scores[start + i], seen[start + i] = _best(boxes[i], there)
    return scores, seen


def _cut(view: Pixels, corner: Floats, size: float, side: int) -> Pixels:
    """A square of the view, `side` pixels wide; black beyond the edges. corner: left and top in the view."""
    left, top, shown = math.floor(corner[0]), math.floor(corner[1]), max(1, round(size))
    x, y = min(max(0, left), view.shape[1] - 1), min(max(0, top), view.shape[0] - 1)
    part = Image.fromarray(view[y : max(y + 1, top + shown), x : max(x + 1, left + shown)])
    square = part.crop((left - x, top - y, left - x + shown, top - y + shown))
    return np.asarray(square.resize((side, side), Image.Resampling.BILINEAR))


def _best(box: Floats, found: Candidates) -> tuple[float, Floats]:
    same = found.take(overlapping(box, found.boxes, _SAME))
    if not len(same):
        return 0.0, box
    best = int(same.scores.argmax())
    return float(same.scores[best]), same.boxes[best]
