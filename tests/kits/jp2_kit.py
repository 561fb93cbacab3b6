"""JPEG 2000 files of drawn pictures."""

from __future__ import annotations

import struct
from collections.abc import Callable

import imagecodecs
import numpy as np

from heif_kit import box, boxes

ALPHA = {2: (2, 0, 0, 1, 1, 1, 0), 4: (4, 0, 0, 1, 1, 0, 2, 2, 0, 3, 3, 1, 0)}


def jp2(samples: np.ndarray, bits: int = 8, lossless: bool = True, bare: bool = False, level: int = 45) -> bytes:
    """The samples (values of `bits` bits) as imagecodecs writes them, alpha declared where there is one."""
    flat = samples[..., 0] if samples.shape[2] == 1 else samples
    stream = imagecodecs.jpeg2k_encode(
        flat, level=0 if lossless else level, reversible=lossless, codecformat="j2k", bitspersample=bits
    )
    if bare:
        return stream
    height, width, channels = samples.shape
    header = box(b"ihdr", struct.pack(">IIHBBBB", height, width, channels, bits - 1, 7, 0, 0))
    header += box(b"colr", b"\1\0\0" + struct.pack(">I", 16 if channels > 2 else 17))
    if channels in ALPHA:
        header += box(b"cdef", struct.pack(f">{len(ALPHA[channels])}H", *ALPHA[channels]))
    return file_of([(b"jp2h", header), (b"jp2c", stream)])


def file_of(parts: list[tuple[bytes, bytes]]) -> bytes:
    start = b"\0\0\0\x0cjP  \r\n\x87\n" + box(b"ftyp", b"jp2 ", bytes(4), b"jp2 ")
    return start + b"".join(box(*part) for part in parts)


def parts_of(data: bytes) -> dict[bytes, bytes]:
    return dict(boxes(data))


def deep(samples: np.ndarray, bits: int) -> np.ndarray:
    return samples if bits == 8 else (samples.astype(np.uint16) * 257) >> (16 - bits)


def with_header(data: bytes, change: Callable[[list[tuple[bytes, bytes]]], list[tuple[bytes, bytes]]]) -> bytes:
    parts = parts_of(data)
    header = b"".join(box(*part) for part in change(list(boxes(parts[b"jp2h"]))))
    return file_of([(b"jp2h", header), (b"jp2c", parts[b"jp2c"])])


def coloured(data: bytes, colour: bytes) -> bytes:
    return with_header(data, lambda parts: [(n, colour if n == b"colr" else c) for n, c in parts])
