"""How a place moves from one frame to the next, measured on small grey pictures.

Block matching by normalised cross-correlation, with a guess from how the camera moved. What is compared is the pattern of a
place in two neighbouring frames, never a face with a face.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from paravent.video.tracking.camera import Camera
from paravent.video.tracking.small import Floats, Small

_SEARCH = 5  # pixels each way
# Grey values squared that a match must be better by for each square pixel away from the guess: noise says nothing, and a
# smooth pattern is like its surroundings.
_DRAG = 30.0
_LEAST, _MOST = 6, 16  # half the side of a pattern
_SUDDEN = 0.25  # change of a place's speed in one frame, in sides of the place, that does not come from it
# Pixels a frame by which a place's speed differs from the camera's and may be a mistake: a smooth pattern is found again
# wherever it is expected, and goes on so for ever.
_APART = 2.0
_WIDE, _WIDE_STEP = 40, 3  # half the side of the surroundings of a place; pixels from one that is compared to the next
_AROUND = 0.75  # half the side of a pattern, in sides of the place it surrounds
SURE = 0.6  # correlation from which a place was found again
_KEPT_SPEED = 0.8  # share of its own speed that a place keeps for each frame

_AWAY = np.arange(-_SEARCH, _SEARCH + 1, dtype=np.float32)


def place(before: Small, after: Small, box: Floats, guess: tuple[float, float]) -> tuple[float, float, float]:
    """How a place moves: (dx, dy) in pixels of the frame, and the correlation, -1 to 1, 0 where nothing can be said.

    box: centre x, y, width, height, pixels of the frame. guess: (dx, dy), pixels of the frame.
    """
    f = before.factor
    x, y = float(box[0]) * f, float(box[1]) * f
    if not (0 <= x < before.width and 0 <= y < before.height):
        return (*guess, 0.0)
    half_w, half_h = (int(min(max(float(side) * f * _AROUND, _LEAST), _MOST)) for side in box[2:])
    return _shifted(before, after, (round(x) - half_w, round(y) - half_h), (half_w, half_h), guess)


def surroundings(before: Small, after: Small, box: Floats, guess: tuple[float, float]) -> tuple[float, float, float]:
    """The same of what is around a place, the place included: it stays with what is behind when something crosses."""
    f = before.factor
    half_w, half_h = min(_WIDE, before.width // 2), min(_WIDE, before.height // 2)
    left = min(max(round(float(box[0]) * f) - half_w, 0), before.width - 2 * half_w)
    top = min(max(round(float(box[1]) * f) - half_h, 0), before.height - 2 * half_h)
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
    farther = np.square(_AWAY + gy - guess[1] * f)[:, None] + np.square(_AWAY + gx - guess[0] * f)[None, :]
    worth = surface - (_DRAG / max(float(pattern.var()), 1.0)) * farther
    row, column = divmod(int(worth.argmax()), surface.shape[1])
    dx = gx + column - _SEARCH + _between(worth[row], column)
    dy = gy + row - _SEARCH + _between(worth[:, column], row)
    return dx / f, dy / f, float(surface[row, column])


def step(
    row: Floats, own: tuple[float, float], before: Small, after: Small, camera: Camera
) -> tuple[Floats, tuple[float, float], bool]:
    """Where a place is in the next frame, its own speed there, and whether its pattern was found.

    row: centre x, y, width, height, pixels of the frame. own: how it moved besides the camera, (dx, dy) in pixels a frame;
    it keeps some of that. camera: from `before` to `after`. A pattern that suddenly goes another way than its surroundings
    was crossed by something.
    """
    still = camera.at(float(row[0]), float(row[1]))
    kept = own[0] * _KEPT_SPEED, own[1] * _KEPT_SPEED
    expected = still[0] + kept[0], still[1] + kept[1]
    dx, dy, sure = place(before, after, row, expected)
    if sure < SURE or math.hypot(*own) * before.factor > _APART:
        other = place(before, after, row, still)
        if other[2] > sure:
            dx, dy, sure = other
    if sure < SURE or _is_sudden((dx, dy), expected, row):
        other = surroundings(before, after, row, expected)
        if other[2] >= SURE and not _is_sudden(other[:2], expected, row):
            dx, dy, sure = other
        elif _is_sudden((dx, dy), other[:2], row):
            sure = 0.0
    if sure < SURE:
        dx, dy = expected
    size = row[2:] * np.float32(camera.scale)
    return np.array([row[0] + dx, row[1] + dy, *size], np.float32), (dx - still[0], dy - still[1]), sure >= SURE


def _is_sudden(step: tuple[float, float], speed: tuple[float, float], row: Floats) -> bool:
    """Whether a step is not the one that its speed lets expect."""
    return math.hypot(step[0] - speed[0], step[1] - speed[1]) > max(_SUDDEN * float(min(row[2:])), 4.0)


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
    a, b, c = values[at - 1 : at + 2].tolist()
    bend = a - 2 * b + c
    return 0.0 if bend >= 0 else float(min(max((a - c) / (2 * bend), -0.5), 0.5))
