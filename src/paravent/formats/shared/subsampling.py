"""Colours for encoders that keep one for four pixels (4:2:0), so that coding a picture once more does not fade them.

Such an encoder takes the mean of each 2 x 2 pixels, and a decoder passes smoothly from one mean to the next: each coding
blurs colour anew. Here each four pixels are given the one colour that makes what a decoder shows come nearest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paravent.model.samples import Samples
from paravent.redact.cover import LUMA

_ROUNDS = 3  # of approaching what a decoder undoes; more bring less than 0.1 dB
# Rows at a time, which stay in the cache, and how many around decide about them.
_ROWS, _AROUND = 96, 2 * _ROUNDS + 2
_GREY = np.array([LUMA] * 3, np.float32).T  # what turns a colour into its lightness, three times


def for_one_colour_in_four(samples: Samples) -> Samples:
    """RGB (h, w, 3), uint8, with the lightness of each pixel and one colour for each 2 x 2 of them."""
    height, width = samples.shape[:2]
    out = np.empty_like(samples)
    for top in range(0, height, _ROWS):
        rows, first = samples[top : top + _ROWS], max(0, top - _AROUND)
        colours = _sharpened(_means(samples[first : top + _ROWS + _AROUND]))[(top - first) // 2 :]
        spread = colours[: -(-len(rows) // 2)].repeat(2, axis=0).repeat(2, axis=1)
        out[top : top + _ROWS] = _with_lightness(spread[: len(rows), :width], rows)
    return out


def _means(samples: Samples) -> NDArray[np.float32]:
    """The mean colour of each 2 x 2 pixels, edges repeated, without its lightness: (ceil(h / 2), ceil(w / 2), 3)."""
    missing = ((0, samples.shape[0] % 2), (0, samples.shape[1] % 2), (0, 0))
    even = np.pad(samples, missing, mode="edge") if any(map(sum, missing)) else samples
    pairs = np.add(even[::2], even[1::2], dtype=np.float32)
    fours = (pairs[:, ::2] + pairs[:, 1::2]) * np.float32(0.25)
    colours: NDArray[np.float32] = fours - fours @ _GREY
    return colours


def _sharpened(means: NDArray[np.float32]) -> NDArray[np.float32]:
    """What has these means again once a decoder has passed smoothly between it."""
    colours = means
    for _ in range(_ROUNDS):
        colours = colours + means - _smoothed(_smoothed(colours, 0), 1)
    return colours


def _smoothed(colours: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """The means of two pixels, each three quarters of its own colour and a quarter of its neighbour's."""
    along = np.moveaxis(colours, axis, 0)
    out = along * np.float32(0.75)
    out[1:] += along[:-1] * np.float32(0.125)
    out[:-1] += along[1:] * np.float32(0.125)
    out[0] += along[0] * np.float32(0.125)
    out[-1] += along[-1] * np.float32(0.125)
    return np.moveaxis(out, 0, axis)


def _with_lightness(colours: NDArray[np.float32], rows: Samples) -> NDArray[np.float32]:
    """These colours as light as the rows are, as whole numbers from 0 to 255; paler where there is no such colour."""
    lightness = rows.astype(np.float32) @ _GREY
    shown = np.clip(colours + lightness, 0, 255)
    shown += lightness - shown @ _GREY
    whole: NDArray[np.float32] = np.rint(np.clip(shown, 0, 255))
    return whole
