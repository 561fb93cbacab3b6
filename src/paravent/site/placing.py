"""Tells from pixels whether one picture is another one made smaller, cut out, turned or mirrored, and where it lies there.

It compares pictures as wholes, grey value by grey value. It knows nothing of what they show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paravent.model.geometry import Shape, scale, shift, to_stored, to_upright
from paravent.model.samples import Samples, turn_upright

Grey: TypeAlias = NDArray[np.float32]

# Correlation from which on two pictures are one. The same photo in small, sharpened or packed hard, stays above 0.97.
CONFIRMED = 0.95
FINGERPRINT = 16  # pixels of each side
_ALIKE = 0.98  # correlation of fingerprints from which on pictures are worth comparing
_ASPECT = 0.04  # share by which their proportions may differ then
_WORTH_A_LOOK = 0.8  # correlation in the coarse search from which on the fine one follows
_FLAT = 3.0  # grey values of standard deviation; what varies less looks like anything
_COARSE, FINE = 192, 768  # pixels of the longest side, of the base
_LEAST = 12  # pixels of a side of what is searched for
_STEP, _SMALLEST = 0.96, 0.2  # of a cut's width, from the widest down
_AROUND = 3  # pixels of the coarse search that the fine one goes to each side
_FINE_STEPS = (-0.024, -0.018, -0.012, -0.006, 0.0, 0.006, 0.012, 0.018, 0.024)
_TURNS = (1, 6, 8, 3, 2, 4, 5, 7)  # EXIF orientations; as it is, first
# A view of a picture: RGB, upright, of about so many pixels on its longest side, or all that there are.
View: TypeAlias = Callable[[int], Samples]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a picture lies in another one, its base. turn: EXIF orientation that leads from the upright base to the upright
    picture. x, y, w, h: the part of the turned base that it shows, in pixels of that. base, size: width and height of the
    base and of the picture, upright."""

    turn: int
    x: float
    y: float
    w: float
    h: float
    base: tuple[int, int]
    size: tuple[int, int]

    def in_picture(self, shape: Shape) -> Shape:
        """A shape in pixels of the base, in pixels of the picture."""
        turned = shift(to_upright(shape, self.turn, *self.base), -self.x, -self.y)
        return scale(turned, self.size[0] / self.w, self.size[1] / self.h)

    def in_base(self, shape: Shape) -> Shape:
        """A shape in pixels of the picture, in pixels of the base."""
        turned = shift(scale(shape, self.w / self.size[0], self.h / self.size[1]), self.x, self.y)
        return to_stored(turned, self.turn, *self.base)


def itself(size: tuple[int, int]) -> Placement:
    """Where a base lies in itself."""
    return Placement(1, 0.0, 0.0, float(size[0]), float(size[1]), size, size)


def fingerprint(view: View) -> bytes:
    """A picture in so few grey values that only pictures which may be the same have similar ones."""
    grey = _sized(_grey(view(_COARSE)), FINGERPRINT, FINGERPRINT)
    return np.rint(grey).astype(np.uint8).tobytes()


