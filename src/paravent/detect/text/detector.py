"""Finds text: all of it, or what identifies: plates, numbers, addresses, names, and whatever stands on a person.

What was read is in memory for one picture, and is reduced at once to a kind. No detection, message or exception carries it,
nor which word of a list it was.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from paravent.detect import quads
from paravent.detect.base import NOTHING_KNOWN, Context, Detection, Viewer
from paravent.detect.quads import Quad
from paravent.detect.text import looks as text_looks
from paravent.detect.text import reading as text_reading
from paravent.detect.text.networks import Line, TextModels
from paravent.model.geometry import Box

# A line is grown by this share of its height and so many pixels as looked at: accents, tails, the blur of strokes.
_MARGIN, _MARGIN_PIXELS = 0.2, 1.5
_ON_PERSON = 0.4  # share of a line from which it is on a person
# A body below a face, in face widths and heights; from a little above the face, where caps are.
_BODY_WIDTH, _BODY_ABOVE, _BODY_BELOW = 3.0, 0.6, 7.0
_READABLE = 20.0  # pixels of a line's height below which it is read from the picture at full size


class Text:
    """Finds text; belongs to one process and one thread. Raises ModelsMissing.

    mode: "all" covers every line, "identifying" what gives somebody away. words: of the user's list; they identify too.
    """

    name = "text"
    again = True

    def __init__(self, mode: Literal["identifying", "all"] | str, words: tuple[str, ...] = ()) -> None:
        self._all = mode == "all"
        self._words = words
        self._models = TextModels(reading=not self._all)

    def find(
        self, picture: Viewer, within: tuple[Box, ...] | None = None, context: Context = NOTHING_KNOWN
    ) -> list[Detection]:
        """See `detect.base.Detector.find`. A line seen or read badly that may identify is doubtful."""
        bodies = [] if self._all else _bodies(context)
        found = text_looks.lines(self._models, picture, within, bodies)
        if self._all:
            return [_detection(picture, line, "text", False) for line in found]
        worn = [_is_on_any(line.quad, bodies) for line in found]
        seen = [_detection(picture, line, "text", False) for line, on in zip(found, worn, strict=True) if on]
        others = [line for line, on in zip(found, worn, strict=True) if not on]
        return seen + self._identifying(picture, others, context.names)

    def _identifying(self, picture: Viewer, lines: list[Line], names: tuple[str, ...]) -> list[Detection]:
        if not lines:
            return []
        longest = max(picture.width, picture.height)
        smallest = min(quads.sides(line.quad)[1] for line in lines)
        view = picture.view(min(longest, math.ceil(max(1.0, _READABLE / max(smallest, 1.0)) * text_looks.LONGEST)))
        scale = np.array([view.shape[1] / picture.width, view.shape[0] / picture.height], np.float32)
        shown = [line.quad * scale for line in lines]
        told = text_reading.meanings(self._models, view, shown, self._words, names)
        return [
            _detection(picture, line, meaning.kind, meaning.doubtful)
            for line, meaning in zip(lines, told, strict=True)
            if meaning.kind is not None
        ]


def _detection(picture: Viewer, line: Line, kind: str, doubtful: bool) -> Detection:
    height = quads.sides(line.quad)[1]
    scale = max(1.0, max(picture.width, picture.height) / text_looks.LONGEST)
    margin = _MARGIN * height + _MARGIN_PIXELS * scale
    outline = quads.polygon(quads.grown(line.quad, margin, margin))
    doubtful = doubtful or line.score < text_looks.CERTAIN
    return Detection(outline.bounds(), min(1.0, line.score), kind, doubtful=doubtful, outline=outline)


def _is_on_any(line: Quad, bodies: list[Quad]) -> bool:
    size = quads.area(line)
    return any(quads.shared_area(line, body) > _ON_PERSON * size for body in bodies)


def _bodies(context: Context) -> list[Quad]:
    """Where persons are: as found, or hung from a face that belongs to none."""
    persons = [seen for seen in context.seen if seen.kind == "person"]
    faces = [seen for seen in context.seen if seen.kind in ("face", "head")]
    hung = [_hung_from(face) for face in faces if not any(_shows(person.box, face.box) for person in persons)]
    return [_shape(person) for person in persons] + hung


def _shape(person: Detection) -> Quad:
    """The convex hull of an outline, or the box: any number of corners will do for sharing area."""
    if person.outline is None:
        return quads.box_quad(person.box)
    return quads.hull(np.array(person.outline.points, np.float32))


def _shows(person: Box, face: Box) -> bool:
    x, y = face.x + face.w / 2, face.y + face.h / 2
    return person.x <= x <= person.x + person.w and person.y <= y <= person.y + person.h


def _hung_from(face: Detection) -> Quad:
    """The window below a face, turned with the line between its eyes."""
    box = face.box
    turn = 0.0
    if len(face.landmarks) >= 2:
        (right_x, right_y), (left_x, left_y) = face.landmarks[:2]
        turn = math.atan2(left_y - right_y, left_x - right_x)
    half, above, below = _BODY_WIDTH / 2 * box.w, (0.5 + _BODY_ABOVE) * box.h, (0.5 + _BODY_BELOW) * box.h
    corners = np.array([[-half, -above], [half, -above], [half, below], [-half, below]], np.float32)
    axes = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]], np.float32)
    window: Quad = corners @ axes + np.array([box.x + box.w / 2, box.y + box.h / 2], np.float32)
    return window
