"""The digests that `model.plan.Exact` stands for, taken from what was read back.

Both sides must feed XXH3 the same bytes in the same order; that order is written down at `Exact`.
"""

from __future__ import annotations

import struct

import numpy as np
from xxhash import xxh3_128

from paravent.model.geometry import Shape
from paravent.model.plan import Exact
from paravent.model.samples import DeepSamples
from paravent.verify.decoding.coefficients import Coefficients
from paravent.verify.masks import Mask, painted_cells

_ROWS = 64  # rows hashed at a time


def of_samples(samples: DeepSamples, mask: Mask) -> Exact:
    """samples: (h, w, 4), uint8 or uint16. mask: (h, w), what is painted."""
    inside, outside = xxh3_128(), xxh3_128(repr((mask.shape, samples.dtype.name)).encode())
    for top in range(0, len(samples), _ROWS):
        rows, covered = samples[top : top + _ROWS], mask[top : top + _ROWS]
        if covered.any():
            inside.update(rows[covered].tobytes())
            rows = np.where(covered[..., None], np.zeros((), samples.dtype), rows)
        outside.update(np.ascontiguousarray(rows).data)
    return Exact(inside.digest(), outside.digest())


def of_coefficients(found: Coefficients, shapes: tuple[Shape, ...]) -> Exact:
    """Whole MCUs are painted: all blocks of every component in each MCU that a shape touches. Blanks them in place."""
    inside = xxh3_128()
    outside = xxh3_128(struct.pack("!II", found.width, found.height))
    for plane, table, (across, down), mask in zip(
        found.blocks, found.tables, found.sampling, block_masks(found, shapes), strict=True
    ):
        inside.update(np.ascontiguousarray(plane[mask], "<i2").data)
        plane[mask] = 0
        outside.update(struct.pack("!II", across, down))
        outside.update(table.astype("<u2").tobytes())
        outside.update(np.ascontiguousarray(plane, "<i2").data)
    return Exact(inside.digest(), outside.digest())


def block_masks(found: Coefficients, shapes: tuple[Shape, ...]) -> list[Mask]:
    """For each component, its blocks (rows, columns) that lie in an MCU which a shape touches."""
    most_across, most_down = (max(factors) for factors in zip(*found.sampling, strict=True))
    grid = painted_cells(shapes, found.width, found.height, 8 * most_across, 8 * most_down)
    masks = []
    for plane, (across, down) in zip(found.blocks, found.sampling, strict=True):
        rows, columns = (np.arange(count) // factor for count, factor in zip(plane.shape[:2], (down, across), strict=True))
        masks.append(grid[rows[:, None], columns])
    return masks
