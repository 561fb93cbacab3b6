"""Decoded samples."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

# Samples of 8 bits, full range.
Samples: TypeAlias = NDArray[np.uint8]
# Samples of 8 or 16 bits (uint8 or uint16), full range.
DeepSamples: TypeAlias = NDArray[np.unsignedinteger[Any]]


def eight_bits(samples: DeepSamples) -> Samples:
    """Samples with 8 bits, the lower ones left out."""
    return samples if samples.dtype == np.uint8 else (samples >> 8).astype(np.uint8)


def has_alpha(samples: DeepSamples) -> bool:
    """Whether the last of the channels, (h, w, c), is alpha: of grey and alpha, and of RGB and alpha."""
    return samples.shape[2] in (2, 4)


def clear(samples: DeepSamples) -> NDArray[np.bool_]:
    """The pixels, (h, w), that are wholly transparent: alpha 0 at the samples' own depth. Their colour is erased in copies
    and shown to no detector; any other is in a copy, and is looked at.
    """
    transparent: NDArray[np.bool_] = np.zeros(samples.shape[:2], np.bool_)
    return np.equal(samples[..., -1], 0, out=transparent) if has_alpha(samples) else transparent


def turn_upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Stored samples (h, w, ...) as a person sees them; a view where possible."""
    if orientation in (2, 7):
        pixels = pixels[:, ::-1]
    elif orientation in (4, 5):
        pixels = pixels[::-1]
    turns = {3: 2, 5: 3, 6: 3, 7: 3, 8: 1}.get(orientation, 0)
    return np.rot90(pixels, turns)
