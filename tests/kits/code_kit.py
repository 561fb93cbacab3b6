"""Draws codes into scenes: any kind, module size, angle; and says which pixels they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from paravent.detect.base import Detection, Pixels
from paravent.model.geometry import Box
from paravent.redact.masks import union_mask

# Contents: reserved names, and article numbers that shops give out themselves.
CODES = {
    "qr": (zxingcpp.BarcodeFormat.QRCode, "https://www.lycee.example/eleve/42"),
    "aztec": (zxingcpp.BarcodeFormat.Aztec, "billet exemple 12345"),
    "pdf417": (zxingcpp.BarcodeFormat.PDF417, "carte exemple 12345"),
    "ean": (zxingcpp.BarcodeFormat.EAN13, "2000000000008"),
    "code128": (zxingcpp.BarcodeFormat.Code128, "EX-42"),
    "code39": (zxingcpp.BarcodeFormat.Code39, "EX-42"),
}
_MODULE = 8  # pixels of a module as drawn first
_FINE = 4  # pixels drawn for each pixel of the scene


@dataclass(frozen=True)
class Placed:
    """A scene, RGB (h, w, 3), and which of its pixels the code covers, quiet zone left out, (h, w) bool."""

    pixels: Pixels
    mask: NDArray[np.bool_]

    @property
    def bounds(self) -> Box:
        rows, columns = np.nonzero(self.mask)
        return Box(columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1)


def place(
    code: tuple[zxingcpp.BarcodeFormat, str],
    module: float,
    angle: float,
    seed: int = 0,
    size: tuple[int, int] = (800, 600),
    blur: float = 0.5,
) -> Placed:
    """A code in the middle of a patchy scene, `module` pixels a module, turned by `angle` degrees; noise, blur and JPEG."""
    random = np.random.default_rng(seed)
    width, height = size
    drawn = np.array(zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(code[1], code[0])))
    dark = np.argwhere(drawn < 128)
    (top, left), (bottom, right) = dark.min(axis=0), dark.max(axis=0) + 1
    large = np.kron(drawn, np.ones((_MODULE, _MODULE), np.uint8))
    core = np.zeros_like(large)
    core[top * _MODULE : bottom * _MODULE, left * _MODULE : right * _MODULE] = 255

    centre = np.array([large.shape[1] / 2, large.shape[0] / 2])
    turn = cv2.getRotationMatrix2D(tuple(centre), angle, module * _FINE / _MODULE)
    turn[:, 2] += np.array([width, height]) * _FINE / 2 + random.uniform(0, _FINE, 2) - centre

    def seen(picture: Pixels) -> NDArray[np.float64]:
        fine = cv2.warpAffine(picture, turn, (width * _FINE, height * _FINE))
        return cv2.resize(fine, size, interpolation=cv2.INTER_AREA).astype(np.float64)[..., None]

    there = seen(np.full_like(large, 255)) / 255
    patches = cv2.resize(
        random.integers(60, 200, (height // 16, width // 16, 3), np.uint8), size, interpolation=cv2.INTER_CUBIC
    )
    scene = patches * (1 - there) + (seen(large) * 0.8 + 25) * there + random.normal(0, 3, (height, width, 3))
    picture = Image.fromarray(np.clip(scene, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(blur))
    file = BytesIO()
    picture.save(file, "JPEG", quality=85)
    return Placed(np.array(Image.open(file)), seen(core)[..., 0] > 127)


def share_covered(found: Sequence[Detection], placed: Placed) -> float:
    """Share of the code's pixels below the outlines of what was found."""
    height, width = placed.mask.shape
    painted = union_mask(tuple(code.outline for code in found if code.outline), width, height)
    return float((painted & placed.mask).sum() / placed.mask.sum())
