"""How a place moves from one frame to the next, measured on small grey pictures.

Block matching by normalised cross-correlation, with a guess from the movement of the whole picture (phase correlation;
Kuglin and Hines, 1975). What is compared is the pattern of a place in two neighbouring frames, never a face with a face.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from paravent.detect.base import Pixels
from paravent.video.source import Picture

LONGEST = 320  # pixels of the longest side of a small picture
_PAD = 32  # pixels around, so that a search never leaves the picture
_SEARCH = 5  # pixels each way
# Grey values squared that a match must be better by for each square pixel away from the guess: noise says nothing, and a
# smooth pattern is like its surroundings.
_DRAG = 30.0
_LEAST, _MOST = 6, 16  # half the side of a pattern
_SUDDEN = 0.25  # change of a place's speed in one frame, in sides of the place, that does not come from it
# Pixels by which a place's speed differs from the picture's and may be a mistake: a smooth pattern is found again wherever
# it is expected, and goes on so for ever.
_APART = 2.0
_WIDE, _WIDE_STEP = 40, 3  # half the side of the surroundings of a place; pixels from one that is compared to the next
_AROUND = 0.75  # half the side of a pattern, in sides of the place it surrounds
SURE = 0.6  # correlation from which a place was found again
_KEPT_SPEED = 0.8  # share of its speed that a place keeps for each frame its pattern is not found
_CUT_DIFFERENCE = 22.0  # mean change of grey values (0 to 255) that a new scene brings at least
_CUT_CORRELATION = 0.35  # most that two scenes have in common
_COARSE = 4

Floats = NDArray[np.float32]

_AWAY = np.arange(-_SEARCH, _SEARCH + 1, dtype=np.float32) ** 2
_FARTHER: Floats = _DRAG * (_AWAY[:, None] + _AWAY[None, :])


class Small:
    """A small grey picture of a frame. factor: its pixels for each pixel of the frame."""

    def __init__(self, grey: Pixels, factor: float) -> None:
        self.factor = factor
        self.height, self.width = grey.shape
        self._padded = np.pad(grey, _PAD, mode="edge").astype(np.float32)
        rows, columns = self.height // _COARSE * _COARSE, self.width // _COARSE * _COARSE
        part = grey[:rows, :columns].astype(np.float32)
        self.coarse: Floats = part.reshape(rows // _COARSE, _COARSE, -1, _COARSE).mean(axis=(1, 3))
        window = np.outer(np.hanning(self.coarse.shape[0]), np.hanning(self.coarse.shape[1]))
        self.spectrum = np.fft.rfft2((self.coarse - self.coarse.mean()) * window)

    def around(self, left: int, top: int, width: int, height: int) -> Floats:
        """A rectangle, which may reach out of the picture."""
        left, top = left + _PAD, top + _PAD
        return self._padded[max(0, top) : max(0, top + height), max(0, left) : max(0, left + width)]


def small(picture: Picture) -> Small:
    """A frame's picture made small."""
    grey = picture.grey(LONGEST)
    return Small(grey, max(grey.shape) / max(picture.width, picture.height))


def is_cut(before: Small, after: Small) -> bool:
    """Whether a new scene begins."""
    if before.coarse.shape != after.coarse.shape:
        return True
    if float(np.abs(before.coarse - after.coarse).mean()) < _CUT_DIFFERENCE:
        return False
    a, b = before.coarse - before.coarse.mean(), after.coarse - after.coarse.mean()
    scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return scale == 0 or float((a * b).sum()) / scale < _CUT_CORRELATION


def whole(before: Small, after: Small) -> tuple[float, float]:
    """How the whole picture moves: (dx, dy) in pixels of the frame."""
    cross = after.spectrum * np.conj(before.spectrum)
    surface = np.fft.irfft2(cross / np.maximum(np.abs(cross), 1e-6), s=before.coarse.shape)
    rows, columns = surface.shape
    row, column = np.unravel_index(int(surface.argmax()), surface.shape)
    y = int(row) - rows if row > rows // 2 else int(row)
    x = int(column) - columns if column > columns // 2 else int(column)
    if abs(x) > columns // 4 or abs(y) > rows // 4:
        return 0.0, 0.0
    return x * _COARSE / before.factor, y * _COARSE / before.factor


def place(before: Small, after: Small, box: Floats, guess: tuple[float, float]) -> tuple[float, float, float]:
    """How a place moves: (dx, dy) in pixels of the frame, and the correlation, -1 to 1, 0 where nothing can be said.

    box: centre x, y, width, height, pixels of the frame. guess: (dx, dy), pixels of the frame.
    """
    f = before.factor
    x, y = float(box[0]) * f, float(box[1]) * f
    if not (0 <= x < before.width and 0 <= y < before.height):
        return (*guess, 0.0)
    half_w = int(np.clip(box[2] * f * _AROUND, _LEAST, _MOST))
    half_h = int(np.clip(box[3] * f * _AROUND, _LEAST, _MOST))
    return _shifted(before, after, (round(x) - half_w, round(y) - half_h), (half_w, half_h), guess)


