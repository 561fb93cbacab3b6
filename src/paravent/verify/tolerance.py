"""How far samples may stray when a lossy format carries them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paravent.model.samples import DeepSamples
from paravent.verify.decoding.channels import rgba

# Differences over a cell of 16 x 16 samples, and over the whole picture. A lossy encoder at our fixed settings stays well
# below both; another picture, or an uncovered face, does not (tested in tests/verify/test_verify.py).
LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601
CELL = 16
_STRIP = 4 * CELL
CELL_TOLERANCE = 12.0
PICTURE_TOLERANCE = 6.0


def cell_differences(samples: NDArray[np.uint8], expected: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How much two pictures (h, w, 3 or 4) differ in each cell of 16 x 16: (rows, columns), 0 to 255.

    The largest of three: lightness and alpha by the mean absolute difference, colour by the difference of the means,
    because 4:2:0 keeps no more of it. Colour counts as much as it is seen: a trace of alpha may be lost, and with it all
    the colour there.
    """
    rows = range(0, len(samples), _STRIP)  # strips stay in the cache: three times as fast
    return np.concatenate([_strip_differences(samples[top : top + _STRIP], expected[top : top + _STRIP]) for top in rows])


def _strip_differences(samples: NDArray[np.uint8], expected: NDArray[np.uint8]) -> NDArray[np.float32]:
    if _is_opaque(samples) and _is_opaque(expected):
        difference = np.subtract(samples[..., :3], expected[..., :3], dtype=np.float32)
    else:
        difference = _seen(samples) - _seen(expected)
    luma = difference[..., :3] @ np.array(LUMA, dtype=np.float32)
    means = np.abs(by_cell(difference, np.mean))
    parts = [by_cell(np.abs(luma), np.mean), means[..., :3].max(axis=2)]
    if difference.shape[2] == 4:
        parts.append(by_cell(np.abs(difference[..., 3]), np.mean))
    largest: NDArray[np.float32] = np.max(parts, axis=0)
    return largest


def _is_opaque(samples: NDArray[np.uint8]) -> bool:
    return samples.shape[2] == 3 or bool(samples[..., 3].min() == 255)


def _seen(samples: DeepSamples) -> NDArray[np.float32]:
    """Samples with alpha as floats, colour multiplied by it."""
    seen = (samples if samples.shape[2] == 4 else rgba(samples)).astype(np.float32)
    seen[..., :3] *= seen[..., 3:] / 255
    return seen


def by_cell(values: NDArray[Any], reduce: Callable[..., NDArray[Any]]) -> NDArray[Any]:
    """(h, w) or (h, w, c) values reduced over cells of 16 x 16, edges repeated: (ceil(h / 16), ceil(w / 16)) or with c.

    reduce: may be applied to rows first and then to columns, as `np.mean` and `np.any`.
    """
    height, width, *channels = values.shape
    rows, columns = -(-height // CELL), -(-width // CELL)
    missing = ((0, rows * CELL - height), (0, columns * CELL - width), *((0, 0) for _ in channels))
    padded = np.pad(values, missing, mode="edge") if any(map(sum, missing)) else np.ascontiguousarray(values)
    of_rows = reduce(padded.reshape(rows, CELL, -1), axis=1)  # whole rows at once: four times as fast
    return reduce(of_rows.reshape(rows, columns, CELL, *channels), axis=2)
