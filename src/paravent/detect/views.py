"""Pictures made smaller for looking at, step by step."""

from __future__ import annotations

import numpy as np
from PIL import Image

from paravent.detect.renderings import PLAIN, Rendering, rendered
from paravent.model.samples import DeepSamples, Samples


class Views:
    """Views of pictures; those of the picture looked at last, in the way it was looked at last, are kept."""

    def __init__(self) -> None:
        self._last: tuple[int, Rendering] = 0, PLAIN
        self._kept: dict[int, Samples] = {}

    def view(self, picture: int, samples: DeepSamples, longest: int, rendering: Rendering = PLAIN) -> Samples:
        """RGB for looking at, see `base.Viewer.view`. samples: of the picture with that number, stored orientation."""
        factor = max(1, max(samples.shape[:2]) // max(1, longest))
        if self._last != (picture, rendering):
            self._last, self._kept = (picture, rendering), {}
        if factor not in self._kept:
            # From the next larger view where there is one: reading all samples takes longer than anything else here.
            done = max((kept for kept in self._kept if factor % kept == 0), default=0)
            pixels = self._kept[done] if done else rendered(samples, rendering)
            self._kept[factor] = _reduced(pixels, factor // max(1, done))
        return self._kept[factor]


def _reduced(pixels: Samples, factor: int) -> Samples:
    """(h, w, 3), each side so many times smaller. pixels: as `rendered` gives them."""
    height, width, channels = pixels.shape
    if factor == 1:
        return np.ascontiguousarray(pixels[..., :3])
    if channels == 4:  # faster than to take the three out first
        image = Image.frombuffer("RGBX", (width, height), np.ascontiguousarray(pixels), "raw", "RGBX", 0, 1)
    else:
        image = Image.fromarray(pixels)
    return np.ascontiguousarray(np.asarray(image.reduce(factor))[..., :3])
