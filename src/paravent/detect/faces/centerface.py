"""The face detector: CenterFace at several scales, any side up, with a second look at what is in doubt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paravent.detect.base import NOTHING_KNOWN, Context, Covering, Detection, Viewer
from paravent.detect.faces import second_look
from paravent.detect.faces.first_look import OVERLAP, first_look, joined, look_again
from paravent.detect.faces.network import Candidates, Floats, Network, intersections, overlapping
from paravent.detect.faces.turning import QUARTERS
from paravent.detect.faces.yunet import Guide
from paravent.detect.models import store
from paravent.detect.models.catalogue import YUNET
from paravent.model.geometry import Box

# A detection of at least CERTAIN is a face, one of at least DOUBT may be one and is never passed over.
CERTAIN = 0.35
_SURE = 0.6  # of a first look, from which on there is no need for a second: of 121 faces below, that rejected none
DOUBT = 0.14
DOUBT_IN_FRAMES = 0.18  # films have many looks at a face, and as many at what is none

# What is seen with another side up than most faces have counts from _TURNED, from _STRAY if it is alone in being so.
_TURNED, _STRAY = 0.5, 0.7
_SAME_HEAD = 0.4  # of the smaller of two boxes: so much in common makes doubt and certainty one


class CenterFace:
    """Finds faces. Loads the installed model once; belongs to one process and one thread. Raises ModelsMissing."""

    name = "centerface"
    again = True

    def __init__(self) -> None:
        self._network, self._guide = Network(store.load()), Guide(store.load(YUNET))

    @property
    def network(self) -> Network:
        """What it looks with; videos show it their frames at a pace of their own."""
        return self._network

    def find(
        self, picture: Viewer, within: tuple[Box, ...] | None = None, context: Context = NOTHING_KNOWN
    ) -> list[Detection]:
        """See `detect.base.Detector.find`."""
        if within is not None and not within:
            return []
        if (covering := context.covering) is None:
            seen, ways_up = first_look(self._network, self._guide, picture, within)
            main = ways_up[0]
            settled = self._settled(picture, seen[main], main)
        else:
            seen, ways_up = look_again(self._network, self._guide, picture, within, covering.found)
            main = ways_up[0]
            settled = self._shared(covering.before, self._settled(picture, _open(seen[main], covering), main), main)
        found = _without_repetition(joined([settled]))
        others = [(way, _TURNED if way in ways_up else _STRAY) for way in QUARTERS if way != main]
        turned = [self._turned(picture, seen[way], way, least, found) for way, least in others]
        found = joined([found, *turned])
        return [_detection(found, i) for i in range(len(found))]

    def _settled(self, picture: Viewer, seen: Candidates, way: int) -> Candidates:
        """Those that are faces or may be."""
        unsure = seen.scores < _SURE
        if unsure.any():
            seen.scores[unsure] = second_look.rescored(self._network, picture, seen.take(unsure), way)
        return seen.take(seen.scores >= DOUBT)

    def _shared(self, before: Viewer, seen: Candidates, way: int) -> Candidates:
        """Without doubt of which the picture, before it was covered, shows nothing in a second look: that comes from the
        paint. A hand beside it, say, can look like half a face."""
        doubtful = seen.scores < CERTAIN
        shared = ~doubtful
        if doubtful.any():
            shared[doubtful] = second_look.rescored(self._network, before, seen.take(doubtful), way) > 0
        return seen.take(shared)

    def _turned(self, picture: Viewer, seen: Candidates, way: int, least: float, found: Candidates) -> Candidates:
        """Those that are faces in spite of being turned, and not found yet."""
        seen = seen.take(seen.scores >= _TURNED)
        seen = seen.take(~_among(seen, found))
        if not len(seen):
            return seen
        seen.scores[:] = second_look.rescored(self._network, picture, seen, way)
        return seen.take(seen.scores >= least)


def _without_repetition(found: Candidates) -> Candidates:
    """Without doubt that lies on a certain face: that is the same head, seen larger, smaller or in part."""
    certain = found.boxes[found.scores >= CERTAIN]
    areas = (certain[:, 2:] - certain[:, :2]).prod(axis=1)
    kept = found.scores >= CERTAIN
    for i in np.flatnonzero(~kept):
        box = found.boxes[i]
        smaller = np.minimum(areas, (box[2:] - box[:2]).prod())
        kept[i] = not bool((intersections(box, certain) >= _SAME_HEAD * smaller).any())
    return found.take(kept)


def _open(seen: Candidates, covering: Covering) -> Candidates:
    """Without doubt that was settled before the picture was covered, or that is of the paint."""
    kept = seen.scores >= CERTAIN
    kept[~kept] = [covering.beside_paint(_box(box)) for box in seen.boxes[~kept]]
    return seen.take(kept)


def _among(seen: Candidates, found: Candidates) -> NDArray[np.bool_]:
    """Whether each of those seen was found with at least that score."""
    same = [
        bool((overlapping(box, found.boxes, OVERLAP) & (found.scores >= score)).any())
        for box, score in zip(seen.boxes, seen.scores, strict=True)
    ]
    return np.array(same, np.bool_)


def _detection(found: Candidates, i: int) -> Detection:
    landmarks = tuple((float(x), float(y)) for x, y in found.landmarks[i])
    score = float(np.float64(found.scores[i]))
    return Detection(_box(found.boxes[i]), score, "face", landmarks, doubtful=score < CERTAIN)


def _box(corners: Floats) -> Box:
    left, top, right, bottom = corners.tolist()
    return Box(left, top, right - left, bottom - top)
