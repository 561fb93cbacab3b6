"""What a JPEG holds and does not show is coded anew from what it shows, in the DCT domain, in place.

There is room for a picture that nobody sees in three places: samples beyond white or black, which a decoder cuts off;
colours that no red, green and blue give; rows and columns of the last blocks beyond the size. An encoder that was given
nothing but the shown picture leaves there what rounding brings and no more, and blocks that it could have written stay as
they are. Samples count from -128 to 127 here, as coefficients have them.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from paravent.formats.jpeg.dct import Blocks, Coefficients, Table
from paravent.formats.jpeg.transform import FORWARD, HIGHEST, INVERSE, LOWEST
from paravent.redact.masks import Mask

Floats: TypeAlias = NDArray[np.floating]
Numbers: TypeAlias = NDArray[np.intp]

_BLACK, _WHITE = -128, 127
# Mean distance of a block from the nearest that 8-bit samples give, in steps of 1 of 255. In 450 components of 150 ordinary
# pictures the farthest of 2.4 million blocks had 0.21.
_FARTHEST = 0.3
# Less than this beyond the limits, on average over a block, is not worth it; and how often to come nearer.
_LITTLE, _ROUNDS = 1.0, 12
# The same for the mean colour of an MCU. Cameras that do not compute in red, green and blue reach more in a few places.
_FARTHEST_COLOUR = 8.0
# How far a block is from one that repeats its last shown row and column: in quantisation steps, root mean square. Rounding
# brings 0.29 where it is even, and 0.5 at most.
_FARTHEST_EDGE = 0.3
# So many blocks of a plane, spread evenly, are searched for excess first: a hidden picture has many.
_SOME = 1 << 12
_STRIP = 256  # blocks at a time, which stay in the cache
_INVERSE = INVERSE.astype(np.float32)
_PEAKS = np.abs(_INVERSE).max(axis=1)  # of what one coefficient adds to the samples of its block
_RED, _GREEN, _BLUE = (0.0, 1.402), (-0.344136, -0.714136), (1.772, 0.0)  # JFIF 1.02: shares of Cb and Cr


def confine(coefficients: Coefficients, masks: list[Mask] | None = None) -> bool:
    """Code anew what is not shown, in place; whether anything was. masks: only in these blocks of each component."""
    chosen: list[Mask | None] = [None] * len(coefficients.blocks) if masks is None else [*masks]
    means = [
        plane[..., 0, 0] * (table[0, 0] / np.float32(8))
        for plane, table in zip(coefficients.blocks, coefficients.tables, strict=True)
    ]
    changed = len(chosen) == 3 and _colours(coefficients, means, chosen[1])
    for i, (plane, table, mask) in enumerate(zip(coefficients.blocks, coefficients.tables, chosen, strict=True)):
        steps = table.ravel().astype(np.float32)
        if mask is not None or _suspicious(plane, means[i], steps):
            changed |= _range(plane, steps, mask)
        changed |= _edges(plane, steps, mask, _shown(coefficients, i))
    return changed


# --- samples beyond white and black


def _range(plane: Blocks, steps: Floats, mask: Mask | None) -> bool:
    """Bring blocks that no 8-bit samples give into range."""
    blocks = plane.reshape(-1, 64)
    places = np.arange(len(blocks)) if mask is None else np.flatnonzero(mask)
    beyond = places[_beyond(blocks[places], steps)]
    blocks[beyond] = _coded(_samples(blocks[beyond], steps).clip(_BLACK, _WHITE), steps)
    return len(beyond) > 0


def _suspicious(plane: Blocks, means: Floats, steps: Floats) -> bool:
    """Whether all blocks are worth looking at: a mean lies beyond the limits, or samples of some blocks do."""
    if max(means.max(), -means.min()) > -_BLACK + steps[0] / 16:
        return True
    apart = math.ceil(math.sqrt(means.size / _SOME))
    return bool(_beyond(plane[::apart, ::apart].reshape(-1, 64), steps).any())


def _beyond(blocks: Blocks, steps: Floats) -> Mask:
    """Which blocks (n, 64) no 8-bit samples give, rounded to these steps."""
    found = np.zeros(len(blocks), np.bool_)
    possible = np.flatnonzero(_peaks(blocks, steps) > _WHITE)
    for at in range(0, len(possible), _STRIP):
        places = possible[at : at + _STRIP]
        samples = (blocks[places] * steps) @ _INVERSE
        places = places[np.abs(samples - samples.clip(_BLACK, _WHITE)).mean(axis=1) > _LITTLE]
        found[places] = _distances(blocks[places], steps) > _FARTHEST
    return found


def _peaks(blocks: Blocks, steps: Floats) -> Floats:
    """For each block, a number that none of its samples exceeds, up or down."""
    peaks = np.empty(len(blocks), np.float32)
    strip = np.empty((_STRIP, 64), np.float32)
    for at in range(0, len(blocks), _STRIP):
        some = strip[: len(blocks) - at]
        np.abs(blocks[at : at + _STRIP], out=some, casting="unsafe", dtype=np.float32)
        np.dot(some, steps * _PEAKS, out=peaks[at : at + _STRIP])
    return peaks


def _distances(blocks: Blocks, steps: Floats) -> Floats:
    """How far each block is from samples in range: projected in turn on these and on what is rounded to its values."""
    lowest, highest = (blocks - 0.5) * steps, (blocks + 0.5) * steps
    samples = _samples(blocks, steps)
    for _ in range(_ROUNDS):
        samples = (samples.clip(_BLACK, _WHITE) @ FORWARD).clip(lowest, highest) @ INVERSE
    distances: Floats = np.abs(samples - samples.clip(_BLACK, _WHITE)).mean(axis=1)
    return distances


# --- colours that there are not


def _colours(coefficients: Coefficients, means: list[Floats], mask: Mask | None) -> bool:
    """Bring MCUs whose mean colour has no red, green and blue back to what is shown.

    means: of each component's blocks. mask: blocks of the second component.
    """
    mixed = _rgb(*(_whole(plane, factors) for plane, factors in zip(means, coefficients.sampling, strict=True)))
    far = np.any([(part < _BLACK - _FARTHEST_COLOUR) | (part > _WHITE + _FARTHEST_COLOUR) for part in mixed], axis=0)
    if mask is not None:
        far &= _whole(mask.astype(np.float32), coefficients.sampling[1]) > 0
    rows, columns = np.nonzero(far)
    for at in range(0, len(rows), _STRIP):
        _recolour(coefficients, rows[at : at + _STRIP], columns[at : at + _STRIP])
    return len(rows) > 0


def _whole(values: Floats, factors: tuple[int, int]) -> Floats:
    """Means over the blocks of each MCU, the last ones repeated where some are missing."""
    h, v = factors
    rows, columns = values.shape
    if rows % v or columns % h:
        values = np.pad(values, ((0, -rows % v), (0, -columns % h)), mode="edge")
    parts = [values[y::v, x::h] for y in range(v) for x in range(h)]
    return sum(parts[1:], start=parts[0]) * np.float32(1 / len(parts))


def _rgb(y: Floats, cb: Floats, cr: Floats) -> tuple[Floats, Floats, Floats]:
    """Red, green and blue, from -128 as the others are."""
    red, green, blue = (y + cb * of_cb + cr * of_cr for of_cb, of_cr in (_RED, _GREEN, _BLUE))
    return red, green, blue


def _recolour(coefficients: Coefficients, rows: Numbers, columns: Numbers) -> None:
    """Code some MCUs anew from their colours, cut off at white and black. rows, columns: where they are, in MCUs."""
    most_h, most_v = (side // 8 for side in coefficients.mcu)
    full, places = [], []
    for plane, table, (h, v) in zip(coefficients.blocks, coefficients.tables, coefficients.sampling, strict=True):
        down = (rows[:, None, None] * v + np.arange(v)[None, :, None]).clip(max=plane.shape[0] - 1)
        across = (columns[:, None, None] * h + np.arange(h)[None, None, :]).clip(max=plane.shape[1] - 1)
        samples = _samples(plane[down, across].reshape(-1, 64), table.ravel()).clip(_BLACK, _WHITE)
        squares = samples.reshape(-1, v, h, 8, 8).transpose(0, 1, 3, 2, 4).reshape(-1, 8 * v, 8 * h)
        full.append(squares.repeat(most_v // v, axis=1).repeat(most_h // h, axis=2))
        places.append((down, across))
    red, green, blue = (part.clip(_BLACK, _WHITE) for part in _rgb(*full))
    y = 0.299 * red + 0.587 * green + 0.114 * blue
    parts = (y, (blue - y) / 1.772, (red - y) / 1.402)
    for i, ((h, v), part) in enumerate(zip(coefficients.sampling, parts, strict=True)):
        shown = part.reshape(-1, 8 * v, most_v // v, 8 * h, most_h // h).mean(axis=(2, 4))
        blocks = shown.reshape(-1, v, 8, h, 8).transpose(0, 1, 3, 2, 4).reshape(-1, 64)
        coded = _coded(blocks, coefficients.tables[i].ravel()).reshape(-1, v, h, 8, 8)
        # Backwards, so that of blocks that are there several times (for missing ones) the first counts.
        coefficients.blocks[i][places[i][0][:, ::-1, ::-1], places[i][1][:, ::-1, ::-1]] = coded[:, ::-1, ::-1]


# --- beyond the edges


def _shown(coefficients: Coefficients, component: int) -> tuple[int, int]:
    """How many rows and columns of its last blocks a component shows (T.81, A.1.1), 1 to 8."""
    across, down = coefficients.mcu
    h, v = coefficients.sampling[component]
    rows, columns = -(-coefficients.height * 8 * v // down), -(-coefficients.width * 8 * h // across)
    return (rows - 1) % 8 + 1, (columns - 1) % 8 + 1


def _edges(plane: Blocks, steps: Floats, mask: Mask | None, shown: tuple[int, int]) -> bool:
    """Let the last blocks repeat the last shown row and column where they hold something else."""
    rows, columns = shown
    parts = (
        ((slice(0, -1), -1), 8, columns),
        ((-1, slice(0, -1)), rows, 8),
        ((slice(-1, None), -1), rows, columns),
    )
    changed = False
    for area, down, across in parts:
        if (down, across) != (8, 8):
            wanted = None if mask is None else mask[area]
            changed |= _repeat(plane[area], steps, wanted, down, across)
    return changed


def _repeat(place: Blocks, steps: Floats, mask: Mask | None, rows: int, columns: int) -> bool:
    """The same for blocks (n, 8, 8) that show so many rows and columns."""
    blocks = place.reshape(-1, 64)
    off = blocks @ _besides(steps.tobytes(), rows, columns)
    far = np.sqrt((off**2).mean(axis=1)) > _FARTHEST_EDGE
    if mask is not None:
        far &= mask
    samples = _samples(blocks[far], steps).clip(_BLACK, _WHITE) @ _repeating(rows, columns)
    place[far] = _coded(samples, steps).reshape(-1, 8, 8)
    return bool(far.any())


@lru_cache(maxsize=64)
def _repeating(rows: int, columns: int) -> Floats:
    """(64, 64): samples @ this are those shown, and the last of them beyond."""
    down, across = (np.eye(8)[np.minimum(np.arange(8), shown - 1)] for shown in (rows, columns))
    repeating: Floats = np.kron(down, across).T
    return repeating


@lru_cache(maxsize=256)
def _besides(steps: bytes, rows: int, columns: int) -> Floats:
    """(64, 64): coefficients @ this are the part of them, in steps, that no repeated samples give."""
    repeated = (_repeating(rows, columns) @ FORWARD) / np.frombuffer(steps, np.float32)
    shown = np.flatnonzero((np.arange(64) // 8 < rows) & (np.arange(64) % 8 < columns))
    basis, _ = np.linalg.qr(repeated[shown].T)
    besides: Floats = (np.eye(64) - basis @ basis.T).astype(np.float32)
    return besides


# --- both


def _samples(blocks: Blocks, steps: Floats | Table) -> Floats:
    """Of quantised blocks (n, 64)."""
    return (blocks * steps.astype(np.float64)) @ INVERSE


def _coded(samples: Floats, steps: Floats | Table) -> Blocks:
    """Quantised blocks (n, 64) of samples."""
    return np.rint(samples @ FORWARD / steps).clip(LOWEST, HIGHEST).astype(np.int16)
