"""What planes hold and no player shows: brighter than white, darker than black, colours that no red, green and blue give.

Players cut all of it off, detectors see what players show, and encoders keep it: room for a picture that nobody sees.
"""

from __future__ import annotations

from functools import reduce

import numpy as np
from numpy.typing import NDArray

from paravent.video.painting import Palette
from paravent.video.source import Plane

# So far (of 255) a colour may be out of range: cameras do not compute in red, green and blue.
_FARTHEST_COLOUR = 8.0

Floats = NDArray[np.float32]


def confine(planes: list[Plane], palette: Palette) -> None:
    """Make the planes hold what they show, in place: two by two samples of luma, with their chroma, at a time.

    Where all four show white or black, they become just that. Where one is a colour far out of range, they are
    computed anew from the red, green and blue that are shown.
    """
    low, span = palette.luma
    middle = 128 << (palette.depth - 8)
    height, width = planes[0].shape
    odd = (0, height % 2), (0, width % 2)  # what is missing repeats the edge
    luma_plane = np.pad(planes[0], odd, mode="edge") if height % 2 or width % 2 else planes[0]
    fours = [luma_plane[y::2, x::2] for y in (0, 1) for x in (0, 1)]  # the samples that share one of chroma
    darkest, brightest = (reduce(extreme, fours).astype(np.int16) - int(low) for extreme in (np.minimum, np.maximum))
    shares = _shares(planes[1], planes[2], palette)
    least, most = reduce(np.minimum, shares), reduce(np.maximum, shares)
    white, black = darkest + least >= span, brightest + most <= 0
    far = _FARTHEST_COLOUR * span / 255
    coded = ((brightest + most > span + far) | (darkest + least < -far)) & ~white & ~black
    for where, value in ((white, low + span), (black, low)):
        for four in fours:
            four[where] = value
        for plane in planes[1:]:
            plane[where] = middle
    if coded.any():
        luma = np.stack([four[coded] for four in fours], axis=1).astype(np.float32) - np.float32(low)
        added = np.stack([share[coded] for share in shares], axis=1)
        found, *chroma = _planes(np.clip(luma[..., None] + added[:, None], 0, span).astype(np.float32), palette)
        for four, values in zip(fours, found.T, strict=True):
            four[coded] = np.rint(values + low).astype(four.dtype)
        for plane, values in zip(planes[1:], chroma, strict=True):
            plane[coded] = np.rint(values + middle).astype(plane.dtype)
    if luma_plane is not planes[0]:
        planes[0][:] = luma_plane[:height, :width]


def _shares(blue_plane: Plane, red_plane: Plane, palette: Palette) -> list[NDArray[np.int16]]:
    """What chroma adds to luma for red, green and blue, in steps of luma."""
    red, blue = palette.weights
    green = 1 - red - blue
    scale = 1.0 if palette.full else 219 / 224
    chroma = (np.arange(1 << palette.depth) - (128 << (palette.depth - 8))) * scale
    to_red, to_blue = 2 * (1 - red), 2 * (1 - blue)

    def added(plane: Plane, share: float) -> NDArray[np.int16]:
        found: NDArray[np.int16] = np.rint(chroma * share).astype(np.int16).take(plane)
        return found

    greens = added(blue_plane, -to_blue * blue / green) + added(red_plane, -to_red * red / green)
    return [added(red_plane, to_red), greens, added(blue_plane, to_blue)]


def _planes(shown: Floats, palette: Palette) -> tuple[Floats, Floats, Floats]:
    """Luma (n, 4) and the two means of chroma (n,) of red, green and blue (n, 4, 3)."""
    red, blue = palette.weights
    luma = shown @ np.array([red, 1 - red - blue, blue], np.float32)
    scale = 1.0 if palette.full else 224 / 219
    chroma = [
        ((shown[..., i] - luma) * np.float32(scale / (2 * (1 - share)))).mean(axis=1) for i, share in ((2, blue), (0, red))
    ]
    return luma, chroma[0], chroma[1]
