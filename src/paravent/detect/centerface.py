"""The face detector: CenterFace at two scales, with a second look at what is in doubt."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from paravent.detect import scales, second_look, store
from paravent.detect.base import NOTHING_KNOWN, Context, Detection, Viewer
from paravent.detect.network import Candidates, Floats, Network, suppressed
from paravent.redact.geometry import Box

# A detection of at least CERTAIN is a face, one of at least DOUBT may be one and is never passed over. Chosen on one half
# of a marked set of 371 pictures (crowds, masks) for about 1.5 surplus regions a picture, rounded from the best of a grid.
CERTAIN = 0.35
DOUBT = 0.18

_FIRST_LOOK = 0.12  # below this the first look sees nothing worth a second
_OVERLAP = 0.3  # intersection over union from which two detections are one face


class CenterFace:
    """Finds faces. Loads the installed model once; belongs to one process and one thread. Raises ModelsMissing."""

    name = "centerface"
    again = True

    def __init__(self, model: Path | None = None) -> None:
        self._network = Network(model or store.path())

    def find(
        self, picture: Viewer, within: tuple[Box, ...] | None = None, context: Context = NOTHING_KNOWN
    ) -> list[Detection]:
        """See `detect.base.Detector.find`."""
        del context
        if within is not None and not within:
            return []
        found = self.first_look(picture, within)
        doubtful = found.scores < CERTAIN
        if doubtful.any():
            found.scores[doubtful] = self.rescored(picture, found.take(doubtful))
        found = suppressed(found.take(found.scores >= DOUBT), _OVERLAP)
        return [_detection(found, i) for i in range(len(found))]

    def first_look(self, picture: Viewer, within: tuple[Box, ...] | None = None) -> Candidates:
        """Everything that may be a face, in full-size pixels, overlaps merged."""
        parts = []
        for look in scales.looks(picture):
            windows = [look] if within is None else scales.windows(look, within)
            parts += [self.one_look(picture, window) for window in windows]
        return joined(parts)

    def one_look(self, picture: Viewer, look: scales.Look) -> Candidates:
        """Everything that one look shows and that may be a face, in full-size pixels, overlaps merged."""
        candidates = self._network.candidates(scales.seen(picture, look)[None], _FIRST_LOOK)[0]
        return suppressed(candidates, _OVERLAP).moved(1 / look.factor, look.window.x, look.window.y)

    def rescored(self, picture: Viewer, doubtful: Candidates) -> Floats:
        """What a second look makes of doubtful candidates (full-size pixels); see `second_look.rescored`."""
        return second_look.rescored(self._network, picture, doubtful)


def joined(parts: list[Candidates]) -> Candidates:
    """What several looks at one picture saw, overlaps merged."""
    return suppressed(Candidates.joined(parts), _OVERLAP)


def _detection(found: Candidates, i: int) -> Detection:
    left, top, right, bottom = found.boxes[i].tolist()
    landmarks = tuple((float(x), float(y)) for x, y in found.landmarks[i])
    score = float(np.float64(found.scores[i]))
    return Detection(Box(left, top, right - left, bottom - top), score, "face", landmarks, doubtful=score < CERTAIN)
