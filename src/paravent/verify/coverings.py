"""Tells, without a plan, a place that is covered from a face: by what it shows alone.

A veil is a membrane: what it shows in its middle follows from its rim, as a face never does, however blurred, dark or
foggy it is. Squares change along few straight lines and not between them, and a solid covering changes nowhere. Where any
doubt is left, the place is not called covered. Stickers are told by their outline (`stickers`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paravent.i18n.texts import ngettext
from paravent.model.geometry import Box
from paravent.model.samples import Samples
from paravent.verify.stickers import is_sticker

_MIDDLE = 0.7  # of each side of a face's box: eyes, nose and mouth, and of a covering nothing but the covering
_LEAST = 8  # pixels of a side of the middle; what is smaller shows too little
_GRID = 16  # parts of each side of the middle that are compared
_LUMA = np.array((0.299, 0.587, 0.114), np.float32)
# Grey values, 0 to 255. How far nine of ten parts of a solid covering are from their median.
_FLAT = 0.5
# Largest and mean distance of a veil's parts from what their rim says, as shares of how much the rim itself changes; and
# how rough it is between neighbouring pixels, three of four.
_FURTHEST, _MEAN, _ROUGH = 0.15, 0.06, 3.0
_ROUNDING = 2.0
# Lines along which squares change, to how many pixels beside them a lossy format spreads that, which share of all change
# stands there, and how large any other is beside the largest: with more lines the squares would show a face.
_LINES, _SPREAD, _ALONG, _BESIDE = 4, 1, 0.65, 0.2
_FEWEST = 36  # pixels of a side in which so many lines stand out
_ALL, _FEW = 0.98, 12  # the same where nothing is lost: there is no change at all beside a line

Grey = NDArray[np.float32]


@dataclass(slots=True)
class Seen:
    """What a detector took for a face in one file, and what it is as far as it shows."""

    faces: int = 0
    covered: int = 0

    def add(self, *, covered: bool) -> None:
        """One more. covered: see `is_covered`."""
        self.covered += covered
        self.faces += not covered

    @property
    def problems(self) -> tuple[str, ...]:
        """What is said of faces."""
        sentence = ngettext("our detector finds {count} face", "our detector finds {count} faces", self.faces)
        return (sentence.format(count=self.faces),) if self.faces else ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said of covered places."""
        sentence = ngettext(
            "{count} covered place looks like a face to our detector",
            "{count} covered places look like faces to our detector",
            self.covered,
        )
        return (sentence.format(count=self.covered),) if self.covered else ()


def is_covered(pixels: Samples, face: Box) -> bool:
    """Whether what the detector took for a face is a covering. pixels: RGB (h, w, 3) at full size; face: in them."""
    middle = _middle(pixels, face)
    if min(middle.shape) < _LEAST:
        return False
    parts = np.asarray(Image.fromarray(middle).resize((_GRID, _GRID), Image.Resampling.BOX), np.float32)
    if _is_flat(parts) or (_is_membrane(parts) and _is_smooth(middle)) or _is_squares(middle):
        return True
    return is_sticker(pixels, face)


def _middle(pixels: Samples, face: Box) -> Grey:
    height, width = pixels.shape[:2]
    wide, high = face.w * _MIDDLE, face.h * _MIDDLE
    left, top = max(0, round(face.x + (face.w - wide) / 2)), max(0, round(face.y + (face.h - high) / 2))
    cut = pixels[top : min(height, round(top + high)), left : min(width, round(left + wide))]
    return np.ascontiguousarray(cut.astype(np.float32) @ _LUMA)


def _is_flat(parts: Grey) -> bool:
    return bool(np.percentile(np.abs(parts - np.median(parts)), 90) <= _FLAT)


def _is_membrane(parts: Grey) -> bool:
    away = np.abs(parts - _stretched(parts))[1:-1, 1:-1]
    rim = np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])
    change = np.ptp(rim)
    return bool(away.max() <= _FURTHEST * (change + _ROUNDING) and np.sqrt((away**2).mean()) <= _MEAN * (change + 1))


def _stretched(parts: Grey) -> Grey:
    """What a membrane over the rim shows: the solution of the Laplace equation, nearly."""
    values = parts.copy()
    share = np.linspace(0, 1, _GRID, dtype=np.float32)
    down, across = share[:, None], share[None, :]
    sides = (1 - down) * parts[0] + down * parts[-1] + (1 - across) * parts[:, :1] + across * parts[:, -1:]
    corners = (1 - down) * ((1 - across) * parts[0, 0] + across * parts[0, -1]) + down * (
        (1 - across) * parts[-1, 0] + across * parts[-1, -1]
    )
    values[1:-1, 1:-1] = (sides - corners)[1:-1, 1:-1]
    for _ in range(4 * _GRID):
        values[1:-1, 1:-1] = (values[:-2, 1:-1] + values[2:, 1:-1] + values[1:-1, :-2] + values[1:-1, 2:]) / 4
    return values


def _is_smooth(middle: Grey) -> bool:
    around = middle[:-2, 1:-1] + middle[2:, 1:-1] + middle[1:-1, :-2] + middle[1:-1, 2:]
    return bool(np.percentile(np.abs(4 * middle[1:-1, 1:-1] - around), 75) <= _ROUGH)


def _is_squares(middle: Grey) -> bool:
    changes = np.abs(np.diff(middle, axis=1)).mean(axis=0), np.abs(np.diff(middle, axis=0)).mean(axis=1)
    return all(len(one) >= _FEWEST and _is_along_lines(one, _SPREAD, _ALONG) for one in changes) or all(
        len(one) >= _FEW and _is_along_lines(one, 0, _ALL) for one in changes
    )


def _is_along_lines(changes: Grey, spread: int, along: float) -> bool:
    """Whether nearly all change stands along a few lines."""
    left = changes.copy()
    for _ in range(_LINES):
        line = int(left.argmax())
        left[max(0, line - spread) : line + spread + 1] = 0
    return bool(left.sum() <= (1 - along) * changes.sum() and left.max() <= _BESIDE * changes.max())
