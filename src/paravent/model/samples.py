"""Decoded samples."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

# Samples of 8 bits, full range.
Samples: TypeAlias = NDArray[np.uint8]
# Samples of 8 or 16 bits (uint8 or uint16), full range.
DeepSamples: TypeAlias = NDArray[np.unsignedinteger[Any]]


def turn_upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Stored samples (h, w, ...) as a person sees them; a view where possible."""
    if orientation in (2, 7):
        pixels = pixels[:, ::-1]
    elif orientation in (4, 5):
        pixels = pixels[::-1]
    turns = {3: 2, 5: 3, 6: 3, 7: 3, 8: 1}.get(orientation, 0)
    return np.rot90(pixels, turns)
