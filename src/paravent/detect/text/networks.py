"""Finding and reading lines of text: the PP-OCR networks as functions.

The weights are PaddleOCR's PP-OCRv6 small; thresholds were measured with these. Detection is differentiable binarization
(Liao et al., 2020): a map of where the cores of lines are, from which each line is grown back. Reading is CTC over columns
of a line drawn 48 pixels high.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from paravent.detect import components, quads
from paravent.detect.base import Pixels
from paravent.detect.faces.network import padded
from paravent.detect.models import store
from paravent.detect.models.catalogue import TEXT_FINDER, TEXT_READER, TEXT_TURNER
from paravent.detect.models.runtime import session
from paravent.detect.quads import Quad

LINE_HEIGHT = 48  # pixels of a line as read and turned

_CORE = 0.3  # of the map, from which a pixel belongs to the core of a line
_SMALLEST = 3.0  # pixels: thinner cores are not lines
_MOST = 400  # lines in one picture: bounds time
_GROWTH = 1.6  # the core is the line shrunk by its area times this over its perimeter, as in training
_WIDEST = 1600  # pixels of a line as read: bounds memory; longer lines are squeezed
_TURN_WIDTH = 192
_BATCH = 6  # lines at once: bounds memory


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of text in pixels of what was looked at; score 0 to 1, the map's mean over its core."""

    quad: Quad
    score: float


class TextModels:
    """The three networks. Belongs to one process and one thread; computes with one thread. Raises ModelsMissing."""

    def __init__(self, reading: bool) -> None:
        self._finder = session(store.load(TEXT_FINDER))
        self._reader = session(store.load(TEXT_READER)) if reading else None
        self._turner = session(store.load(TEXT_TURNER)) if reading else None
        if self._reader is not None:
            listed = self._reader.get_modelmeta().custom_metadata_map["character"]
            self._characters = ["", *listed.split("\n"), " "]

    def lines(self, pixels: Pixels, threshold: float) -> list[Line]:
        """Lines that score at least `threshold` in RGB (h, w, 3)."""
        (shown,) = padded(pixels[None], pixels.shape[2])
        heat = self._finder.run(None, {self._finder.get_inputs()[0].name: _normalised(shown)[None]})[0][0, 0]
        lines = [_line(heat, core) for core in components.parts(heat > _CORE)[:_MOST]]
        return [line for line in lines if line is not None and line.score >= threshold]

    def upside_down(self, lines: list[Pixels]) -> list[float]:
        """For each line, RGB (48, w, 3), how likely it stands on its head, 0 to 1."""
        if self._turner is None or not lines:
            return []
        shown = np.zeros((len(lines), 3, LINE_HEIGHT, _TURN_WIDTH), np.float32)
        for place, line in zip(shown, lines, strict=True):
            width = min(_TURN_WIDTH, line.shape[1])
            place[:, :, :width] = _normalised(_narrowed(line, width))
        answers = self._turner.run(None, {self._turner.get_inputs()[0].name: shown})[0]
        return [float(answer) for answer in answers[:, 1]]

    def read(self, lines: list[Pixels]) -> list[tuple[str, float]]:
        """What each line, RGB (48, w, 3), says, and the mean certainty of its characters, 0 to 1."""
        if self._reader is None:
            return []
        read: dict[int, tuple[str, float]] = {}
        order = sorted(range(len(lines)), key=lambda i: lines[i].shape[1])
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            width = max(LINE_HEIGHT, *(lines[i].shape[1] for i in batch))
            shown = np.zeros((len(batch), 3, LINE_HEIGHT, width), np.float32)
            for place, i in zip(shown, batch, strict=True):
                place[:, :, : lines[i].shape[1]] = _normalised(lines[i])
            answers = self._reader.run(None, {self._reader.get_inputs()[0].name: shown})[0]
            read.update((i, self._decoded(answer)) for i, answer in zip(batch, answers, strict=True))
        return [read[i] for i in range(len(lines))]

    def _decoded(self, answer: NDArray[np.float32]) -> tuple[str, float]:
        """Best character of each column, repetitions and blanks (0) left out."""
        best = answer.argmax(axis=1)
        kept = best != 0
        kept[1:] &= best[1:] != best[:-1]
        if not kept.any():
            return "", 0.0
        return "".join(self._characters[i] for i in best[kept]), float(answer.max(axis=1)[kept].mean())


def level(pixels: Pixels, quad: Quad) -> Pixels:
    """A line drawn level and 48 pixels high, RGB (48, w, 3); its reading direction is the quad's first edge."""
    width, height = quads.sides(quad)
    return quads.straightened(pixels, quad, int(np.clip(width / max(height, 1) * LINE_HEIGHT, 8, _WIDEST)), LINE_HEIGHT)


def _line(heat: NDArray[np.float32], core: NDArray[np.intp]) -> Line | None:
    ends = np.diff(core[:, 0]) != 0  # only the first and the last pixel of a row can be corners
    outer = core[np.append(True, ends) | np.append(ends, True)]
    quad = quads.around(outer[:, ::-1].astype(np.float32))
    width, height = quads.sides(quad)
    if min(width, height) < _SMALLEST:
        return None
    distance = width * height * _GROWTH / (2 * (width + height))
    return Line(_upright(quads.grown(quad, distance, distance)), _mean(heat, quad))


def _upright(quad: Quad) -> Quad:
    """Corners reordered so that the first edge is the longer one and runs to the right, or down if upright."""
    along = quad[1] - quad[0]
    backwards = along[0] < 0 if abs(along[0]) > abs(along[1]) else along[1] < 0
    return np.roll(quad, 2, axis=0) if backwards else quad


def _mean(heat: NDArray[np.float32], quad: Quad) -> float:
    left, top = np.maximum(np.floor(quad.min(axis=0)).astype(int), 0)
    right, bottom = np.ceil(quad.max(axis=0)).astype(int) + 1
    part = heat[top:bottom, left:right]
    drawn = Image.new("1", part.shape[::-1])
    ImageDraw.Draw(drawn).polygon([(int(x), int(y)) for x, y in np.round(quad - (left, top))], fill=1, outline=1)
    mask = np.asarray(drawn)
    return float(part[mask].mean()) if mask.any() else 0.0


def _narrowed(line: Pixels, width: int) -> Pixels:
    return np.asarray(Image.fromarray(line).resize((width, LINE_HEIGHT), Image.Resampling.BILINEAR))


def _normalised(pixels: Pixels) -> NDArray[np.float32]:
    """(3, h, w), -1 to 1, blue first: what the networks were trained on."""
    scaled: NDArray[np.float32] = pixels[..., ::-1].transpose(2, 0, 1).astype(np.float32) / np.float32(127.5) - np.float32(
        1
    )
    return scaled
