"""Drawn animations for the tests of formats."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from paravent.model.geometry import Ellipse, Shape
from paravent.redact.masks import union_mask
from picture_kit import scene

FACE: tuple[Shape, ...] = (Ellipse(20, 16, 8, 10, 20),)
WIDTH, HEIGHT = 48, 36
TIMES = (40, 0, 1200, 33, 70)
frame_sizes = st.tuples(st.integers(2, 48), st.integers(2, 36))


def walk(mode: str, count: int, width: int = WIDTH, height: int = HEIGHT, seed: int = 0) -> list[NDArray[np.uint8]]:
    """Frames (h, w, c) of a block that wanders over a drawn scene; all differ."""
    frames = []
    for i in range(count):
        samples = scene(mode, width, height, seed)
        top, left = (3 * i) % max(1, height - 3), (5 * i) % max(1, width - 3)
        samples[top : top + 4, left : left + 4] = 255 - 9 * i
        if mode == "RGBA":
            samples[samples[..., 3] == 0] = 0
        frames.append(samples)
    return frames


def scribbled(frames: list[NDArray[np.uint8]], shapes: tuple[Shape, ...], seed: int) -> list[NDArray[np.uint8]]:
    """The same frames with other samples under the shapes."""
    rng = np.random.default_rng(seed)
    height, width = frames[0].shape[:2]
    mask = union_mask(shapes, width, height)
    made = []
    for samples in frames:
        other = samples.copy()
        other[mask] = rng.integers(0, 256, other[mask].shape, dtype=np.uint8)
        made.append(other)
    return made
