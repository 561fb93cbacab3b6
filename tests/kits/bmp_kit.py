"""BMP files of drawn pictures, of every depth."""

from __future__ import annotations

import struct

import numpy as np

from picture_kit import MARK


def bmp(
    rows: np.ndarray,
    bits: int,
    table: bytes = b"",
    width: int = 0,
    height: int = 0,
    compression: int = 0,
    more: bytes = b"",
    length: int = 40,
    colours: int | None = None,
) -> bytes:
    """A file of packed rows (h, bytes), from the top down; padding filled with secrets. more: behind the first 40 bytes."""
    across = -(-width * bits // 32) * 4
    padded = np.resize(np.frombuffer(MARK, np.uint8), (len(rows), across)).copy()
    padded[:, : rows.shape[1]] = rows
    start = 54 + len(more) + len(table)
    number = len(table) // 4 if colours is None else colours
    header = struct.pack("<IiiHHIIiiII", length, width, height or len(rows), 1, bits, compression, 0, 77, 77, number, 9)
    body = padded if height < 0 else padded[::-1]
    return struct.pack("<2sIHHI", b"BM", 0, 7, 7, start) + header + more + table + body.tobytes()


def true_colour(samples: np.ndarray, **options) -> bytes:
    height, width, _ = samples.shape
    return bmp(samples[..., ::-1].reshape(height, -1), 24, width=width, **options)


def indexed(indices: np.ndarray, table: np.ndarray, bits: int = 8, **options) -> bytes:
    """table: (n, 3) RGB; the fourth byte of each entry is a secret."""
    split = np.unpackbits(indices[..., None], axis=2)[..., -bits:].reshape(len(indices), -1)
    entries = np.concatenate([table[:, ::-1], np.full((len(table), 1), 77)], axis=1).astype(np.uint8)
    return bmp(np.packbits(split, axis=1), bits, entries.tobytes(), width=indices.shape[1], **options)


def profiled(samples: np.ndarray, profile: bytes) -> bytes:
    fields = bytearray(84)
    fields[16:20] = b"DEBM"
    height, width, _ = samples.shape
    plain = true_colour(samples, more=bytes(84), length=124)
    at = len(plain) - 14
    fields[72:80] = struct.pack("<II", at, len(profile))
    assert height
    assert width
    return plain[:54] + bytes(fields) + plain[54 + 84 :] + profile
