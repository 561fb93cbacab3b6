"""The marked pictures as they are, turned without a flag, or enlarged; and what kind of face is missed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

EDGE = 0.02  # of the picture's longest side: a face so close to the edge is cut off
BLURRED = 60.0  # variance of the Laplacian of a face at 48 x 48, luma 0 to 255, below which it is called blurred
DARK = 50.0  # mean luma below which it is called dark
SMALL = 32  # pixels of height below which it is called small
_SIDE = 48


@dataclass(frozen=True, slots=True)
class Variant:
    """turned: degrees counter-clockwise, a multiple of 90. enlarged: times."""

    turned: int = 0
    enlarged: int = 1

    @property
    def original(self) -> bool:
        """Whether the files are taken as they are."""
        return self == Variant()

    def write(self, source: Path, target: Path) -> None:
        """The picture in this variant as JPEG (quality 95, 4:2:0), upright, without any flag."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(source, formats=("JPEG", "PNG", "WEBP")) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
        if self.enlarged > 1:
            upright = upright.resize(
                (upright.width * self.enlarged, upright.height * self.enlarged), Image.Resampling.BICUBIC
            )
        upright.rotate(self.turned, expand=True).save(target, "JPEG", quality=95, subsampling=2)

    def marks(self, marks: dict[str, Any]) -> dict[str, Any]:
        """The marks of a picture, in pixels of this variant."""
        faces = [{**face, "box": self._box(face["box"], marks)} for face in marks["faces"]]
        size = [marks["width"] * self.enlarged, marks["height"] * self.enlarged]
        if self.turned % 180:
            size.reverse()
        return {"width": size[0], "height": size[1], "faces": faces}

    def _box(self, box: list[float], marks: dict[str, Any]) -> list[float]:
        x, y, w, h = box
        width, height = marks["width"], marks["height"]
        turned = {
            0: [x, y, w, h],
            90: [y, width - x - w, h, w],
            180: [width - x - w, height - y - h, w, h],
            270: [height - y - h, x, h, w],
        }[self.turned]
        return [side * self.enlarged for side in turned]


def kinds(picture: Path, marks: dict[str, Any]) -> list[str]:
    """What makes each marked face of an original picture hard, the first that applies: small, at the edge, dark, blurred,
    behind another, or "other" (turned away, tilted, half hidden)."""
    with Image.open(picture, formats=("JPEG", "PNG", "WEBP")) as opened:
        luma = ImageOps.exif_transpose(opened).convert("L")
    boxes = [face["box"] for face in marks["faces"]]
    return [_kind(luma, box, [other for other in boxes if other is not box]) for box in boxes]


def _kind(luma: Image.Image, box: list[float], others: list[list[float]]) -> str:
    x, y, w, h = box
    near = EDGE * max(luma.size)
    if h < SMALL:
        return "small"
    if x < near or y < near or x + w > luma.width - near or y + h > luma.height - near:
        return "at the edge"
    face = np.asarray(luma.crop((int(x), int(y), int(x + w), int(y + h))).resize((_SIDE, _SIDE)), np.float32)
    if face.mean() < DARK:
        return "dark"
    if _laplacian(face).var() < BLURRED:
        return "blurred"
    if any(_shared(box, other) > 0.1 * w * h for other in others):
        return "behind another"
    return "other"


def _laplacian(face: NDArray[np.float32]) -> NDArray[np.float32]:
    around = face[:-2, 1:-1] + face[2:, 1:-1] + face[1:-1, :-2] + face[1:-1, 2:]
    edges: NDArray[np.float32] = around - 4 * face[1:-1, 1:-1]
    return edges


def _shared(a: list[float], b: list[float]) -> float:
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return max(0.0, w) * max(0.0, h)
