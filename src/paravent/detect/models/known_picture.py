"""A drawn face whose detections are known: shows whether a prepared model computes what it should."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIZE = 128
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
