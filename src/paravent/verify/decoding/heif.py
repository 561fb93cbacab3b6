"""HEIC by libheif, AVIF by libavif: the file as it is, with whatever its boxes and units hold."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from paravent.errors import Held
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples
from paravent.verify.decoding import pillow
from paravent.verify.decoding.bounds import check_sizes
from paravent.verify.decoding.channels import full_range, rgba


def heic(data: bytes, name: str, limits: StillLimits) -> Iterator[DeepSamples]:
    """Every picture of a HEIC that a viewer may show, not only the first. Raises Held."""
    library = _library("pillow_heif", name, "heif")
    library.options.DECODE_THREADS = 1
    try:
        images = library.open_heif(data, convert_hdr_to_8bit=False, thumbnails=False, depth_images=False)
        check_sizes([image.size for image in images], limits)
        for image in images:
            samples = np.array(image)
            yield rgba(_whole(samples.reshape(*samples.shape[:2], -1), int(image.info.get("bit_depth", 8))))
    except pillow.ERRORS:
        raise Held("damaged") from None


def avif(data: bytes, name: str, limits: StillLimits) -> Iterator[DeepSamples]:
    """The picture of an AVIF, or all of a sequence. More than 8 bits go through imagecodecs. Raises Held."""
    bits = _bits(data)
    if bits == 8:
        yield from pillow.decode(data, name, limits)
        return
    check_sizes([_size(data)], limits)
    try:
        samples = np.array(_library("imagecodecs", f"{name}, {bits} bits", "deep").avif_decode(data, numthreads=1))
    except (RuntimeError, ValueError):
        raise Held("damaged") from None
    if samples.dtype != np.uint16 or samples.max(initial=0) >> bits:
        raise Held("damaged")
    yield rgba(_whole((samples << np.uint16(16 - bits)).reshape(*samples.shape[:2], -1), bits))


def _whole(samples: DeepSamples, bits: int) -> DeepSamples:
    return samples if samples.dtype == np.uint8 else full_range(samples.astype(np.uint16), bits)


def _bits(data: bytes) -> int:
    """What the first decoder configuration says (AV1 in ISOBMFF, 2.3.3)."""
    configuration = data[data.find(b"av1C") + 4 :][:4] if b"av1C" in data else b""
    if len(configuration) < 4:
        raise Held("damaged")
    return 8 if not configuration[2] & 0x40 else 12 if configuration[2] & 0x20 else 10


def _size(data: bytes) -> tuple[int, int]:
    at = data.find(b"ispe") + 8
    return int.from_bytes(data[at : at + 4], "big"), int.from_bytes(data[at + 4 : at + 8], "big")


def _library(name: str, form: str, extra: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise Held("library-missing", format=form, extra=extra) from None
