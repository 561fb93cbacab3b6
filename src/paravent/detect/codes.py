"""Finds codes that machines read: QR, Data Matrix, Aztec, PDF417, bar codes. What they say is never looked at.

zxing-cpp finds square codes at every angle, but stripes (bar codes, PDF417) only where its scan lines cross them. Stripes
are therefore sought first, as places where all edges run in one direction (structure tensor), and shown to it level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from paravent.detect import components, quads
from paravent.detect.base import NOTHING_KNOWN, Context, Detection, Pixels, Viewer
from paravent.detect.quads import Quad
from paravent.model.geometry import Box

_LONGEST = 8200  # pixels: larger pictures are looked at reduced to this, to bound time and memory
_SMALL = 2_000_000  # a picture of at most so many pixels is looked at enlarged twice as well: small modules
_QUIET = 0.2  # of a code's side, covered around it: four modules of the smallest QR code's 21
_DECODED, _LOCATED = 0.95, 0.5  # scores: read without error; found, but not readable

_SQUARE = zxingcpp.barcode_formats_from_str("QRCode|MicroQRCode|RMQRCode|Aztec|DataMatrix|MaxiCode")
_STRIPED = zxingcpp.barcode_formats_from_str("AllLinear|PDF417|MicroPDF417")

_CELL = 12  # pixels of a cell in which the direction of edges is measured
_TENSOR_LONGEST = 2100  # longest side of the picture in which it is
_COHERENT = 0.3  # 1: all edges run in one direction, as those of a bar code; parts of PDF417 come to a third
_STRONG = 900.0  # mean squared Sobel gradient, in grey levels
_STRIPES = 40  # at most so many striped places are looked at, largest first
_LEVEL_HEIGHT = 120  # pixels of a striped place shown level
_LEVEL_WIDTH = 1600


@dataclass(frozen=True, slots=True, eq=False)
class _Code:
    quad: Quad
    read: bool

    def moved(self, factor: NDArray[np.float32], left: int, top: int) -> _Code:
        """Moved by (left, top), then enlarged."""
        quad: Quad = ((self.quad + np.array([left, top])) * factor).astype(np.float32)
        return _Code(quad, self.read)


class Codes:
    """Finds codes; belongs to one process and one thread."""

    name = "code"
    again = True

    def find(
        self, picture: Viewer, within: tuple[Box, ...] | None = None, context: Context = NOTHING_KNOWN
    ) -> list[Detection]:
        """See `detect.base.Detector.find`. A code that was found but could not be read is doubtful."""
        del context
        view = picture.view(min(_LONGEST, max(picture.width, picture.height)))
        grey = np.asarray(Image.fromarray(view).convert("L"))
        full = np.array([picture.width / grey.shape[1], picture.height / grey.shape[0]], np.float32)
        places = [Box(0, 0, picture.width, picture.height)] if within is None else list(within)
        codes = []
        for place in places:
            left, top = max(0, int(place.x / full[0])), max(0, int(place.y / full[1]))
            right, bottom = int((place.x + place.w) / full[0]) + 1, int((place.y + place.h) / full[1]) + 1
            part = np.ascontiguousarray(grey[top:bottom, left:right])
            if min(part.shape) >= _CELL:
                codes += [code.moved(full, left, top) for code in _codes(part)]
        return [_detection(code) for code in _distinct(codes)]


def _codes(grey: Pixels) -> list[_Code]:
    found = [*_square_codes(grey), *_striped_codes(grey)]
    if grey.size <= _SMALL:
        larger = _resized(grey, (grey.shape[1] * 2, grey.shape[0] * 2), Image.Resampling.BICUBIC)
        found += [_Code(code.quad * np.float32(0.5), code.read) for code in _square_codes(larger)]
    return found


def _square_codes(grey: Pixels) -> list[_Code]:
    seen = zxingcpp.read_barcodes(grey, formats=_SQUARE, return_errors=True)
    # Unreadable Data Matrix codes are seen in any texture: their frame is only two lines.
    likely = [code for code in seen if code.error is None or code.format != zxingcpp.BarcodeFormat.DataMatrix]
    codes = [_Code(_corners(code.position), code.error is None) for code in likely]
    return [code for code in codes if _plausible(code.quad)]


def _corners(position: Any) -> Quad:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([(corner.x, corner.y) for corner in corners], np.float32)


def _plausible(quad: Quad) -> bool:
    """Whether these are the corners of something like a rectangle; errors come with corners missing or crossed."""
    width, height = quads.sides(quad)
    return min(width, height) >= 8 and quads.area(quad) >= 0.5 * width * height


def _striped_codes(grey: Pixels) -> list[_Code]:
    codes = []
    for quad in _stripes(grey):
        width, height = quads.sides(quad)
        shown = quads.grown(quad, 0.1 * width, 0)
        factor = min(2.0, _LEVEL_WIDTH / (1.2 * width))
        level = quads.straightened(grey, shown, round(1.2 * width * factor), max(_LEVEL_HEIGHT, round(height * factor)))
        seen = zxingcpp.read_barcodes(level, formats=_STRIPED, try_rotate=False, return_errors=True)
        if seen:
            codes.append(_Code(quad, any(code.error is None for code in seen)))
    return codes


def _stripes(grey: Pixels) -> list[Quad]:
    """Places full of parallel edges; the first side of each runs across them."""
    scale = min(1.0, _TENSOR_LONGEST / max(grey.shape))
    size = (round(grey.shape[1] * scale), round(grey.shape[0] * scale))
    angle, striped = _directions(_resized(grey, size, Image.Resampling.BOX) if scale < 1 else grey)
    found = []
    for part in components.parts(_closed(striped))[:_STRIPES]:
        if len(part) < 6:
            break
        rows, columns = part.T
        points = np.stack([columns, rows], axis=1).astype(np.float32)
        turn = _mean_angle(angle[rows, columns])
        found.append(_turned_box(points, turn) * np.float32(_CELL / scale))
    return found


def _directions(grey: Pixels) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """For each cell the direction across its edges, in radians, and whether it is full of parallel ones."""
    size = (grey.shape[1] // _CELL, grey.shape[0] // _CELL)
    across, down = _gradients(grey)
    products = (across**2, down**2, across * down)
    # Over 3 x 3 cells, so that the one edge of a roof, strong in a row of single cells, is not taken for stripes.
    xx, yy, xy = (_mean_of_nine(_resized(one, size, Image.Resampling.BOX)) for one in products)
    total = xx + yy
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy**2) / np.maximum(total, 1e-6)
    angle: NDArray[np.float32] = 0.5 * np.arctan2(2 * xy, xx - yy)
    return angle, (coherence > _COHERENT) & (total > _STRONG)


def _gradients(grey: Pixels) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How grey levels rise to the right and downwards (Sobel), in a quarter of the usual unit."""
    edge = np.pad(grey, 1, mode="edge").astype(np.float32)
    smooth_down = edge[:-2] + 2 * edge[1:-1] + edge[2:]
    smooth_across = edge[:, :-2] + 2 * edge[:, 1:-1] + edge[:, 2:]
    quarter = np.float32(0.25)
    return quarter * (smooth_down[:, 2:] - smooth_down[:, :-2]), quarter * (smooth_across[2:] - smooth_across[:-2])


