"""Decodes written copies for verification: every picture of a file, whoever wrote it. One line a format."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from paravent.formats.base import DeepSamples, Limits
from paravent.formats.decoding import check_sizes, load, open_image
from paravent.formats.samples import erase_transparent


def decode_copy(data: bytes, name: str, limits: Limits) -> Iterator[DeepSamples]:
    """The pictures of a file in order, each (h, w, 4), RGB and alpha, uint8 or uint16, as `PagePlan.expected` counts them.

    name: of the format. Raises Held.
    """
    for samples in _DECODERS[name](data, name, limits):
        erase_transparent(samples)
        yield samples


def _by_pillow(data: bytes, name: str, limits: Limits) -> Iterator[DeepSamples]:
    image = open_image(data, name)
    check_sizes([image.size], limits)
    yield load(image, "RGBA")


_DECODERS: dict[str, Callable[[bytes, str, Limits], Iterator[DeepSamples]]] = {
    "JPEG": _by_pillow,
    "PNG": _by_pillow,
    "WebP": _by_pillow,
}
