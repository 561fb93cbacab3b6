"""Whole persons: boxes around people, outlines in the boxes, and outlines hung on faces that no box holds."""

from __future__ import annotations

from typing import TypeAlias

from PIL import Image

from paravent.detect.base import NOTHING_KNOWN, Context, Detection, Pixels, Viewer
from paravent.detect.models import store
from paravent.detect.models.catalogue import SELFIE, YOLOX
from paravent.detect.persons.boxes import Boxer
from paravent.detect.persons.outlines import Outliner
from paravent.detect.persons.posture import Frame, bodies, orientation
from paravent.model.geometry import Box

# A box of at least CERTAIN holds a person, one of at least DOUBT after the second look may. Chosen on one half of the
# pictures of `bench/persons.py`: far below 0.1 regions a picture where nobody is, and 0.61 of what is covered is people.
CERTAIN = 0.5
DOUBT = 0.2

LONGEST = 1000  # pixels of the longest side of what is looked at, of a picture that is not much longer than wide
_LONGEST_VIEW = 3000
_LONG = 2.0  # a picture so many times longer than wide is looked at larger

# How a picture was looked at, the picture as looked at, boxes around people with their scores.
_Look: TypeAlias = tuple[Frame, Image.Image, list[tuple[Box, float]]]


class Persons:
    """Finds people, whether a face is seen or not. Belongs to one process and one thread. Raises ModelsMissing."""

    name = "person"
    again = False

    def __init__(self) -> None:
        self._boxer = Boxer(store.load(YOLOX))
        self._outliner = Outliner(store.load(SELFIE))

    def find(
        self, picture: Viewer, within: tuple[Box, ...] | None = None, context: Context = NOTHING_KNOWN
    ) -> list[Detection]:
        """See `detect.base.Detector.find`: a detection for each connected part of a person. People may overlap."""
        if within is not None and not within:
            return []
        faces = [one for one in context.seen if one.kind == "face"]
        pixels = picture.view(_longest(picture))
        # What faces say of which way up a picture is holds only if more of people is seen that way up.
        looks = [self._looked(picture, pixels, way, within) for way in {1, orientation(faces)}]
        frame, view, people = max(looks, key=lambda look: sum(score for _box, score in look[2]))
        people += bodies([(frame.shown(one.box), one.score) for one in faces if one.score >= CERTAIN], people)
        seen: list[Detection] = []
        for box, score in people:
            for outline in self._outliner.outlines(view, box):
                full = frame.full(outline)
                seen.append(Detection(full.bounds(), score, "person", doubtful=score < CERTAIN, outline=full))
        return sorted(seen, key=lambda one: -one.score)

    def _looked(self, picture: Viewer, pixels: Pixels, way: int, within: tuple[Box, ...] | None) -> _Look:
        height, width = pixels.shape[:2]
        frame = Frame(way, width, height, width / picture.width, height / picture.height)
        view = Image.fromarray(frame.turned(pixels))
        places = None if within is None else tuple(frame.shown(box) for box in within)
        return frame, view, self._boxer.find(view, CERTAIN, DOUBT, places)


def _longest(picture: Viewer) -> int:
    longest, shortest = max(picture.width, picture.height), max(1, min(picture.width, picture.height))
    return round(min(_LONGEST_VIEW, LONGEST * max(1.0, longest / shortest / _LONG)))
