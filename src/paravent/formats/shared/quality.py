"""Chooses the quality of a lossy encoder: the lowest at which a copy is as like as wanted outside the covered places.

It follows from the covered samples and the mask alone, never from the source's bytes, size or settings, so that two sources
that differ under the covering alone give one copy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from paravent.formats.shared.samples import coloured, full
from paravent.model.samples import DeepSamples
from paravent.redact.masks import Mask

# Larger pictures are tried on tiles spread evenly over them: a tenth of a second where the whole would take two.
_WHOLE = 1_000_000  # pixels
# Many and cut where encoders cut too: tiles of 160 pixels anywhere said up to 5 dB too little of photos, these up to 1.
_TILES, _TILE, _BLOCK = 6, 128, 64  # a side; pixels; pixels
_MARGIN = 0.3  # decibels, because tiles are not the whole
_TRIALS = 4
_ROWS = 64


@dataclass(frozen=True, slots=True)
class Ladder:
    """The qualities of one encoder. target: PSNR in decibels, red, green and blue together, weighed by alpha.

    first: tried first. step: decibels that a step of quality brings, about. lowest, highest: never gone beyond. excess:
    decibels above the target that are not worth another trial.
    """

    target: float
    first: int
    step: float
    lowest: int
    highest: int
    excess: float = 0.5

    def near(self, quality: int) -> int:
        """The quality, or the nearest one permitted."""
        return min(max(quality, self.lowest), self.highest)


class Coder(Protocol):
    """An encoder whose quality can be chosen. Deterministic."""

    ladder: Ladder

    def given(self, samples: DeepSamples) -> DeepSamples:
        """What is encoded so that samples (h, w, c) are shown."""
        ...

    def encode(self, given: DeepSamples, quality: int) -> bytes:
        """The whole file of a copy."""
        ...

    def decode(self, data: bytes) -> DeepSamples:
        """What it shows, (h, w, 4), of the samples' depth."""
        ...


@dataclass(frozen=True, slots=True)
class _Trial:
    likeness: float
    data: bytes


class TunedPage:
    """A `sample_source.Encoder` for a file of one picture."""

    def __init__(self, coder: Coder) -> None:
        self._coder = coder
        self._data = b""

    def add(self, samples: DeepSamples, mask: Mask) -> DeepSamples:
        """See `Encoder.add`."""
        self._data = encoded(samples, mask, self._coder)
        return samples

    def finish(self) -> bytes:
        """See `Encoder.finish`."""
        return self._data


def encoded(samples: DeepSamples, mask: Mask, coder: Coder) -> bytes:
    """The file of a covered picture (h, w, c). mask: (h, w), its covered pixels."""
    if mask.size <= _WHOLE:
        trials = _tried(samples, mask, coder, coder.ladder)
        return trials[_best(trials, coder.ladder)].data
    return coder.encode(coder.given(samples), chosen(samples, mask, coder))


def chosen(samples: DeepSamples, mask: Mask, coder: Coder) -> int:
    """The quality for a covered picture (h, w, c). mask: (h, w), its covered pixels."""
    ladder = coder.ladder
    if mask.size > _WHOLE:
        samples, mask = tiles(samples), tiles(mask)
        ladder = replace(ladder, target=ladder.target + _MARGIN)
    return _best(_tried(samples, mask, coder, ladder), ladder)


def chosen_whole(samples: DeepSamples, mask: Mask, coder: Coder) -> tuple[int, bytes]:
    """The same, tried on all of it whatever its size; with the file."""
    trials = _tried(samples, mask, coder, coder.ladder)
    best = _best(trials, coder.ladder)
    return best, trials[best].data


def _tried(samples: DeepSamples, mask: Mask, coder: Coder, ladder: Ladder) -> dict[int, _Trial]:
    trials: dict[int, _Trial] = {}
    given = coder.given(samples)
    quality: int | None = ladder.first
    while quality is not None and len(trials) < _TRIALS:
        data = coder.encode(given, quality)
        trials[quality] = _Trial(_likeness(samples, coder.decode(data), ~mask), data)
        quality = _next(trials, ladder)
    return trials


def _next(trials: dict[int, _Trial], ladder: Ladder) -> int | None:
    """The quality to try after those; None where another would bring nothing."""
    best = _best(trials, ladder)
    excess = trials[best].likeness - ladder.target
    if excess < 0:
        following = max(trials) + math.ceil(-excess / _slope(trials, ladder))
    elif excess < ladder.excess:
        return None
    elif (below := [quality for quality in trials if quality < best]) and math.isfinite(excess):
        lower = max(below)  # too low, for it is below the best
        share = (ladder.target - trials[lower].likeness) / (trials[best].likeness - trials[lower].likeness)
        if len(trials) == _TRIALS - 1:  # the last one had better not be too low again
            share = (1 + 2 * share) / 3
        following = lower + math.ceil((best - lower) * share)
    else:
        following = best - max(1, int(min(excess, 100.0) / ladder.step))
    following = ladder.near(following)
    return None if following in trials else following


def _slope(trials: dict[int, _Trial], ladder: Ladder) -> float:
    """Decibels that a step of quality brings: between the two highest trials if that is less than the ladder says."""
    if len(trials) < 2:
        return ladder.step
    low, high = sorted(trials)[-2:]
    seen = (trials[high].likeness - trials[low].likeness) / (high - low)
    return min(max(seen, ladder.step / 4), ladder.step)


def _best(trials: dict[int, _Trial], ladder: Ladder) -> int:
    """The lowest quality that reaches the target; else the one that comes nearest."""
    reached = [quality for quality, trial in trials.items() if trial.likeness >= ladder.target]
    return min(reached) if reached else max(trials, key=lambda quality: trials[quality].likeness)


def tiles(plane: NDArray[Any]) -> NDArray[Any]:
    """A picture made of tiles of a larger one."""

    def places(length: int) -> list[int]:
        return [i * max(0, length - _TILE) // (_TILES - 1) // _BLOCK * _BLOCK for i in range(_TILES)]

    rows = [
        np.concatenate([plane[top : top + _TILE, left : left + _TILE] for left in places(plane.shape[1])], axis=1)
        for top in places(plane.shape[0])
    ]
    return np.ascontiguousarray(np.concatenate(rows))


def _likeness(samples: DeepSamples, decoded: DeepSamples, outside: Mask) -> float:
    """PSNR over the pixels of `outside`; infinite where nothing differs or there are none."""
    error = 0.0
    for top in range(0, len(samples), _ROWS):  # few rows stay in the cache: three times as fast
        rows = slice(top, top + _ROWS)
        error += _squares(coloured(samples[rows]), decoded[rows], outside[rows])
    count = 3 * np.count_nonzero(outside) * full(samples) ** 2
    return -10 * math.log10(error / count) if error else math.inf


def _squares(samples: DeepSamples, decoded: DeepSamples, outside: Mask) -> float:
    """The sum of the squares of all differences where `outside`, colour weighed by alpha."""
    if samples.shape[2] == 3:  # then the copy has no alpha either
        difference = np.subtract(samples, decoded[..., :3], dtype=np.float32)
    else:
        difference = _weighed(samples) - _weighed(decoded)
    difference *= outside[..., None]
    return float(np.vdot(difference, difference))


def _weighed(samples: DeepSamples) -> NDArray[np.float32]:
    seen = samples.astype(np.float32)
    seen[..., :3] *= seen[..., 3:] / full(samples)
    return seen[..., :3]
