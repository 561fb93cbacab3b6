"""Smooths numbers through time, (frames, n), over some frames each way; the first and the last are repeated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_WINDOW = 3  # frames each way


def largest(values: NDArray[np.float32], frames: int = _WINDOW) -> NDArray[np.float32]:
    """The largest of those around each frame. frames: so many each way."""
    around = values.copy()
    for i in range(1, min(frames + 1, len(values))):
        np.maximum(around[i:], values[:-i], out=around[i:])
        np.maximum(around[:-i], values[i:], out=around[:-i])
    return around


def smallest(values: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """The smallest of those around each frame. frames: so many each way."""
    return -largest(-values, frames)


def mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Their mean, the nearest weighing most."""
    weights = np.bartlett(2 * _WINDOW + 3)[1:-1].astype(np.float32)
    around: NDArray[np.float32] = np.tensordot(weights / weights.sum(), _around(values), axes=1)
    return around


def _around(values: NDArray[np.float32]) -> NDArray[np.float32]:
    padded = np.pad(values, ((_WINDOW, _WINDOW), (0, 0)), mode="edge")
    return np.stack([padded[i : i + len(values)] for i in range(2 * _WINDOW + 1)])
