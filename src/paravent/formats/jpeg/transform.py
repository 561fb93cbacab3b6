"""The DCT of a block of 8 x 8 samples as matrices (T.81, A.3.3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STEPS = np.arange(8)
# The orthonormal DCT-II matrix; with it, DC is 8 times the mean.
_EXACT: NDArray[np.floating] = (
    np.cos((2 * STEPS[None, :] + 1) * STEPS[:, None] * np.pi / 16) * np.where(STEPS == 0, np.sqrt(1 / 8), 0.5)[:, None]
)
DCT: NDArray[np.float32] = _EXACT.astype(np.float32)
# Of a block of 64 samples in a row: samples @ FORWARD are its coefficients, coefficients @ INVERSE its samples.
FORWARD: NDArray[np.floating] = np.kron(_EXACT, _EXACT).T
INVERSE: NDArray[np.floating] = np.ascontiguousarray(FORWARD.T)
# Quantised coefficients of 8-bit samples fit into these limits whatever the table (T.81, F.1.2: DC differences of 11 bits).
LOWEST, HIGHEST = -1023, 1023
