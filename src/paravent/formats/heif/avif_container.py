"""The container of an AVIF sequence, built anew: ftyp, meta with the first picture, moov with one track, mdat."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import groupby

from paravent.containers.isobmff import box, full_box, meta_box
from paravent.containers.items import Item, Property

BRANDS = (b"avis", b"msf1", b"miaf", b"avif", b"mif1")
_SCALE = 1000  # ticks a second
_FOR_EVER = (1 << 64) - 1
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_RATE = 0x10000
_UNDETERMINED = 0x55C4  # language
_HANDLER = full_box(b"hdlr", bytes(4), b"pict", bytes(13))
# AV1 in ISO BMFF, 2.3.4: pictures may refer to up to 15 others.
_REFERENCES = full_box(b"ccst", b"\x7c\0\0\0")


def write(first: Item, samples: Sequence[bytes], keys: Sequence[int], timing: Sequence[int], loop: int) -> bytes:
    """A file of these samples. first: the first of them as an item, with all its properties. keys: numbers of the samples
    that need no other, from 1. timing: milliseconds. loop: how often it is played, 0 for ever."""
    head = box(b"ftyp", BRANDS[0], bytes(4), *BRANDS)
    properties = list(first.properties)

    def tables(start: int) -> bytes:
        meta = meta_box([first], properties, start)
        return meta + _moov(first, samples, keys, timing, loop, start)

    start = len(head) + len(tables(0)) + 8
    return head + tables(start) + box(b"mdat", *samples)


def _moov(
    first: Item, samples: Sequence[bytes], keys: Sequence[int], timing: Sequence[int], loop: int, start: int
) -> bytes:
    once = sum(timing)
    total = once * loop if loop else _FOR_EVER
    size = (first.get(b"ispe") or b"")[4:]
    width, height = int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big")
    movie = struct.pack(">QQIQIHH8x36s24xI", 0, 0, _SCALE, total, _RATE, 0x100, 0, _MATRIX, 2)
    track = struct.pack(">QQI4xQ8xHHHH36sII", 0, 0, 1, total, 0, 0, 0, 0, _MATRIX, width << 16, height << 16)
    edit = full_box(b"elst", struct.pack(">IQQI", 1, once, 0, _RATE), version=1, flags=int(loop != 1))
    media = full_box(b"mdhd", struct.pack(">QQIQHH", 0, 0, _SCALE, once, _UNDETERMINED, 0), version=1)
    reference = box(b"dinf", full_box(b"dref", struct.pack(">I", 1), full_box(b"url ", flags=1)))
    table = box(b"stbl", _description(first.properties, width, height), *_places(samples, keys, timing, start))
    return box(
        b"moov",
        full_box(b"mvhd", movie, version=1),
        box(
            b"trak",
            full_box(b"tkhd", track, version=1, flags=1),
            box(b"edts", edit),
            box(b"mdia", media, _HANDLER, box(b"minf", full_box(b"vmhd", bytes(8), flags=1), reference, table)),
        ),
    )


def _description(properties: Sequence[Property], width: int, height: int) -> bytes:
    entry = struct.pack(">6xH16xHHIIIH32xHH", 1, width, height, 0x480000, 0x480000, 0, 1, 0x18, 0xFFFF)
    kept = [box(*prop) for prop in properties if prop[0] in (b"av1C", b"colr")]
    return full_box(b"stsd", struct.pack(">I", 1), box(b"av01", entry, *kept, _REFERENCES))


def _places(samples: Sequence[bytes], keys: Sequence[int], timing: Sequence[int], start: int) -> list[bytes]:
    runs = [(len(list(run)), ticks) for ticks, run in groupby(timing)]
    return [
        full_box(b"stts", struct.pack(">I", len(runs)), *(struct.pack(">II", *run) for run in runs)),
        full_box(b"stsc", struct.pack(">IIII", 1, 1, len(samples), 1)),
        full_box(b"stsz", struct.pack(">II", 0, len(samples)), *(struct.pack(">I", len(one)) for one in samples)),
        full_box(b"stco", struct.pack(">II", 1, start)),
        full_box(b"stss", struct.pack(">I", len(keys)), *(struct.pack(">I", key) for key in keys)),
    ]
