"""Tells our stickers from faces: one flat colour in just the outline of a star, a heart or a smiling disc.

A face is never of one colour, and no drawn one has this outline by chance. Outlines are written here once more, for what
judges does not share what was written by.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from paravent.model.geometry import Box
from paravent.model.samples import Samples

_AROUND = 2.2  # sides of what was taken for a face, in which its sticker lies
_SIDE = 128  # pixels of a side, in which outlines are compared
_LEAST = 16  # pixels of a side of a sticker that shows its outline
_ALIKE = 12  # of 255, by which a lossy format changes a colour
_EVEN = 4.0  # standard deviation of the colour
_SAME = 0.85  # intersection over union with an outline
_DARK, _FEATURES = 70, 0.8  # grey value of eyes and mouth of the smiling disc at most, and share of them that has it

_Mask = NDArray[np.bool_]


def is_sticker(pixels: Samples, face: Box) -> bool:
    """Whether what was taken for a face is a sticker of ours. pixels: RGB (h, w, 3) at full size; face: in them."""
    shown = _around(pixels, face)
    if min(shown.shape[:2]) < _LEAST:
        return False
    colour = np.median(_middle(shown).reshape(-1, 3), axis=0)
    alike = np.abs(shown - colour).max(axis=2) <= _ALIKE
    found = _connected(alike)
    rows, columns = np.flatnonzero(found.any(axis=1)), np.flatnonzero(found.any(axis=0))
    if not len(rows) or min(len(rows), len(columns)) < _LEAST or shown[found].std(axis=0).max() > _EVEN:
        return False
    part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return any(_is_of(shown[part], found[part], name) for name in ("star", "heart", "smiley"))


def _around(pixels: Samples, face: Box) -> NDArray[np.float32]:
    wide, high = face.w * _AROUND, face.h * _AROUND
    left, top = face.x + (face.w - wide) / 2, face.y + (face.h - high) / 2
    rows = slice(max(0, round(top)), max(0, round(top + high)))
    columns = slice(max(0, round(left)), max(0, round(left + wide)))
    return pixels[rows, columns].astype(np.float32)


def _middle(shown: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = shown.shape[:2]
    return shown[height * 3 // 8 : height * 5 // 8 + 1, width * 3 // 8 : width * 5 // 8 + 1]


def _connected(alike: _Mask) -> _Mask:
    """Those that hang together with the one nearest to the middle."""
    height, width = alike.shape
    ys, xs = np.nonzero(alike)
    if not len(ys):
        return alike
    nearest = int(((ys - height / 2) ** 2 + (xs - width / 2) ** 2).argmin())
    image = Image.fromarray(alike.astype(np.uint8)).copy()
    ImageDraw.floodfill(image, (int(xs[nearest]), int(ys[nearest])), 2)
    found: _Mask = np.equal(np.asarray(image), 2)
    return found


def _is_of(shown: NDArray[np.float32], found: _Mask, name: str) -> bool:
    outline, features = _outline(name)
    here = np.asarray(Image.fromarray(found).resize((_SIDE, _SIDE), Image.Resampling.NEAREST))
    if (here & outline).sum() < _SAME * (here | outline).sum():
        return False
    grey = Image.fromarray(shown.max(axis=2)).resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
    return not features.any() or bool((np.asarray(grey)[features] <= _DARK).mean() >= _FEATURES)


@cache
def _outline(name: str) -> tuple[_Mask, _Mask]:
    """Where a sticker has its colour within its own edges, and where it has dark eyes and a mouth."""
    y, x = (2 * np.indices((_SIDE, _SIDE)) + 1) / _SIDE - 1
    features = np.zeros((_SIDE, _SIDE), np.bool_)
    if name == "star":
        turns = np.pi * np.arange(10) / 5 - np.pi / 2
        points = np.array([(np.cos(turn), np.sin(turn)) for turn in turns]) * np.tile([1.0, 0.62], 5)[:, None]
        return _polygon(points), features
    if name == "heart":
        turns = np.linspace(0, 2 * np.pi, 48, endpoint=False)
        high = 13 * np.cos(turns) - 5 * np.cos(2 * turns) - 2 * np.cos(3 * turns) - np.cos(4 * turns)
        return _polygon(np.stack([np.sin(turns) ** 3, -high], axis=1)), features
    for side in (-0.35, 0.35):
        features |= ((x - side) / 0.12) ** 2 + ((y + 0.3) / 0.18) ** 2 <= 1
    features |= (y >= 0.25) & ((x / 0.55) ** 2 + ((y - 0.25) / 0.35) ** 2 <= 1)
    return (x**2 + y**2 <= 1) & ~features, features


def _polygon(points: NDArray[np.float64]) -> _Mask:
    """The inside of an outline, stretched to its own edges."""
    low, high = points.min(axis=0), points.max(axis=0)
    image = Image.new("1", (_SIDE, _SIDE))
    ImageDraw.Draw(image).polygon(
        [tuple(point) for point in ((points - low) / (high - low) * (_SIDE - 1)).tolist()], fill=1
    )
    return np.asarray(image)
