"""AVIF files of drawn pictures, and sequences."""

from __future__ import annotations

from io import BytesIO

import imagecodecs
import numpy as np
from PIL import Image

from animation_kit import TIMES


def avif(samples: np.ndarray, chroma: str = "4:2:0", bits: int = 8, quality: int = 90, **options: object) -> bytes:
    """The samples in an AVIF as Pillow writes it, or imagecodecs where there are more than 8 bits."""
    flat = samples[..., 0] if samples.shape[2] == 1 else samples
    if bits > 8:
        return imagecodecs.avif_encode(
            flat, level=quality, speed=9, bitspersample=bits, pixelformat=chroma.replace(":", ""), codec="aom"
        )
    out = BytesIO()
    settings = {"quality": quality, "speed": 9, "subsampling": chroma, "max_threads": 1}
    Image.fromarray(flat).save(out, "AVIF", **(settings | options))
    return out.getvalue()


def avif_sequence(frames: list[np.ndarray], **options: object) -> bytes:
    first, *rest = (Image.fromarray(frame) for frame in frames)
    out = BytesIO()
    duration = [max(1, ms) for ms in TIMES[: len(frames)]]
    first.save(out, "AVIF", **{"save_all": True, "append_images": rest, "duration": duration, "quality": 85} | options)
    return out.getvalue()
