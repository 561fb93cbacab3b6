"""Covering regions of a JPEG in the DCT domain: whole MCUs are erased, then filled from the blocks around them."""

from __future__ import annotations

import struct
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_128

from paravent.formats.jpeg.dct import Coefficients
from paravent.formats.jpeg.transform import DCT, FORWARD, HIGHEST, LOWEST, STEPS
from paravent.model.geometry import Shape, scale, shift
from paravent.model.style import Style, Styles
from paravent.redact.cover import LUMA, Window, windows
from paravent.redact.filling import Values, fill_plane, layers, membrane
from paravent.redact.masks import Mask, grid_mask

_FORWARD: NDArray[np.float32] = FORWARD.astype(np.float32)
# How much of the cell before, of its own and of the cell behind is in each of a block's 8 samples, blended linearly.
_OFFSETS = (STEPS[:, None] + 0.5) / 8 - 0.5
_BLEND: NDArray[np.float32] = (1 - np.abs(_OFFSETS - np.arange(-1, 2))).clip(min=0).astype(np.float32)
_VEIL_2D: NDArray[np.float32] = np.kron(DCT @ _BLEND, DCT @ _BLEND).T  # of a block blended from 3 x 3 cells in a row


def block_masks(coefficients: Coefficients, shapes: tuple[Shape, ...]) -> list[Mask]:
    """For each component, (rows, columns) bool: the blocks of all MCUs that the shapes touch."""
    across, down = coefficients.mcu
    grid = grid_mask(shapes, coefficients.width, coefficients.height, across, down)
    masks = []
    for plane, (h, v) in zip(coefficients.blocks, coefficients.sampling, strict=True):
        rows, columns = plane.shape[:2]
        masks.append(np.repeat(np.repeat(grid, v, axis=0), h, axis=1)[:rows, :columns])
    return masks


def erase_blocks(coefficients: Coefficients, masks: list[Mask]) -> None:
    """Set every coefficient under the masks to zero, in place."""
    for plane, mask in zip(coefficients.blocks, masks, strict=True):
        plane[mask] = 0


class Taken:
    """What a picture was before blocks of it are covered in place: it can be had again, without a copy of all of it now."""

    def __init__(self, coefficients: Coefficients, masks: list[Mask]) -> None:
        self._coefficients, self._masks = coefficients, masks
        self._blocks = [plane[mask] for plane, mask in zip(coefficients.blocks, masks, strict=True)]

    def before(self) -> Coefficients:
        """As it was, in planes of its own."""
        planes = [plane.copy() for plane in self._coefficients.blocks]
        for plane, mask, blocks in zip(planes, self._masks, self._blocks, strict=True):
            plane[mask] = blocks
        return replace(self._coefficients, blocks=planes)


def fill_blocks(coefficients: Coefficients, masks: list[Mask], shapes: tuple[Shape, ...], styles: Styles) -> None:
    """Fill erased blocks, in place. Only the DC of blocks outside the masks is read."""
    across, down = coefficients.mcu
    most_h, most_v = across // 8, down // 8
    for core, outer, inside in windows(shapes, coefficients.width, coefficients.height, max(across, down)):
        for i, (h, v) in enumerate(coefficients.sampling):
            step_x, step_y = most_h // h, most_v // v
            regions = [
                (scale(shift(shape, -outer.left, -outer.top), 1 / step_x, 1 / step_y), styles.of(shape)) for shape in inside
            ]
            shown, painted = _blocks(outer, 8 * step_x, 8 * step_y), _blocks(core, 8 * step_x, 8 * step_y)
            _fill(coefficients, i, masks[i], shown, painted, regions)


def _blocks(window: Window, width: int, height: int) -> Window:
    """The blocks, of so many pixels, that a window of pixels touches."""
    return Window(window.left // width, window.top // height, -(-window.right // width), -(-window.bottom // height))


def outside_digest(coefficients: Coefficients) -> bytes:
    """XXH3 over size, sampling, tables and all coefficients; to be taken while the regions are erased."""
    digest = xxh3_128(struct.pack("!II", coefficients.width, coefficients.height))
    for plane, table, (h, v) in zip(coefficients.blocks, coefficients.tables, coefficients.sampling, strict=True):
        digest.update(struct.pack("!II", h, v))
        digest.update(table.astype("<u2").tobytes())
        digest.update(np.ascontiguousarray(plane, dtype="<i2").data)
    return digest.digest()


def inside_digest(coefficients: Coefficients, masks: list[Mask]) -> bytes:
    """XXH3 over the coefficients under the masks."""
    digest = xxh3_128()
    for plane, mask in zip(coefficients.blocks, masks, strict=True):
        digest.update(plane[mask].astype("<i2", copy=False).data)
    return digest.digest()


def _fill(
    coefficients: Coefficients,
    component: int,
    mask: Mask,
    shown: Window,
    painted: Window,
    regions: list[tuple[Shape, Style]],
) -> None:
    """Fill a component's erased blocks in the window `painted` from those in `shown`; regions in samples of `shown`."""
    erased = mask[painted.area]
    if not erased.any():
        return
    plane, table = coefficients.blocks[component], coefficients.tables[component]
    means = plane[shown.area][..., 0, 0] * np.float32(table[0, 0] / 8) + np.float32(128)
    pixelated = tuple(region for region, style in regions if style.name == "pixelate")
    drawn = tuple(
        (layer.shape, _ycc(layer.color)[component]) for region, style in regions for layer in layers(region, style)
    )
    known, place = ~mask[shown.area], painted.within(shown).area
    patches: Values
    if pixelated or drawn:
        filling = fill_plane(means, known, pixelated, drawn) - np.float32(128)
        rows, columns = means.shape
        patches = filling.reshape(rows, 8, columns, 8).transpose(0, 2, 1, 3)[place][erased].reshape(-1, 64)
        transform = _FORWARD
    else:
        patches, transform = _around(membrane(means, known) - np.float32(128), place, erased), _VEIL_2D
    values = patches @ (transform / table.ravel().astype(np.float32))
    np.rint(values, out=values)
    np.clip(values, LOWEST, HIGHEST, out=values)
    plane[painted.area][erased] = values.astype(np.int16).reshape(-1, 8, 8)


def _around(cells: Values, place: tuple[slice, slice], erased: Mask) -> Values:
    """The erased cells of a place, each with its neighbours, (n, 9): a block blended from them needs no samples."""
    around: Values = np.lib.stride_tricks.sliding_window_view(np.pad(cells, 1, mode="edge"), (3, 3))
    return around[place][erased].reshape(-1, 9)


def _ycc(color: tuple[int, int, int]) -> tuple[float, float, float]:
    """RGB as full-range YCbCr (JFIF 1.02, conversion to and from RGB)."""
    red, green, blue = color
    y = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue
    return y, 128 + (blue - y) / 1.772, 128 + (red - y) / 1.402
