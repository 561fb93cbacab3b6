"""JPEG 2000 by OpenJPEG: through Pillow with 8 bits, through imagecodecs with more."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile

from paravent.errors import Held
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples
from paravent.verify.decoding.bounds import check_sizes
from paravent.verify.decoding.channels import full_range, rgba
from paravent.verify.decoding.pillow import ERRORS

_START = b"\xff\x4f\xff\x51"  # of a code stream: SOC, SIZ


def decode(data: bytes, name: str, limits: StillLimits) -> Iterator[DeepSamples]:
    """The picture of a file. Raises Held."""
    at = data.find(_START)
    if at < 0 or at + 43 > len(data):
        raise Held("damaged")
    width, height = int.from_bytes(data[at + 8 : at + 12], "big"), int.from_bytes(data[at + 12 : at + 16], "big")
    channels, bits = int.from_bytes(data[at + 40 : at + 42], "big"), (data[at + 42] & 0x7F) + 1
    check_sizes([(width, height)], limits)
    try:
        if bits == 8:
            samples: DeepSamples = np.array(Jpeg2KImageFile(BytesIO(data)))
        else:
            samples = np.array(_library().jpeg2k_decode(data, numthreads=1))
    except ERRORS:
        raise Held("damaged") from None
    if samples.size != height * width * channels or samples.dtype != (np.uint8 if bits == 8 else np.uint16):
        raise Held("damaged")
    samples = samples.reshape(height, width, channels)
    yield rgba(samples if bits == 8 else full_range(samples.astype(np.uint16) << np.uint16(16 - bits), bits))


def _library() -> Any:
    try:
        return importlib.import_module("imagecodecs")
    except ImportError:
        raise Held("library-missing", format="JPEG 2000, 16 bits", extra="deep") from None
