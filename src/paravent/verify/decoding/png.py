"""PNG of 16 bits, which Pillow would make 8: inflated by zlib, its rows put together here."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from paravent.errors import Held
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples
from paravent.verify.decoding import pillow
from paravent.verify.decoding.bounds import check_sizes
from paravent.verify.decoding.channels import rgba

_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}  # by colour type
_HEAD = 33  # signature and IHDR


def decode(data: bytes, name: str, limits: StillLimits) -> Iterator[DeepSamples]:
    """The pictures of a PNG. Raises Held."""
    if len(data) < _HEAD or data[12:16] != b"IHDR":
        raise Held("damaged")
    width, height, bits, kind, *rest = struct.unpack_from(">IIBBBBB", data, 16)
    if bits < 16:
        yield from pillow.decode(data, name, limits)
        return
    check_sizes([(width, height)], limits)
    if any(rest) or kind not in _CHANNELS:
        raise Held("damaged")
    yield rgba(_unfiltered(_inflated(data, height * (1 + 2 * width * _CHANNELS[kind])), width, height))


def _inflated(data: bytes, expected: int) -> bytes:
    pieces, at = [], _HEAD
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if name == b"IDAT":
            pieces.append(data[at + 8 : at + 8 + length])
        at += 12 + length
    try:
        rows = zlib.decompressobj().decompress(b"".join(pieces), expected + 1)
    except zlib.error:
        raise Held("damaged") from None
    if len(rows) != expected:
        raise Held("damaged")
    return rows


def _unfiltered(data: bytes, width: int, height: int) -> NDArray[np.uint16]:
    """Rows that are stored as they are, or as differences to the pixel on the left: the two filters of a copy."""
    rows = np.frombuffer(data, np.uint8).reshape(height, -1)
    if rows[:, 0].max() > 1:
        raise Held("damaged")
    values = np.array(rows[:, 1:]).reshape(height, width, -1)
    differences = rows[:, 0] == 1
    values[differences] = np.cumsum(values[differences], axis=1, dtype=np.uint8)
    return values.view(">u2").astype(np.uint16)
