"""A drawn face whose detections are known: shows whether a prepared model computes what it should."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paravent.detect.faces.network import Network, suppressed
from paravent.detect.faces.yunet import Guide
from paravent.detect.persons.silhouettes import Silhouettes

SIZE = 128
# What a model sees in it, in `data/`.
EXPECTED = {
    "centerface": "expected.json",
    "yunet": "expected-yunet.json",
    "selfie-segmentation": "expected-outlines.json",
}
_SCORE_TOLERANCE = 0.05
_BOX_TOLERANCE = 3.0  # pixels, of a face 48 pixels wide
_SHARE_TOLERANCE = 0.01
_LEAST = 0.3  # a score that counts
_DESIGN = 256  # the ellipses below are drawn for a picture of this size

# Centre, half axes and RGB colour of each ellipse, painted in this order.
_ELLIPSES: tuple[tuple[float, float, float, float, tuple[int, int, int]], ...] = (
    (128, 262, 105, 70, (60, 80, 120)),  # shoulders
    (128, 190, 26, 40, (196, 150, 124)),  # neck
    (128, 108, 68, 82, (62, 44, 34)),  # hair
    (128, 122, 54, 70, (222, 178, 150)),  # face
    (106, 104, 13, 3, (70, 48, 38)),  # brows
    (150, 104, 13, 3, (70, 48, 38)),
    (106, 116, 10, 6, (240, 236, 230)),  # eyes
    (150, 116, 10, 6, (240, 236, 230)),
    (106, 116, 5, 5, (48, 36, 30)),
    (150, 116, 5, 5, (48, 36, 30)),
    (128, 134, 5, 14, (206, 158, 130)),  # nose
    (128, 146, 10, 5, (190, 138, 114)),
    (128, 166, 20, 6, (170, 84, 80)),  # mouth
    (128, 165, 18, 1.5, (110, 50, 50)),
)


def draw() -> NDArray[np.uint8]:
    """RGB, shape (128, 128, 3), the same bytes on every machine: integer colours, one rounding."""
    y, x = (np.mgrid[0:SIZE, 0:SIZE] + 0.5) * (_DESIGN / SIZE)
    picture = np.full((SIZE, SIZE, 3), (150, 170, 185), np.float64)
    for centre_x, centre_y, half_w, half_h, color in _ELLIPSES:
        distance = np.sqrt(((x - centre_x) / half_w) ** 2 + ((y - centre_y) / half_h) ** 2)
        opacity = np.clip((1.0 - distance) * min(half_w, half_h) / 2 + 0.5, 0.0, 1.0)[..., None]
        picture += (np.array(color) - picture) * opacity
    shade = 1.0 - 0.25 * (x / _DESIGN)[..., None]
    drawn: NDArray[np.uint8] = np.floor(picture * shade + 0.5).astype(np.uint8)
    return drawn


def passes(model: bytes, name: str) -> bool:
    """Whether a prepared model finds in the known picture what it must, and nothing else. name: of the model."""
    folder = resources.files("paravent.detect.models") / "data"
    expected = json.loads((folder / EXPECTED[name]).read_text(encoding="utf-8"))
    try:
        found = seen(model, name)
    except Exception:  # onnxruntime has no common base class for its errors; any of them means: not this model
        return False
    if name == "selfie-segmentation":
        return bool(abs(found["share"][0] - expected["share"][0]) <= _SHARE_TOLERANCE)
    return (
        len(found["scores"]) == len(expected["scores"]) == 1
        and abs(found["scores"][0] - expected["scores"][0]) <= _SCORE_TOLERANCE
        and bool(np.allclose(found["boxes"], expected["boxes"], rtol=0, atol=_BOX_TOLERANCE))
    )


def seen(model: bytes, name: str) -> dict[str, list[Any]]:
    """What a model finds in the known picture: scores and boxes (left, top, right, bottom), most certain first.

    A finder of outlines: the share of the picture that it takes for a person.
    """
    if name == "selfie-segmentation":
        return {"share": [float((Silhouettes(model).likely(Image.fromarray(draw())) > _LEAST).mean())]}
    if name == "yunet":
        ((boxes, scores),) = Guide(model).seen(draw()[None], _LEAST)
    else:
        found = suppressed(Network(model).candidates(draw()[None], threshold=_LEAST)[0], overlap=0.3)
        boxes, scores = found.boxes, found.scores
    return {"scores": scores.tolist(), "boxes": boxes.tolist()}
