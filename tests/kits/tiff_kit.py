"""TIFF files of drawn pictures."""

from __future__ import annotations

import struct

import numpy as np

from paravent.formats.tiff import tags
from picture_kit import saved


def tiff(
    pages: list[np.ndarray],
    order: str = "<",
    extra: tuple[tuple[int, int, tuple[int, ...]], ...] = (),
    alpha: int = 2,
    each: dict[int, tuple] | None = None,
) -> bytes:
    """Uncompressed pages. extra: entries of every page; each: by index, entries of one page that replace its own."""
    data = bytearray((b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8))
    for i, samples in enumerate(pages):
        height, width, channels = samples.shape
        packed = samples.astype(samples.dtype.newbyteorder(order)).tobytes()
        entries = {
            256: (4, (width,)),
            257: (4, (height,)),
            258: (3, (8 * samples.itemsize,) * channels),
            259: (3, (1,)),
            262: (3, (1 if channels < 3 else 2,)),
            277: (3, (channels,)),
            278: (4, (height,)),
            279: (4, (len(packed),)),
            273: (4, (0,)),
        }
        if channels in (2, 4):
            entries[338] = (3, (alpha,))
        entries |= {tag: (kind, values) for tag, kind, values in (*extra, *(each or {}).get(i, ()))}

        start = len(data)
        end = start + len(_directory(order, entries, start, 0))
        entries[273] = (4, (end,))
        behind = end + len(packed) + len(packed) % 2
        last = i == len(pages) - 1
        data += _directory(order, entries, start, 0 if last else behind) + packed + b"\0" * (0 if last else len(packed) % 2)
    return bytes(data)


def _directory(order: str, entries: dict[int, tuple], start: int, following: int) -> bytes:
    return tags.pack(order, [(tag, *rest) for tag, rest in entries.items()], start, following)


def by_pillow(samples: np.ndarray, **options: object) -> bytes:
    return saved(samples, "TIFF", **options)
