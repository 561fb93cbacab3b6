"""Pictures that were read back, for a look at them; see `detect.upright.Page`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import simplejpeg

from paravent.detect.renderings import PLAIN, SAMPLED, Rendering, further
from paravent.detect.upright import Page
from paravent.detect.views import Views
from paravent.errors import Held
from paravent.model.samples import DeepSamples, Samples

# Opens a file of any format that can be read, from its bytes: its pictures in order. Raises Held.
Opener: TypeAlias = Callable[[bytes], Sequence[Page]]


class DecodedPage:
    """Samples (h, w, c) that are there already."""

    def __init__(self, samples: DeepSamples, orientation: int) -> None:
        self.height, self.width = samples.shape[:2]
        self.orientation = orientation
        self._samples = samples
        self._views = Views()

    def view(self, longest: int, rendering: Rendering = PLAIN) -> Samples:
        """RGB for looking at."""
        return self._views.view(0, self._samples, longest, rendering)

    def further(self) -> tuple[Rendering, ...]:
        """See `detect.upright.Page.further`."""
        return further(self._samples)


class JpegPage:
    """A baseline JPEG, decoded as large as it is looked at; every warning of the decoder counts."""

    def __init__(self, data: bytes, width: int, height: int, orientation: int) -> None:
        self.width, self.height, self.orientation = width, height, orientation
        self._data = data
        self._decoded: list[Samples] = []
        self._views = Views()

    def view(self, longest: int, rendering: Rendering = PLAIN) -> Samples:
        """RGB in stored orientation, decoded at the smallest eighth that is large enough. Raises Held("damaged")."""
        wanted = min(longest, max(self.width, self.height))
        enough = [pixels for pixels in self._decoded if max(pixels.shape) >= wanted] or [self._decode(wanted)]
        pixels = min(enough, key=lambda one: one.size)
        return self._views.view(pixels.shape[1], pixels, longest, rendering)

    def further(self) -> tuple[Rendering, ...]:
        """See `detect.upright.Page.further`. Raises Held("damaged")."""
        return further(self.view(SAMPLED))

    def _decode(self, longest: int) -> Samples:
        side = "min_width" if self.width >= self.height else "min_height"
        try:
            pixels: Samples = simplejpeg.decode_jpeg(self._data, "RGB", **{side: longest})
        except ValueError:
            raise Held("damaged") from None
        self._decoded.append(pixels)
        return pixels
