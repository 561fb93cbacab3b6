"""Samples of any kind brought to one form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paravent.model.samples import DeepSamples


def rgba(samples: DeepSamples) -> DeepSamples:
    """Grey or RGB, with or without alpha, (h, w, 1 to 4), as RGB and alpha (h, w, 4) of the same depth."""
    channels = samples.shape[2]
    if channels == 4:
        return samples
    opaque = np.full_like(samples[..., :1], np.iinfo(samples.dtype).max)
    colour = [samples[..., :1]] * 3 if channels < 3 else [samples]
    return np.concatenate([*colour, samples[..., 1:] if channels == 2 else opaque], axis=2)


def erase_transparent(samples: DeepSamples) -> bool:
    """Set the colour of fully transparent pixels to 0, in place; whether there was any other. samples: (h, w, 4)."""
    alpha = samples[..., 3]
    if alpha.all():
        return False
    clear = alpha == 0
    hidden = bool(samples[clear].any())
    samples[clear] = 0
    return hidden


def full_range(samples: NDArray[np.uint16], bits: int) -> NDArray[np.uint16]:
    """Samples that use the highest `bits` of 16, stretched by repeating them, so that the highest value is 65535."""
    return samples | samples >> np.uint16(bits)
