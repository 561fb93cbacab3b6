"""JPEG, PNG of at most 8 bits, WebP, GIF, BMP and 8-bit AVIF, by Pillow; animations are put together by it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from PIL import AvifImagePlugin, Image, ImageFile
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from paravent.errors import Held
from paravent.model.limits import StillLimits
from paravent.model.samples import Samples
from paravent.verify.decoding.bounds import check_sizes

# What Pillow raises on broken data.
ERRORS = (
    *(OSError, SyntaxError, ValueError, IndexError, EOFError, OverflowError, TypeError, KeyError, RuntimeError),
    *(struct.error, zlib.error, Image.DecompressionBombError),
)
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
# The classes themselves instead of `Image.open`: the one decoder of that name.
_DECODERS: dict[str, type[ImageFile.ImageFile]] = {
    "AVIF": AvifImageFile,
    "BMP": BmpImageFile,
    "GIF": GifImageFile,
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "WebP": WebPImageFile,
}


def decode(data: bytes, name: str, limits: StillLimits) -> Iterator[Samples]:
    """All pictures of a file in order, each (h, w, 4), RGB and alpha. Raises Held."""
    try:
        image = _DECODERS[name](BytesIO(data))
        frames = getattr(image, "n_frames", 1)
        check_sizes([image.size] * frames, limits)
        size = image.size
        for index in range(frames):
            image.seek(index)
            image.load()
            if image.size != size:
                raise Held("damaged")
            yield np.array(image if image.mode == "RGBA" else image.convert("RGBA"))
    except ERRORS:
        raise Held("damaged") from None
