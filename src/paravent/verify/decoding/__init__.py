"""Verification's own decoding of written files: the bytes as they are, limits first. One line a format.

Libraries are shared with the writers (docs/verification.md lists them), code is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from paravent.errors import Held
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples
from paravent.verify.decoding import heif, jp2, pillow, png, tiff
from paravent.verify.decoding.channels import erase_transparent
from paravent.verify.offered import checks

_Decoder = Callable[[bytes, str, StillLimits], Iterator[DeepSamples]]

_DECODERS: dict[str, _Decoder] = {
    "GIF": pillow.decode,
    "JPEG": pillow.decode,
    "PNG": png.decode,
    "WebP": pillow.decode,
    "TIFF": tiff.decode,
    "BMP": pillow.decode,
    "HEIC": heif.heic,
    "AVIF": heif.avif,
    "JP2": jp2.decode,
}


def decode_copy(data: bytes, name: str, limits: StillLimits) -> Iterator[DeepSamples]:
    """The pictures of a copy in order, each (h, w, 4), RGB and alpha, uint8 or uint16, as `PagePlan.expected` counts them.

    name: of the format. Colour under fully transparent pixels is 0. Raises Held.
    """
    for samples in decode(data, name, limits):
        erase_transparent(samples)
        yield samples


def decode(data: bytes, name: str, limits: StillLimits) -> Iterator[DeepSamples]:
    """The same with what stands under transparent pixels. Raises Held."""
    if len(data) > limits.file_bytes:
        raise Held("file-too-large", limit=limits.file_bytes // 1_000_000)
    decoder = _DECODERS[name] if name in _DECODERS else checks()[name].decode
    yield from decoder(data, name, limits)
