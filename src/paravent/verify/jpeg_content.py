"""Judges what a JPEG holds beside what it shows, on its coefficients and with arithmetic of its own.

No copy holds samples far beyond white or black, colours that no red, green and blue give, beyond the edges anything but
what is inside them, or quantisation steps that nothing uses. Each limit is what rounding to the picture's own steps can
bring, or more: whatever an encoder makes of a shown picture stays within. Samples count from -128 to 127.
"""

from __future__ import annotations

import math
from typing import NoReturn, TypeAlias

import numpy as np
from numpy.typing import NDArray

from paravent.errors import Held
from paravent.verify.decoding import coefficients
from paravent.verify.decoding.coefficients import Coefficients
from paravent.verify.jpeg import Frame

Floats: TypeAlias = NDArray[np.floating]

_LOWEST, _HIGHEST = -128.0, 127.0
_BEYOND = 0.5  # mean distance of a block from anything that 8-bit samples give
_WORTH, _TURNS = 1.0, 16  # mean excess from which on that is computed, and in how many turns
_COLOUR = 16.0  # how far the mean colour of an MCU may be out of range
_EDGE = 0.51  # quantisation steps, root mean square: how far a block may be from one that is repeated beyond the edge
_ROOM = 0.5  # of rounding in single precision
_LOOKED_AT = 1 << 12  # blocks of a component that are searched for excess, spread evenly
_AT_ONCE = 512

_X, _U = np.meshgrid(np.arange(8), np.arange(8))
_ONE = np.cos(np.pi * _U * (2 * _X + 1) / 16) / np.where(_U == 0, math.sqrt(8), 2.0)  # (frequency, sample), T.81, A.3.3
_BASIS: NDArray[np.float32] = np.einsum("ux,vy->uvxy", _ONE, _ONE).reshape(64, 64).astype(np.float32)
_LARGEST = np.abs(_BASIS).max(axis=1)

# T.81, K.1 and K.2, in natural order.
_LIGHTNESS = bytes.fromhex(
    "100b0a101828333d0c0c0e131a3a3c370e0d1018283945380e11161d3357503e"
    "12162538446d674d182337405168715c31404e5767797865485c5f6270646763"
)
_COLOURS = bytes.fromhex("1112182f6363636312151a4263636363181a3863636363632f426363" + "63" * 36)
_DIAGONALS = sorted(
    ((row, column) for row in range(8) for column in range(8)),
    key=lambda at: (sum(at), at[0] if sum(at) % 2 else at[1]),
)


