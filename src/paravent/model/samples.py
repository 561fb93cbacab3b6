"""Decoded samples."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

# Samples of 8 bits, full range.
Samples: TypeAlias = NDArray[np.uint8]
# Samples of 8 or 16 bits (uint8 or uint16), full range.
DeepSamples: TypeAlias = NDArray[np.unsignedinteger[Any]]
