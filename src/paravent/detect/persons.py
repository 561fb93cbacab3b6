"""Whole persons: boxes around people, outlines in the boxes, and outlines hung on faces that no box holds."""

from __future__ import annotations

from PIL import Image

from paravent.detect import store
from paravent.detect.base import NOTHING_KNOWN, Context, Detection, Viewer
from paravent.detect.models import SELFIE, YOLOX
from paravent.detect.persons_boxes import Boxer
from paravent.detect.persons_outlines import Outliner
from paravent.redact.geometry import Box, Polygon

# A box of at least CERTAIN holds a person, one of at least DOUBT may. Chosen on one half of the pictures of
# `bench/persons.py`: at most 0.1 regions a picture where there is nobody.
CERTAIN = 0.5
DOUBT = 0.3

MODELS = (YOLOX, SELFIE)
LONGEST = 1000  # pixels of the longest side of what is looked at, of a picture that is not much longer than wide
_LONGEST_VIEW = 3000
_LONG = 2.0  # a picture so many times longer than wide is looked at larger

# Width and height of a standing person over those of the face, and where the body begins above it.
_BODY_W, _BODY_H, _HAIR = 3.0, 6.0, 0.4


class Persons:
    """Finds people, whether a face is seen or not. Belongs to one process and one thread. Raises ModelsMissing."""

    name = "persons"
    again = False

    def __init__(self) -> None:
        self._boxer = Boxer(store.path(YOLOX))
        self._outliner = Outliner(store.path(SELFIE))

    def find(
        self, picture: Viewer, within: tuple[Box, ...] | None = None, context: Context = NOTHING_KNOWN
    ) -> list[Detection]:
        """See `detect.base.Detector.find`: a detection for each connected part of a person. People may overlap."""
        if within is not None and not within:
            return []
        view = Image.fromarray(picture.view(_longest(picture)))
        across, down = view.width / picture.width, view.height / picture.height
        places = None if within is None else tuple(_scaled(box, across, down) for box in within)
        people = self._boxer.find(view, DOUBT, places)
        people += bodies(
            [(_scaled(one.box, across, down), one.score) for one in context.seen if one.kind == "face"], people
        )
        seen: list[Detection] = []
        for box, score in people:
            for outline in self._outliner.outlines(view, box):
                full = Polygon(tuple((x / across, y / down) for x, y in outline.points))
                seen.append(Detection(full.bounds(), score, "person", doubtful=score < CERTAIN, outline=full))
        return sorted(seen, key=lambda one: -one.score)


def bodies(faces: list[tuple[Box, float]], people: list[tuple[Box, float]]) -> list[tuple[Box, float]]:
    """Boxes hung on faces that are certain and in no box of `people`; all with scores, in the same pixels."""
    alone = [(face, score) for face, score in faces if score >= CERTAIN and not any(_holds(box, face) for box, _ in people)]
    return [
        (Box(face.x + face.w * (1 - _BODY_W) / 2, face.y - face.h * _HAIR, face.w * _BODY_W, face.h * _BODY_H), score)
        for face, score in alone
    ]


def _holds(box: Box, face: Box) -> bool:
    x, y = face.x + face.w / 2, face.y + face.h / 2
    return box.x <= x <= box.x + box.w and box.y <= y <= box.y + box.h


def _longest(picture: Viewer) -> int:
    longest, shortest = max(picture.width, picture.height), max(1, min(picture.width, picture.height))
    return round(min(_LONGEST_VIEW, LONGEST * max(1.0, longest / shortest / _LONG)))


def _scaled(box: Box, across: float, down: float) -> Box:
    return Box(box.x * across, box.y * down, box.w * across, box.h * down)
