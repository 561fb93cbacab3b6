"""TIFF as copies are written: strips inflated by zlib, differences to the pixel on the left summed up here."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import numpy as np

from paravent.errors import Held
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples
from paravent.verify import tiff
from paravent.verify.decoding.bounds import check_sizes
from paravent.verify.decoding.channels import rgba


def decode(data: bytes, name: str, limits: StillLimits) -> Iterator[DeepSamples]:
    """The pages of a TIFF. Raises Held, also for another form than `tiff.check` lets pass."""
    pages = list(tiff.pages(data))
    check_sizes([(page.width, page.height) for page in pages], limits)
    for page in pages:
        yield rgba(_decoded(data, page))


def _decoded(data: bytes, page: tiff.Page) -> DeepSamples:
    kind = np.dtype("<u2" if page.bits == 16 else "u1")
    row = page.width * page.channels * kind.itemsize
    samples = np.empty((page.height, page.width, page.channels), kind.newbyteorder("="))
    for number, (start, length) in enumerate(page.strips):
        part = samples[number * page.rows : (number + 1) * page.rows]
        try:
            found = zlib.decompressobj().decompress(data[start : start + length], len(part) * row + 1)
        except zlib.error:
            raise Held("damaged") from None
        if len(found) != len(part) * row:
            raise Held("damaged")
        np.cumsum(np.frombuffer(found, kind).reshape(part.shape), axis=1, dtype=samples.dtype, out=part)
    return samples
