"""HEIC files of drawn pictures."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pillow_heif


def heic(samples: np.ndarray, chroma: int = 420, bits: int = 8, quality: int = 90, tile: int = 0) -> bytes:
    """The samples in a HEIC as pillow-heif writes it, with its signature among the bit stream's messages."""
    height, width, channels = samples.shape
    mode = ("L", "LA", "RGB", "RGBA")[channels - 1] + (";16" if bits > 8 else "")
    file, out = pillow_heif.HeifFile(), BytesIO()
    file.add_frombytes(mode, (width, height), samples.tobytes())
    settings = {"preset": "ultrafast", "x265:info": "1"}
    file.save(out, quality=quality, enc_params=settings, chroma=chroma, bit_depth=bits, tile_size=tile)
    return out.getvalue()
