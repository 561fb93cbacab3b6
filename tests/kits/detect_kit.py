"""A picture in memory, as detectors look at it, and the detector of faces."""

from __future__ import annotations

from functools import cache

import numpy as np

from paravent.detect.base import NOTHING_KNOWN, Detection, Detector, Pixels
from paravent.detect.detector_set import DetectorSet
from paravent.detect.faces.centerface import CenterFace
from paravent.detect.models import store
from paravent.model.geometry import Box


class Shown:
    """A picture in memory."""

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = np.ascontiguousarray(pixels)
        self.height, self.width = self.pixels.shape[:2]
        self.views: list[int] = []

    def view(self, longest: int) -> Pixels:
        self.views.append(longest)
        return self.pixels


@cache
def face_detector() -> CenterFace:
    store.install(print)
    return CenterFace()


def detectors(*others: Detector) -> DetectorSet:
    """As in every run: the detector of faces, loaded once, and then others. What moves is followed by that detector."""
    return DetectorSet([face_detector(), *others])


class OneFace:
    """A detector that looks at the whole picture and always finds the same place in it."""

    name = "scripted"
    again = True

    def find(self, picture, within=None, context=NOTHING_KNOWN):
        picture.view(max(picture.width, picture.height))
        return [Detection(Box(30, 20, 20, 24), 0.9)]
