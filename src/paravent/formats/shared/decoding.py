"""Decoding by Pillow, one named decoder at a time, after sizes and counts were checked."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.PsdImagePlugin import PsdImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from paravent.errors import Held
from paravent.model.limits import StillLimits
from paravent.model.samples import Samples

# What Pillow's decoders raise on broken data.
DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    IndexError,
    EOFError,
    OverflowError,
    TypeError,
    KeyError,
    struct.error,
    zlib.error,
)
_PILLOWS_MEGAPIXELS = 178
# The classes themselves instead of `Image.open`: one decoder, and no other limit on pixels than ours.
_DECODERS: dict[str, type[ImageFile.ImageFile]] = {
    "BMP": BmpImageFile,
    "GIF": GifImageFile,
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "PSD": PsdImageFile,
    "TIFF": TiffImageFile,
    "WebP": WebPImageFile,
}


def open_image(data: bytes, name: str) -> ImageFile.ImageFile:
    """Pillow's one decoder of that name, header read, nothing decoded. Raises Held."""
    try:
        return _DECODERS[name](BytesIO(data))
    except Image.DecompressionBombError:  # a limit of Pillow's own
        raise Held("too-large", limit=_PILLOWS_MEGAPIXELS) from None
    except DECODER_ERRORS:
        raise Held("damaged") from None


def load(image: ImageFile.ImageFile, mode: str) -> Samples:
    """All samples, converted to `mode`: (h, w, c), or (h, w, 1) for a mode of one channel; writable. Raises Held."""
    if image.mode.startswith("I"):
        raise Held("deep-colour", format=image.format or "", bits=16)
    try:
        image.load()
        samples = np.array(image if image.mode == mode else image.convert(mode))
    except DECODER_ERRORS:
        raise Held("damaged") from None
    return samples.reshape(image.height, image.width, -1)


def load_deep_grey(image: ImageFile.ImageFile) -> NDArray[np.uint16]:
    """Grey of 16 bits, which Pillow keeps: (h, w, 1), writable. Raises Held."""
    try:
        image.load()
        return np.array(image).astype(np.uint16)[..., None]
    except DECODER_ERRORS:
        raise Held("damaged") from None


def load_high_and_low(open_anew: Callable[[], ImageFile.ImageFile], high: str, low: str, mode: str) -> NDArray[np.uint16]:
    """Colours of 16 bits, which Pillow holds in 8: decoded twice, once for the higher and once for the lower bytes.

    high, low: raw modes that take the higher, and the lower, byte of each sample. Raises Held.
    """
    halves = []
    for raw in (high, low):
        image = open_anew()
        if image.mode != mode:
            raise Held("damaged")
        image.tile = [tile._replace(args=_with_raw_mode(tile.args, raw)) for tile in image.tile]
        halves.append(load(image, mode).astype(np.uint16))
    return halves[0] << np.uint16(8) | halves[1]


def _with_raw_mode(arguments: str | tuple[Any, ...] | None, raw: str) -> str | tuple[Any, ...]:
    return (raw, *arguments[1:]) if isinstance(arguments, tuple) else raw


def check_sizes(sizes: Iterable[tuple[int, int]], limits: StillLimits) -> None:
    """Refuse pictures (width, height) that hold nothing, are too many, or have more pixels together than the limit.

    To be called before anything is allocated. Raises Held.
    """
    pixels = 0
    for number, (width, height) in enumerate(sizes, start=1):
        if number > limits.pages:
            raise Held("too-many-pages", limit=limits.pages)
        if width < 1 or height < 1:
            raise Held("damaged")
        pixels += width * height
        if pixels > limits.pixels:
            raise Held("too-large", limit=limits.pixels // 1_000_000)


def check_bytes(data: bytes, limits: StillLimits) -> None:
    """Refuse an empty file and one above the limit. Raises Held."""
    if not data:
        raise Held("empty")
    if len(data) > limits.file_bytes:
        raise Held("file-too-large", limit=limits.file_bytes // 1_000_000)
