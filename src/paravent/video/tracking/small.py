"""Small grey pictures of frames, on which movement is measured, and whether a new scene begins."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paravent.detect.base import Pixels
from paravent.video.sequence import Shown

LONGEST = 320  # pixels of the longest side of a small picture
PAD = 32  # pixels around, so that a search never leaves the picture
HALVED, COARSE = 2, 4  # pixels of a small picture for each of a coarser one
_CUT_DIFFERENCE = 22.0  # mean change of grey values (0 to 255) that a new scene brings at least
_CUT_CORRELATION = 0.35  # most that two scenes have in common

Floats = NDArray[np.float32]


class Small:
    """A small grey picture of a frame. factor: its pixels for each pixel of the frame. halved, coarse: reduced further."""

    def __init__(self, grey: Pixels, factor: float) -> None:
        self.factor = factor
        self.height, self.width = grey.shape
        self._padded = np.pad(grey, PAD, mode="edge").astype(np.float32)
        rows, columns = self.height // COARSE * COARSE, self.width // COARSE * COARSE
        part = self._padded[PAD : PAD + rows, PAD : PAD + columns]
        self.halved: Floats = _reduced(part)
        self.coarse: Floats = _reduced(self.halved)

    @classmethod
    def of(cls, picture: Shown) -> Small:
        """A frame's picture made small."""
        grey = picture.grey(LONGEST)
        return cls(grey, max(grey.shape) / max(picture.width, picture.height))

    @cached_property
    def spectrum(self) -> NDArray[np.complexfloating[Any]]:
        """Of the coarse picture, its edges faded out."""
        window = np.outer(np.hanning(self.coarse.shape[0]), np.hanning(self.coarse.shape[1]))
        return np.fft.rfft2((self.coarse - self.coarse.mean()) * window)

    def around(self, left: int, top: int, width: int, height: int) -> Floats:
        """A rectangle, which may reach out of the picture."""
        left, top = left + PAD, top + PAD
        return self._padded[max(0, top) : max(0, top + height), max(0, left) : max(0, left + width)]


def is_cut(before: Small, after: Small) -> bool:
    """Whether a new scene begins."""
    if before.coarse.shape != after.coarse.shape or not before.coarse.size:
        return True
    if float(np.abs(before.coarse - after.coarse).mean()) < _CUT_DIFFERENCE:
        return False
    a, b = before.coarse - before.coarse.mean(), after.coarse - after.coarse.mean()
    scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return scale == 0 or float((a * b).sum()) / scale < _CUT_CORRELATION


def _reduced(picture: Floats) -> Floats:
    """Means of each two by two pixels."""
    rows = picture[::2] + picture[1::2]
    return (rows[:, ::2] + rows[:, 1::2]) * np.float32(0.25)
