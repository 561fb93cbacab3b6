"""Moving WebP files of drawn pictures."""

from __future__ import annotations

import struct

import numpy as np

from animation_kit import HEIGHT, TIMES, WIDTH
from picture_kit import riff_chunks, saved, webp_of


def frame(samples: np.ndarray, at=(0, 0), duration: int = 40, flags: int = 0, lossless: bool = True) -> tuple:
    """An ANMF chunk."""
    made = [part for part in riff_chunks(saved(samples, "WEBP", lossless=lossless, exact=True)) if part[0] != b"VP8X"]
    numbers = (at[0] // 2, at[1] // 2, samples.shape[1] - 1, samples.shape[0] - 1, duration)
    head = b"".join(number.to_bytes(3, "little") for number in numbers) + bytes((flags,))
    return b"ANMF", head + webp_of(made)[12:]


def animated(frames: list, loop: int = 3, flags: int = 0x12, before: tuple = (), behind: tuple = ()) -> bytes:
    canvas = bytes((flags, 0, 0, 0)) + (WIDTH - 1).to_bytes(3, "little") + (HEIGHT - 1).to_bytes(3, "little")
    control = (b"ANIM", struct.pack("<IH", 0xFFFFFFFF, loop))
    return webp_of([(b"VP8X", canvas), *before, control, *frames, *behind])


def webp(frames: list[np.ndarray], lossless: bool = True, **options: object) -> bytes:
    shown = [frame(samples, duration=TIMES[i], flags=2, lossless=lossless) for i, samples in enumerate(frames)]
    return animated(shown, **options)
