"""Decodes written copies for verification: every picture of a file, whoever wrote it. One line a format."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from paravent.errors import Held
from paravent.formats.heif import avif, heic
from paravent.formats.jp2 import source as jp2
from paravent.formats.png import chunks as png_chunks
from paravent.formats.shared.decoding import DECODER_ERRORS, check_sizes, load, open_image
from paravent.formats.shared.samples import erase_transparent, rgba
from paravent.formats.tiff import source as tiff
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples


def decode_copy(data: bytes, name: str, limits: StillLimits) -> Iterator[DeepSamples]:
    """The pictures of a file in order, each (h, w, 4), RGB and alpha, uint8 or uint16, as `PagePlan.expected` counts them.

    name: of the format. Raises Held.
    """
    for samples in _DECODERS[name](data, name, limits):
        erase_transparent(samples)
        yield samples


def _by_pillow(data: bytes, name: str, limits: StillLimits) -> Iterator[DeepSamples]:
    image = open_image(data, name)
    check_sizes([image.size], limits)
    yield load(image, "RGBA")


def _moving(data: bytes, name: str, limits: StillLimits) -> Iterator[DeepSamples]:
    """All frames, put together by Pillow, whereas those of a source are put together by `animation`."""
    image = open_image(data, name)
    frames = getattr(image, "n_frames", 1)
    check_sizes([image.size] * frames, limits)
    for index in range(frames):
        try:
            image.seek(index)
        except DECODER_ERRORS:
            raise Held("damaged") from None
        yield load(image, "RGBA")


def _png(data: bytes, name: str, limits: StillLimits) -> Iterator[DeepSamples]:
    parts = png_chunks.joined(png_chunks.chunks(data))
    header = png_chunks.read_header(parts)
    if header.bits < 16:
        yield from _moving(data, name, limits)
        return
    check_sizes([(header.width, header.height)], limits)
    yield rgba(png_chunks.with_alpha(header, parts))


_DECODERS: dict[str, Callable[[bytes, str, StillLimits], Iterator[DeepSamples]]] = {
    "GIF": _moving,
    "JPEG": _by_pillow,
    "PNG": _png,
    "WebP": _moving,
    "TIFF": tiff.copies,
    "BMP": _by_pillow,
    "HEIC": heic.copies,
    "AVIF": avif.copies,
    "JP2": jp2.copies,
}
