"""MediaPipe's selfie segmentation as a function: pixels in, how likely each shows a person out."""

from __future__ import annotations

import numpy as np
from PIL import Image

from paravent.detect.faces.network import Floats
from paravent.detect.models.runtime import session

SIDE = 256


class Silhouettes:
    """A loaded model. Belongs to one process and one thread."""

    def __init__(self, model: bytes) -> None:
        self._session = session(model)

    def likely(self, shown: Image.Image) -> Floats:
        """The likelihood of a person, 0 to 1, in each of 256 x 256 pixels of an RGB picture of any size."""
        small = shown.resize((SIDE, SIDE), Image.Resampling.BILINEAR)
        (answer,) = self._session.run(None, {"pixels": np.asarray(small, np.float32)[None] / 255})
        likely: Floats = answer[0, 0]
        return likely
