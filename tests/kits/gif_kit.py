"""GIF files of drawn pictures, made by our own writer of blocks."""

from __future__ import annotations

import numpy as np

from animation_kit import HEIGHT, WIDTH, walk
from paravent.formats.gif import blocks as gif_blocks
from paravent.formats.shared.samples import rgba

# Hundredths of a second.
TIMES = (4, 0, 120, 3, 7)


def few_colours(mode: str, count: int, width: int = WIDTH, height: int = HEIGHT) -> list[np.ndarray]:
    """Frames of fewer than 100 colours each."""
    frames = [samples // 64 * 64 for samples in walk(mode, count, width, height)]
    for samples in frames:
        if mode == "RGBA":
            samples[..., 3] = np.where(samples[..., 3] > 0, 255, 0)
            samples[samples[..., 3] == 0] = 0
    return frames


def part(samples: np.ndarray, at=(0, 0), delay: int = 0, dispose: int = 0, seed: int = 0) -> gif_blocks.GifFrame:
    """A frame with its colours in an order of their own and unused ones among them."""
    page = rgba(samples)
    colours, which = np.unique(page.reshape(-1, 4), axis=0, return_inverse=True)
    rng = np.random.default_rng(seed)
    places = rng.permutation(256)[: len(colours)]
    table = rng.integers(0, 256, (256, 3), dtype=np.uint8)
    table[places] = colours[:, :3]
    clear = np.flatnonzero(colours[:, 3] == 0)
    transparent = int(places[clear[0]]) if len(clear) else -1
    indices = places[which].reshape(page.shape[:2]).astype(np.uint8)
    size = page.shape[1], page.shape[0]
    data = gif_blocks.encode(indices)
    return gif_blocks.GifFrame(*at, *size, delay, dispose, transparent, False, table.tobytes(), data)


def gif(frames: list[np.ndarray], loop: int = 3, dispose: int = 2, seed: int = 0) -> bytes:
    parts = [part(samples, delay=TIMES[i], dispose=dispose, seed=seed + i) for i, samples in enumerate(frames)]
    return gif_blocks.assemble((frames[0].shape[1], frames[0].shape[0]), parts, loop)
