"""PNG files of 16 bits, and moving ones."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import numpy as np
from PIL import Image

from animation_kit import TIMES
from picture_kit import png_of, scene

KINDS = {1: 0, 2: 4, 3: 2, 4: 6}


def deep_scene(mode: str, width: int, height: int, seed: int = 0) -> np.ndarray:
    """(h, w, c) uint16, lower bytes full of noise; alpha partly 0 and partly 65535."""
    samples = scene(mode, width, height).astype(np.uint16) * 257
    noise = np.random.default_rng(seed).integers(0, 256, samples.shape, dtype=np.uint16)
    return np.where(samples > 0, np.maximum(samples, 256) - noise, 0).astype(np.uint16)


def deep_png(samples: np.ndarray, *extra: tuple[bytes, bytes], filters: int = 0, interlaced: bool = False) -> bytes:
    """A PNG of 16 bits. filters: the filter of each row by turns is drawn from this seed; 0 filters nothing."""
    height, width, channels = samples.shape
    kinds = np.random.default_rng(filters).integers(0, 5, height) if filters else np.zeros(height, int)
    if interlaced:
        passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
        parts = [samples[y::dy, x::dx] for x, y, dx, dy in passes]
        raw = b"".join(b"\0" + row.astype(">u2").tobytes() for part in parts for row in part if row.size)
    else:
        rows = samples.astype(">u2").view(np.uint8).reshape(height, -1).astype(int)
        raw = b"".join(_filtered(rows, i, int(kinds[i]), 2 * channels) for i in range(height))
    header = struct.pack(">IIBBBBB", width, height, 16, KINDS[channels], 0, 0, int(interlaced))
    return png_of([(b"IHDR", header), *extra, (b"IDAT", zlib.compress(raw)), (b"IEND", b"")])


def _filtered(rows: np.ndarray, i: int, kind: int, pixel: int) -> bytes:
    row = rows[i]
    up = rows[i - 1] if i else np.zeros_like(row)
    left, corner = (np.concatenate([np.zeros(pixel, int), part[:-pixel]]) for part in (row, up))
    near = left + up - corner
    distances = np.abs(np.stack([near - left, near - up, near - corner]))
    paeth = np.choose(distances.argmin(axis=0), [left, up, corner])
    predicted = [np.zeros_like(row), left, up, (left + up) // 2, paeth][kind]
    return bytes([kind]) + ((row - predicted) % 256).astype(np.uint8).tobytes()


def apng(frames: list[np.ndarray], times: tuple[int, ...] = TIMES, loop: int = 3, **options: object) -> bytes:
    """As Pillow writes it; it merges equal frames."""
    first, *rest = (Image.fromarray(samples) for samples in frames)
    buffer = BytesIO()
    shown = list(times[: len(frames)])
    first.save(buffer, "PNG", save_all=True, append_images=rest, duration=shown, loop=loop, **options)
    return buffer.getvalue()
