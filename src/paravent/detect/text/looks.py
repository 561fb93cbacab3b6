"""Finding every line of text in a picture: in tiles, and closer where lettering may be too small for that."""

from __future__ import annotations

import math

import numpy as np

from paravent.detect import quads
from paravent.detect.base import Viewer
from paravent.detect.faces import scales
from paravent.detect.faces.scales import Look
from paravent.detect.quads import Quad
from paravent.detect.text.networks import Line, TextModels
from paravent.model.geometry import Box

# Score from which something is a line, and from which it is one without doubt. At 0.4 nearly all drawn lines with letters
# of 6 pixels as looked at are found; at 0.3 a few more, with twice as much that is none, at 0.5 a fifth fewer.
DOUBT, CERTAIN = 0.4, 0.5
LONGEST = 1500  # pixels of the longest side of the picture as looked at, as for faces: the view is shared

# The network sees small letters better where they are not lost in a large picture: of 25 lines of 6 to 12 pixels in
# scenes of 1200 x 900, 25 in tiles and 21 in the whole. A smaller look at the whole sees lines longer than a tile.
_TILE, _OVERLAP = 832, 96
_EXCESS = 0.05  # tiles may be a little larger rather than one more

_SMALL = 12.0  # pixels of a line's height as looked at, below which a closer look may show more
_CLOSER = 2.7  # closer looks show at most so many times more,
_PIXELS = 2_000_000  # all of them together at most so many pixels, to bound time
_AROUND = 32  # pixels shown around a place, as looked at
_SAME = 0.5  # share of the smaller of two lines from which they are the same,
_HIGHER = 2.0  # unless one is so many times higher


def lines(models: TextModels, picture: Viewer, within: tuple[Box, ...] | None, bodies: list[Quad]) -> list[Line]:
    """All lines in full-size pixels, most certain first. bodies: where persons are, whose lettering may be small."""
    factor = min(1.0, LONGEST / max(picture.width, picture.height))
    whole = Box(0, 0, picture.width, picture.height)
    places = [whole] if within is None else _unless_dearer(within, whole, factor)
    looks = [Look(place, factor) for place in places]
    if max(whole.w, whole.h) * factor > _TILE:
        looks += [Look(place, _TILE / max(whole.w, whole.h)) for place in places]
    found = [line for look in looks for line in _seen(models, picture, look)]
    if factor < 1:
        small = [_surroundings(line) for line in found if quads.sides(line.quad)[1] * factor < _SMALL]
        chests = [_bounds(body, whole, 0) for body in bodies] if within is None else []
        for look in _closer([*small, *chests], whole, factor):
            found += _seen(models, picture, look)
    return _distinct(found)


def _unless_dearer(within: tuple[Box, ...], whole: Box, factor: float) -> list[Box]:
    places = [_bounds(quads.box_quad(box), whole, _AROUND / factor) for box in within]
    places = [place for place in places if min(place.w, place.h) * factor >= 4]
    return places if sum(place.area for place in places) < whole.area else [whole]


def _seen(models: TextModels, picture: Viewer, look: Look) -> list[Line]:
    found = []
    for tile in _tiles(look):
        corner = np.array([tile.window.x, tile.window.y], np.float32)
        for line in models.lines(scales.seen(picture, tile), DOUBT):
            found.append(Line(line.quad / np.float32(tile.factor) + corner, line.score))
    return found


def _tiles(look: Look) -> list[Look]:
    """A look in parts of much the same size that overlap."""
    window = look.window
    size, overlap = _TILE / look.factor, _OVERLAP / look.factor
    columns = max(1, math.ceil((window.w - overlap) / (size - overlap) - _EXCESS))
    rows = max(1, math.ceil((window.h - overlap) / (size - overlap) - _EXCESS))
    width, height = (window.w + (columns - 1) * overlap) / columns, (window.h + (rows - 1) * overlap) / rows
    return [
        Look(Box(window.x + i * (width - overlap), window.y + j * (height - overlap), width, height), look.factor)
        for j in range(rows)
        for i in range(columns)
    ]


def _surroundings(line: Line) -> Box:
    height = quads.sides(line.quad)[1]
    return quads.polygon(quads.grown(line.quad, 2 * height, 2 * height)).bounds()


def _closer(places: list[Box], whole: Box, factor: float) -> list[Look]:
    """Looks at places, larger than in the look at the whole as far as there are pixels for it and time."""
    joined = _joined([_bounds(quads.box_quad(place), whole, 0) for place in places])
    area = sum(place.area for place in joined)
    if not area:
        return []
    closer = min(1.0, factor * _CLOSER, math.sqrt(_PIXELS / area))
    return [Look(place, closer) for place in joined if min(place.w, place.h) * closer >= 4] if closer > factor * 1.2 else []


def _bounds(quad: Quad, whole: Box, around: float) -> Box:
    left, top = np.maximum(quad.min(axis=0) - around, 0)
    right, bottom = np.minimum(quad.max(axis=0) + around, (whole.w, whole.h))
    return Box(float(left), float(top), max(0.0, float(right - left)), max(0.0, float(bottom - top)))


def _joined(places: list[Box]) -> list[Box]:
    """Boxes that overlap or nearly do, as one where that costs no more than two."""
    done: list[Box] = []
    for place in sorted(places, key=lambda box: -box.area):
        for i, other in enumerate(done):
            right, bottom = max(place.x + place.w, other.x + other.w), max(place.y + place.h, other.y + other.h)
            left, top = min(place.x, other.x), min(place.y, other.y)
            both = Box(left, top, right - left, bottom - top)
            if both.area <= place.area + other.area:
                done[i] = both
                break
        else:
            done.append(place)
    return done


def _distinct(found: list[Line]) -> list[Line]:
    """Of what two looks saw, or one saw twice, the larger, with the better score."""
    kept: list[Line] = []
    for line in sorted(found, key=lambda line: -quads.area(line.quad)):
        same = [i for i, other in enumerate(kept) if _are_same(line.quad, other.quad)]
        if not same:
            kept.append(line)
        elif kept[same[0]].score < line.score:
            kept[same[0]] = Line(kept[same[0]].quad, line.score)
    return sorted(kept, key=lambda line: -line.score)


def _are_same(line: Quad, larger: Quad) -> bool:
    """Whether a line lies mostly in a larger one that is not much higher: a texture around it is not the same."""
    if quads.sides(larger)[1] > _HIGHER * quads.sides(line)[1]:
        return False
    return quads.shared_area(line, larger) > _SAME * quads.area(line)