def _mean_of_nine(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of each cell and its neighbours."""
    edge = np.pad(cells, 1, mode="edge")
    rows = edge[:-2] + edge[1:-1] + edge[2:]
    mean: NDArray[np.float32] = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / np.float32(9)
    return mean


def _closed(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """With gaps of up to two cells filled."""
    wide = Image.fromarray(np.pad(cells, 2).astype(np.uint8))
    closed = wide.filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.MinFilter(3))
    return np.asarray(closed)[2:-2, 2:-2] > 0


def _resized(pixels: NDArray[Any], size: tuple[int, int], how: Image.Resampling) -> NDArray[Any]:
    return np.asarray(Image.fromarray(pixels).resize(size, how))


def _mean_angle(angles: NDArray[np.float32]) -> float:
    """The mean of directions, which repeat after half a turn."""
    return 0.5 * float(np.arctan2(np.sin(2 * angles).mean(), np.cos(2 * angles).mean()))


def _turned_box(points: NDArray[np.float32], angle: float) -> Quad:
    """The rectangle around cells whose first side runs at `angle`, in cells."""
    axes = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]], np.float32)
    turned = (points + 0.5) @ axes.T
    (left, top), (right, bottom) = turned.min(axis=0) - 0.5, turned.max(axis=0) + 0.5
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    quad: Quad = corners @ axes
    return quad


def _distinct(codes: list[_Code]) -> list[_Code]:
    """Without those that lie mostly within another; readable ones first."""
    kept: list[_Code] = []
    for code in sorted(codes, key=lambda code: (not code.read, -quads.area(code.quad))):
        size = quads.area(code.quad)
        if all(quads.shared_area(code.quad, other.quad) < 0.7 * size for other in kept):
            kept.append(code)
    return kept


def _detection(code: _Code) -> Detection:
    width, height = quads.sides(code.quad)
    margin = _QUIET * min(width, height) + 2
    outline = quads.polygon(quads.grown(code.quad, margin, margin))
    return Detection(outline.bounds(), _DECODED if code.read else _LOCATED, "code", doubtful=not code.read, outline=outline)
