"""Pictures made smaller for looking at, step by step."""

from __future__ import annotations

import numpy as np
from PIL import Image

from paravent.model.samples import DeepSamples, Samples

_SEEN_BEHIND = 128  # grey shown where a picture is fully transparent


class Views:
    """Views of pictures; those of the picture looked at last are kept."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int], Samples] = {}

    def view(self, picture: int, samples: DeepSamples, longest: int) -> Samples:
        """RGB for looking at, see `base.Viewer.view`. samples: of the picture with that number, stored orientation."""
        factor = max(1, max(samples.shape[:2]) // max(1, longest))
        if (picture, factor) not in self._kept:
            self._kept = {key: view for key, view in self._kept.items() if key[0] == picture}
            # From the next larger view where there is one: reading all samples takes longer than anything else here.
            done = max((kept for _, kept in self._kept if factor % kept == 0), default=0)
            pixels = self._kept[picture, done] if done else eight_bits(samples)
            self._kept[picture, factor] = _reduced(pixels, factor // max(1, done))
        return self._kept[picture, factor]


def eight_bits(samples: DeepSamples) -> Samples:
    """Samples with 8 bits, the lower ones left out: for looking at, not for writing."""
    return samples if samples.dtype == np.uint8 else (samples >> 8).astype(np.uint8)


def _reduced(samples: Samples, factor: int) -> Samples:
    """RGB for looking at, each side so many times smaller; fully transparent pixels are grey."""
    height, width, channels = samples.shape
    if channels != 4 or not samples[..., 3].all():
        samples = _opaque(samples)
    if factor == 1:
        return np.ascontiguousarray(samples[..., :3])
    if samples.shape[2] == 4:  # faster than to take the three out first
        image = Image.frombuffer("RGBX", (width, height), np.ascontiguousarray(samples), "raw", "RGBX", 0, 1)
    else:
        image = Image.fromarray(samples)
    return np.ascontiguousarray(np.asarray(image.reduce(factor))[..., :3])


def _opaque(samples: Samples) -> Samples:
    height, width, channels = samples.shape
    if channels == 3:
        return samples
    colour = samples[..., :1] if channels < 3 else samples[..., :3]
    shown = np.empty((height, width, 3), np.uint8)
    shown[:] = colour
    if channels in (2, 4):
        shown[samples[..., -1] == 0] = _SEEN_BEHIND
    return shown