def similar(prints: list[bytes], sizes: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Pairs of indices of pictures whose fingerprints and proportions are about the same."""
    if not prints:
        return
    values = np.frombuffer(b"".join(prints), np.uint8).reshape(len(prints), -1).astype(np.float32)
    values -= values.mean(axis=1, keepdims=True)
    spread = values.std(axis=1)
    values /= np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-6)
    aspects = np.log(np.array([w / h for w, h in sizes]))
    for start in range(0, len(prints), 1024):
        near = values[start : start + 1024] @ values.T >= _ALIKE
        near &= np.abs(aspects[start : start + 1024, None] - aspects[None]) <= _ASPECT
        near &= (spread[start : start + 1024, None] >= _FLAT) & (spread[None] >= _FLAT)
        for row, other in zip(*np.nonzero(near), strict=True):
            if start + row < other:
                yield int(start + row), int(other)


class Base:
    """The picture that others are searched for in. view: of it; size: its width and height, upright."""

    def __init__(self, view: View, size: tuple[int, int]) -> None:
        self._size = size
        self._fine = _grey(view(FINE))
        if max(self._fine.shape) > FINE:
            self._fine = _sized(self._fine, *_within(size, FINE))

    def place(self, view: View, size: tuple[int, int]) -> Placement | None:
        """Where another picture lies in it; None if that is not certain."""
        grey = _grey(view(FINE))
        if max(grey.shape) > FINE:
            grey = _sized(grey, *_within(size, FINE))
        if grey.std() < _FLAT:
            return None
        return self._whole(grey, size, 1) or self._part(grey, size, 1) or self._turned(grey, size)

    def _turned(self, grey: Grey, size: tuple[int, int]) -> Placement | None:
        whole = (self._whole(grey, size, turn) for turn in _TURNS[1:])
        part = (self._part(grey, size, turn) for turn in _TURNS[1:])
        return next((found for found in (*whole, *part) if found), None)

    def _whole(self, grey: Grey, size: tuple[int, int], turn: int) -> Placement | None:
        """The whole of the base, if that is what the picture shows."""
        width, height = self._turned_size(turn)
        slack = 1.5 / min(size)  # sizes are rounded
        if abs(np.log(size[0] * height / (size[1] * width))) > slack:
            return None
        columns, rows = _within(size, _COARSE)
        other = _sized(self._seen(turn), columns, rows)
        if _correlation(_sized(grey, columns, rows), other) < CONFIRMED:
            return None
        return Placement(turn, 0.0, 0.0, float(width), float(height), self._size, size)

    def _part(self, grey: Grey, size: tuple[int, int], turn: int) -> Placement | None:
        """The part of the base that the picture shows: how large it is, and where."""
        fine = self._seen(turn)
        coarse = _sized(fine, *_within((fine.shape[1], fine.shape[0]), _COARSE))
        best = _searched(coarse, grey, size, _widths(coarse, size))
        if best is None or best.score < _WORTH_A_LOOK:
            return None
        factor = fine.shape[1] / coarse.shape[1]
        widest = _widest(fine, size)
        guess = best.scaled(factor)
        widths = sorted(
            {min(widest, guess.w * (1 + step)) for step in _FINE_STEPS}
            | ({widest} if best.w >= 0.98 * _widest(coarse, size) else set())
        )
        found = _searched(fine, grey, size, widths, near=(guess, _AROUND * factor))
        # Small files lack detail that the base has: they are compared at their own size.
        if found is None or _correlation(_sized(grey, *_within(size, _COARSE)), found.shown(fine, size)) < CONFIRMED:
            return None
        across, down = self._turned_size(turn)
        fx, fy = across / fine.shape[1], down / fine.shape[0]
        return Placement(turn, found.x * fx, found.y * fy, found.w * fx, found.h * fy, self._size, size)

    def _seen(self, turn: int) -> Grey:
        return np.ascontiguousarray(turn_upright(self._fine, turn))  # type: ignore[arg-type]

    def _turned_size(self, turn: int) -> tuple[int, int]:
        return self._size[::-1] if turn >= 5 else self._size


@dataclass(frozen=True, slots=True)
class _Found:
    score: float
    x: float
    y: float
    w: float
    h: float

    def scaled(self, factor: float) -> _Found:
        return _Found(self.score, self.x * factor, self.y * factor, self.w * factor, self.h * factor)

    def shown(self, base: Grey, size: tuple[int, int]) -> Grey:
        """What the base shows there, at about the size of the picture."""
        left, top = int(self.x), int(self.y)
        return _sized(base[top : top + int(self.h), left : left + int(self.w)], *_within(size, _COARSE))


def _searched(
    base: Grey, grey: Grey, size: tuple[int, int], widths: list[float], near: tuple[_Found, float] | None = None
) -> _Found | None:
    """The best place in the base among these widths; near: only so far around a place."""
    best: _Found | None = None
    for width in widths:
        columns, rows = round(width), round(width * size[1] / size[0])
        if min(columns, rows) < _LEAST or rows > base.shape[0] + 1 or columns > base.shape[1] + 1:
            continue
        columns, rows = min(columns, base.shape[1]), min(rows, base.shape[0])
        left, top, right, bottom = _window(base, columns, rows, near)
        scores = _correlations(base[top:bottom, left:right], _sized(grey, columns, rows))
        y, x = np.unravel_index(int(scores.argmax()), scores.shape)
        if best is None or scores[y, x] > best.score:
            best = _Found(float(scores[y, x]), float(left + x), float(top + y), float(columns), float(rows))
    return best


def _window(base: Grey, columns: int, rows: int, near: tuple[_Found, float] | None) -> tuple[int, int, int, int]:
    height, width = base.shape
    if near is None:
        return 0, 0, width, height
    place, around = near
    middle = place.x + place.w / 2, place.y + place.h / 2
    left = min(max(0, int(middle[0] - columns / 2 - around)), width - columns)
    top = min(max(0, int(middle[1] - rows / 2 - around)), height - rows)
    return left, top, min(width, int(left + columns + 2 * around + 1)), min(height, int(top + rows + 2 * around + 1))


def _widest(base: Grey, size: tuple[int, int]) -> float:
    """Width of the largest cut of the picture's proportions."""
    height, width = base.shape
    return float(min(width, height * size[0] / size[1]))


def _widths(base: Grey, size: tuple[int, int]) -> list[float]:
    widest, widths = _widest(base, size), list[float]()
    width = widest
    while width >= _SMALLEST * widest:
        widths.append(width)
        width *= _STEP
    return widths


def _correlations(base: Grey, part: Grey) -> Grey:
    """Normalised correlation of a part with the base at each place where it lies within."""
    rows, columns = part.shape
    shape = base.shape[0], base.shape[1]
    part = part - part.mean()
    base = base - base.mean()
    spectrum = np.fft.rfft2(base) * np.conj(np.fft.rfft2(part, shape))
    high, wide = shape[0] - rows + 1, shape[1] - columns + 1
    raw = np.fft.irfft2(spectrum, shape)[:high, :wide]
    sums, squares = _sums(base.astype(np.float64), rows, columns), _sums(base.astype(np.float64) ** 2, rows, columns)
    varied = np.maximum(squares - sums**2 / part.size, 0.0)
    norm = np.sqrt(varied) * np.linalg.norm(part)
    scores = np.where(varied > _FLAT**2 * part.size, raw / np.maximum(norm, 1e-6), 0.0)
    return scores.astype(np.float32)


def _sums(values: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.float64]:
    """Sums over all windows of that size."""
    table = np.pad(values.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    lower: NDArray[np.float64] = table[rows:] - table[:-rows]
    return np.subtract(lower[:, columns:], lower[:, :-columns])


def _correlation(one: Grey, other: Grey) -> float:
    one, other = one - one.mean(), other - other.mean()
    if min(one.std(), other.std()) < _FLAT:
        return 0.0
    return float(np.vdot(one, other)) / float(np.linalg.norm(one) * np.linalg.norm(other))


def _grey(pixels: Samples) -> Grey:
    return np.asarray(Image.fromarray(pixels).convert("L"), np.float32)


def _sized(grey: Grey, columns: int, rows: int) -> Grey:
    return np.asarray(Image.fromarray(grey).resize((columns, rows), Image.Resampling.BILINEAR), np.float32)


def _within(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """That size, at most so large."""
    factor = min(1.0, longest / max(size))
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