def surroundings(before: Small, after: Small, box: Floats, guess: tuple[float, float]) -> tuple[float, float, float]:
    """The same of what is around a place, the place included: it stays with what is behind when something crosses."""
    f = before.factor
    half_w, half_h = min(_WIDE, before.width // 2), min(_WIDE, before.height // 2)
    left = int(np.clip(round(float(box[0]) * f) - half_w, 0, before.width - 2 * half_w))
    top = int(np.clip(round(float(box[1]) * f) - half_h, 0, before.height - 2 * half_h))
    return _shifted(before, after, (left, top), (half_w, half_h), guess, _WIDE_STEP)


def _shifted(
    before: Small, after: Small, corner: tuple[int, int], half: tuple[int, int], guess: tuple[float, float], every: int = 1
) -> tuple[float, float, float]:
    """See `place`. corner: left and top of the pattern. half: half its width and height; pixels of the small picture.
    every: from one pixel that is compared to the next."""
    f, (left, top), (half_w, half_h) = before.factor, corner, half
    pattern = before.around(left, top, 2 * half_w, 2 * half_h)
    gx, gy = round(guess[0] * f), round(guess[1] * f)
    region = after.around(left + gx - _SEARCH, top + gy - _SEARCH, 2 * (half_w + _SEARCH), 2 * (half_h + _SEARCH))
    if pattern.shape != (2 * half_h, 2 * half_w) or region.shape != (2 * (half_h + _SEARCH), 2 * (half_w + _SEARCH)):
        return (*guess, 0.0)
    surface = _correlation(pattern, region, every)
    worth = surface - _FARTHER / max(float(pattern.var()), 1.0)
    row, column = divmod(int(worth.argmax()), surface.shape[1])
    dx = gx + column - _SEARCH + _between(surface[row], column)
    dy = gy + row - _SEARCH + _between(surface[:, column], row)
    return dx / f, dy / f, float(surface[row, column])


def step(
    row: Floats, speed: tuple[float, float], before: Small, after: Small, moved: tuple[float, float] | None
) -> tuple[tuple[float, float], bool]:
    """How a place moves to the next frame, (dx, dy) in pixels of the frame, and whether its pattern was found there.

    row: centre x, y, width, height. speed: how it moved before; it keeps some of that where its pattern is not found.
    moved: how the whole picture moves, to guess once more from if that differs; None: no second guess. A pattern that
    suddenly goes another way than its surroundings was crossed by something.
    """
    dx, dy, sure = place(before, after, row, speed)
    if moved is not None and (sure < SURE or np.hypot(speed[0] - moved[0], speed[1] - moved[1]) * before.factor > _APART):
        other = place(before, after, row, moved)
        if other[2] > sure:
            dx, dy, sure = other
    if sure < SURE or _is_sudden((dx, dy), speed, row):
        other = surroundings(before, after, row, speed)
        if other[2] >= SURE and not _is_sudden(other[:2], speed, row):
            dx, dy, sure = other
        elif _is_sudden((dx, dy), other[:2], row):
            sure = 0.0
    if sure < SURE:
        dx, dy = speed[0] * _KEPT_SPEED, speed[1] * _KEPT_SPEED
    return (dx, dy), sure >= SURE


def _is_sudden(step: tuple[float, float], speed: tuple[float, float], row: Floats) -> bool:
    """Whether a step is not the one that its speed lets expect."""
    return bool(np.hypot(step[0] - speed[0], step[1] - speed[1]) > max(_SUDDEN * float(row[2:].min()), 4.0))


def _correlation(pattern: Floats, region: Floats, every: int) -> Floats:
    """Normalised cross-correlation of the pattern with each place in the region."""
    windows = sliding_window_view(region, pattern.shape)[..., ::every, ::every]
    pattern = pattern[::every, ::every]
    flat = windows.reshape(windows.shape[0] * windows.shape[1], -1)
    centred = (pattern - pattern.mean()).ravel()
    energy = np.einsum("ij,ij->i", flat, flat) - flat.sum(axis=1) ** 2 / flat.shape[1]
    scale = np.sqrt(np.maximum(energy, 1e-3) * max(float(centred @ centred), 1e-3))
    found: Floats = (flat @ centred / scale).reshape(windows.shape[:2])
    return found


def _between(values: Floats, at: int) -> float:
    """Where between the samples a parabola through three of them peaks, -0.5 to 0.5."""
    if at == 0 or at == len(values) - 1:
        return 0.0
    a, b, c = (float(value) for value in values[at - 1 : at + 2])
    bend = a - 2 * b + c
    return 0.0 if bend >= 0 else float(np.clip((a - c) / (2 * bend), -0.5, 0.5))
