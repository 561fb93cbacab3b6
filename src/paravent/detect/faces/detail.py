"""Where a picture holds detail so fine that only its own size shows it: a small face has some, sky and blur have none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paravent.detect.base import Pixels
from paravent.detect.faces.network import Floats

CELL = 64  # pixels of a side of the places that are told apart
_TILE = 32  # pixels of a side of what is measured; a face of 16 pixels fills a quarter of it or more
# Mean of the discrete Laplacian of green, in grey levels, from which on a tile holds detail. Of 267 faces of 16 to 32
# pixels in mosaics the faintest had 8.8; pictures enlarged four times have 2.3 to 5 in their sharpest twentieth. Soft
# pictures have less everywhere: their sharpest _SHARPEST per cent count, but nothing below _NOISE, which coding brings.
_DETAIL, _SHARPEST, _NOISE = 4.0, 1.0, 2.0
_EVERYWHERE = 0.6  # share of the cells from which on it is not worth while to tell them apart


def detailed(pixels: Pixels) -> Floats:
    """The places that hold fine detail: (n, 4) left, top, right, bottom in pixels, multiples of CELL.

    pixels: RGB, shape (h, w, 3), at the picture's own size.
    """
    tiles = _laplacian(pixels)
    least = min(_DETAIL, max(_NOISE, float(np.percentile(tiles, 100 - _SHARPEST))))
    cells = _cells(tiles >= least)
    if cells.mean() > _EVERYWHERE:
        return np.array([[0, 0, pixels.shape[1], pixels.shape[0]]], np.float32)
    return _rectangles(cells) * np.float32(CELL)


def _laplacian(pixels: Pixels) -> NDArray[np.float64]:
    """Mean size of the Laplacian (4 neighbours) in each tile, from every second column of every fourth row."""
    height, width = (side + -side % _TILE for side in pixels.shape[:2])
    more = [(1, 1 + grown - side) for grown, side in zip((height, width), pixels.shape[:2], strict=True)]
    green = np.pad(pixels[..., 1], more, mode="edge")
    edges = green[1:-1:4, 1:-1:2].astype(np.int16) * 4
    for row, column in ((0, 1), (2, 1), (1, 0), (1, 2)):
        edges -= green[row : row + height : 4, column : column + width : 2]
    down, across = _TILE // 4, _TILE // 2
    tiles: NDArray[np.float64] = np.abs(edges).reshape(height // _TILE, down, width // _TILE, across).mean((1, 3))
    return tiles


def _cells(tiles: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cells that any of their tiles is set in."""
    ratio = CELL // _TILE
    height, width = (-(-side // ratio) for side in tiles.shape)
    padded = np.zeros((height * ratio, width * ratio), np.bool_)
    padded[: tiles.shape[0], : tiles.shape[1]] = tiles
    return np.asarray(padded.reshape(height, ratio, width, ratio).any(axis=(1, 3)))


def _rectangles(cells: NDArray[np.bool_]) -> Floats:
    """Rectangles, in cells, that hold all that are set: runs of a row, joined with equal runs in the rows below."""
    done: list[tuple[int, int, int, int]] = []
    going: dict[tuple[int, int], int] = {}
    for y, row in enumerate([*cells, np.zeros_like(cells[0])]):
        ends = np.flatnonzero(np.diff(row.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
        runs = {(int(left), int(right)) for left, right in ends}
        done += [(left, top, right, y) for (left, right), top in going.items() if (left, right) not in runs]
        going = {run: going.get(run, y) for run in runs}
    return np.array(done, np.float32).reshape(-1, 4)
