"""Whether frames hold what no player shows: brighter than white, darker than black, colours that there are not.

Works on red, green and blue without their limits. What is cut off is averaged over cells, so that the noise of coding
counts little and a picture that lies there counts in full. Of four samples of luma one is taken, in each frame another.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paravent.errors import Held
from paravent.video.source import Plane, VideoFacts

_CELL = 8  # samples of chroma in a row and in a column
# Of 255, what is cut off in the mean of what shows white or black: in cells that show nothing else, and in those of which
# at least _PART does. Coding brings up to 0.4 and 5.5 where letters are black on white.
_WHOLLY, _PARTLY, _PART = 3.0, 9.0, 0.25
_FARTHEST = 24.0  # the same of other colours, in the mean of a cell: coding brings 18 where pure colours meet
_ENOUGH = 2  # cells in a frame: one mean is no picture
# Weights of red and blue in luma, by code point of ITU-T H.273, table 4; any other is read as that of BT.601.
_WEIGHTS = {1: (0.2126, 0.0722), 4: (0.30, 0.11), 7: (0.212, 0.087), 9: (0.2627, 0.0593)}
_BT601 = 0.299, 0.114

_Floats = NDArray[np.float32]


def refuse(planes: list[Plane], facts: VideoFacts, index: int) -> None:
    """Raise Held("container") for a frame that holds more than it shows.

    planes: upright, luma and two of chroma at half the size. index: number of the frame.
    """
    if _holds_more(planes, facts, index):
        raise Held("container", detail="samples beyond white or black")


def _holds_more(planes: list[Plane], facts: VideoFacts, index: int) -> bool:
    """See `refuse`."""
    shown = _unlimited(planes, facts, index)
    excess = shown - np.clip(shown, 0, 255)
    ends: NDArray[np.bool_] = np.logical_or((shown >= 255).all(axis=0), (shown <= 0).all(axis=0))
    share = _means(ends.astype(np.float32)[None])[0]
    at_ends = _highest(excess * ends) / np.maximum(share, np.float32(_PART))
    beyond = (at_ends > np.where(share == 1, _WHOLLY, _PARTLY)) | (_highest(excess * ~ends) > _FARTHEST)
    return int(beyond.sum()) >= _ENOUGH


def _unlimited(planes: list[Plane], facts: VideoFacts, index: int) -> _Floats:
    """Red, green and blue, (3, h, w), 0 to 255 and beyond, at the size of the chroma planes."""
    height, width = planes[1].shape
    luma = planes[0][index // 2 % 2 :: 2, index % 2 :: 2]
    luma = np.pad(luma, ((0, height - luma.shape[0]), (0, width - luma.shape[1])), mode="edge")
    step = np.float32(1 << (facts.depth - 8))
    y, blue, red = (plane.astype(np.float32) / step for plane in (luma, planes[1], planes[2]))
    if not facts.full_range:
        y = (y - 16) * np.float32(255 / 219)
    scale = 1.0 if facts.full_range else 255 / 224
    of_red, of_blue = _WEIGHTS.get(9 if facts.colour[2] == 10 else facts.colour[2], _BT601)
    red, blue = ((plane - 128) * np.float32(scale * 2 * (1 - share)) for plane, share in ((red, of_red), (blue, of_blue)))
    green = (red * np.float32(of_red) + blue * np.float32(of_blue)) / np.float32(of_red + of_blue - 1)
    return np.stack([y + red, y + green, y + blue])


def _highest(excess: _Floats) -> _Floats:
    """The mean of each cell in the channel where it is farthest from 0."""
    return np.asarray(np.abs(_means(excess)).max(axis=0))


def _means(values: _Floats) -> _Floats:
    """Of the cells of (n, h, w); what is left at the edges counts to the last ones."""
    rows, columns = (np.arange(max(1, side // _CELL)) * _CELL for side in values.shape[1:])
    sums = np.add.reduceat(np.add.reduceat(values, rows, axis=1), columns, axis=2)
    high, wide = (np.diff(starts, append=side) for starts, side in zip((rows, columns), values.shape[1:], strict=True))
    return np.asarray(sums / (high[:, None] * wide), np.float32)