def check(data: bytes, frame: Frame, *, encoded: bool) -> Coefficients:
    """The coefficients of a JPEG whose container was let pass. Raises Held: "container", "damaged".

    encoded: whether it may have the quantisation tables of an ordinary encoder, some steps of which mean nothing.
    """
    whole = frame.interleaved and len(frame.components) > 1
    across, down = frame.mcu if whole else (1, 1)
    width, height = -(-frame.width // across) * across, -(-frame.height // down) * down
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    large = max(width, height) < 1 << 16
    raised = data[: frame.at] + size + data[frame.at + 4 :] if large else data
    found = coefficients.read(raised, width, height, frame.sampling)
    _judge_steps(found, encoded=encoded)
    for i in range(len(found.blocks)):
        _cut(found, frame, i)
    found.width, found.height = frame.width, frame.height
    judge_shown(found, colours=frame.jfif)
    return found


def judge_shown(found: Coefficients, *, colours: bool) -> None:
    """Raise Held("container") where blocks hold more than they show. colours: whether components are those of JFIF."""
    means = [
        plane[..., 0, 0] * np.float32(table[0, 0] / 8) for plane, table in zip(found.blocks, found.tables, strict=True)
    ]
    if colours and len(means) == 3:
        _judge_colours(found, means)
    for i, mean in enumerate(means):
        _judge_range(found, i, mean)
        _judge_edges(found, i)


def _judge_steps(found: Coefficients, *, encoded: bool) -> None:
    used = [_used(plane) for plane in found.blocks]
    for table in found.tables:
        shared = [one for one, other in zip(used, found.tables, strict=True) if np.array_equal(other, table)]
        before = 1
        for place in _DIAGONALS:
            step = int(table[place])
            named = step == before or any(one[place] for one in shared)
            if not named and not (encoded and _is_ordinary(table)):
                _refuse("quantisation steps that nothing uses")
            before = step


def _used(plane: NDArray[np.int16]) -> NDArray[np.int16]:
    """(8, 8): not 0 where some block has a coefficient."""
    rows = plane.reshape(len(plane), -1)  # long rows: 30 times as fast as coefficient by coefficient
    used: NDArray[np.int16] = np.bitwise_or.reduce(np.bitwise_or.reduce(rows, axis=0).reshape(-1, 64), axis=0)
    return used.reshape(8, 8)


def _is_ordinary(table: NDArray[np.uint16]) -> bool:
    """Whether it is one of T.81 at a quality from 1 to 100, as libjpeg scales it."""
    for quality in range(1, 101):
        share = 5000 // quality if quality < 50 else 200 - 2 * quality
        for base in (_LIGHTNESS, _COLOURS):
            scaled = (np.frombuffer(base, np.uint8).astype(int) * share + 50) // 100
            if np.array_equal(scaled.clip(1, 255), table.ravel()):
                return True
    return False


def _cut(found: Coefficients, frame: Frame, component: int) -> None:
    """Leave out blocks wholly beyond the edges, which must repeat the mean of the one before."""
    h, v = found.sampling[component]
    across, down = frame.mcu
    rows, columns = -(-frame.height * v // down), -(-frame.width * h // across)
    plane = found.blocks[component]
    below, beside = plane[rows:], plane[:rows, columns:]
    levels = plane[..., 0, 0]
    before = levels[rows - 1 : -1, h - 1 :: h].repeat(h, axis=1) if len(below) else levels[:0]
    last = np.repeat(levels[:rows, columns - 1 : columns], levels.shape[1] - columns, axis=1)
    same = np.array_equal(below[..., 0, 0], before) and np.array_equal(beside[..., 0, 0], last)
    if not same or any(part.reshape(-1, 64)[:, 1:].any() for part in (below, beside)):
        _refuse("a picture beyond the edges")
    found.blocks[component] = np.ascontiguousarray(plane[:rows, :columns])


def _judge_colours(found: Coefficients, means: list[Floats]) -> None:
    y, cb, cr = (_by_mcu(mean, factors) for mean, factors in zip(means, found.sampling, strict=True))
    for mixed in (y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb):
        if mixed.max() > _HIGHEST + _COLOUR or mixed.min() < _LOWEST - _COLOUR:
            _refuse("colours beyond what can be shown")


def _by_mcu(means: Floats, factors: tuple[int, int]) -> Floats:
    """Averages over the blocks of each MCU."""
    across, down = factors
    padded = np.pad(means, ((0, -means.shape[0] % down), (0, -means.shape[1] % across)), mode="edge")
    total = np.zeros((padded.shape[0] // down, padded.shape[1] // across), np.float32)
    for row in range(down):
        for column in range(across):
            total += padded[row::down, column::across]
    return total / (across * down)


def _judge_range(found: Coefficients, component: int, means: Floats) -> None:
    steps = found.tables[component].ravel().astype(np.float32)
    if max(means.max() - _HIGHEST, _LOWEST - means.min()) > steps[0] / 16 + _ROOM:
        _refuse("samples beyond white or black")
    apart = math.ceil(math.sqrt(means.size / _LOOKED_AT))
    places = found.blocks[component][apart // 2 :: apart, apart // 2 :: apart].reshape(-1, 64)
    for at in range(0, len(places), _AT_ONCE):
        blocks = places[at : at + _AT_ONCE].astype(np.float32)
        blocks = blocks[np.abs(blocks) @ (steps * _LARGEST) > _HIGHEST]
        blocks = blocks[_excess((blocks * steps) @ _BASIS) > _WORTH]
        if len(blocks) and (_distance(blocks, steps) > _BEYOND).any():
            _refuse("samples beyond white or black")


def _excess(samples: Floats) -> Floats:
    """How far samples (n, 64) are out of range, on average over each block."""
    mean: Floats = np.abs(samples - samples.clip(_LOWEST, _HIGHEST)).mean(axis=1)
    return mean


def _distance(blocks: Floats, steps: Floats) -> Floats:
    """The same for what comes nearest to the range among all that is rounded to these coefficients."""
    values = blocks * steps
    samples = values @ _BASIS
    for _ in range(_TURNS):
        nearest = samples.clip(_LOWEST, _HIGHEST) @ _BASIS.T
        samples = (values + (nearest - values).clip(-steps / 2, steps / 2)) @ _BASIS
    return _excess(samples)


def _judge_edges(found: Coefficients, component: int) -> None:
    h, v = found.sampling[component]
    most_h, most_v = (max(factors) for factors in zip(*found.sampling, strict=True))
    wide, high = -(-found.width * h // most_h), -(-found.height * v // most_v)
    plane, steps = found.blocks[component], found.tables[component].ravel().astype(np.float64)
    rows, columns = high - 8 * (plane.shape[0] - 1), wide - 8 * (plane.shape[1] - 1)
    for part, down, across in ((plane[:-1, -1], 8, columns), (plane[-1, :-1], rows, 8), (plane[-1:, -1], rows, columns)):
        if (down, across) == (8, 8) or not part.size:
            continue
        inside = np.array([[row * 8 + column for column in range(across)] for row in range(down)]).ravel()
        edge = [min(i // 8, down - 1) * 8 + min(i % 8, across - 1) for i in range(64)]
        spread = (np.array(edge)[:, None] == inside).astype(np.float64)
        given = _BASIS.astype(np.float64) @ spread / steps[:, None]  # (64, shown): coefficients, in steps, of shown samples
        blocks = part.reshape(-1, 64).T.astype(np.float64)
        nearest = given @ np.linalg.lstsq(given, blocks, rcond=None)[0]
        if np.sqrt(((blocks - nearest) ** 2).mean(axis=0)).max() > _EDGE:
            _refuse("a picture beyond the edges")


def _refuse(what: str) -> NoReturn:
    raise Held("container", detail=what)
