"""What the track of an AVIF sequence that was written may hold, read from its bytes with a reader of its own.

What may differ (sizes and times of the samples, number of plays) is read, the box is put together from it once more, and
every byte must be the same. Every sample is frames of one size and nothing else.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import groupby
from typing import NoReturn

from paravent.errors import Held
from paravent.verify import picture_units
from paravent.verify.motion import Motion

BRANDS = (b"avis", b"msf1", b"miaf", b"avif", b"mif1")
_MAX_SAMPLES = 10_000
_CONTAINERS = frozenset((b"trak", b"edts", b"mdia", b"minf", b"stbl"))
_MAX_BOXES, _DEPTH = 64, 6
_UPRIGHT = bytes.fromhex("00010000" + 12 * "00" + "00010000" + 12 * "00" + "40000000")
_SECOND = (1000).to_bytes(4, "big")
_FULL = (1 << 64) - 1
_REFERENCE = bytes.fromhex("00000000000000010000000c75726c2000000001")
_REFERENCES = bytes.fromhex("000000007c000000")
_HANDLER = bytes(8) + b"pict" + bytes(13)


@dataclass(frozen=True, slots=True)
class First:
    """What meta says of the first picture. size: width and height as in `ispe`. length: of its content.

    start: where that stands.
    """

    configuration: bytes
    colours: list[bytes]
    size: bytes
    length: int
    start: int


def check_moov(moov: bytes, first: First, samples: bytes) -> Motion:
    """Pass if the content of `moov` says nothing but how the samples are shown; returns that. Raises Held("container").

    samples: content of mdat.
    """
    tables = _leaves(moov, _DEPTH)
    try:
        sizes = _numbers(tables[b"stsz"], 8)
        ticks = [tick for count, tick in _pairs(tables[b"stts"]) for _ in range(min(count, _MAX_SAMPLES))]
        total = int.from_bytes(tables[b"tkhd"][28:36], "big")
    except (KeyError, struct.error):
        _refuse("moov")
    once = sum(ticks)
    loop = 0 if total == _FULL else total // max(once, 1)
    if first.size[:2] + first.size[4:6] != bytes(4):
        _refuse("ispe")
    if len(sizes) != len(ticks) or sum(sizes) != len(samples) or 0 in sizes or sizes[:1] != [first.length]:
        _refuse("samples")
    keys = _keys(sizes, samples)
    if moov != _moov(first, sizes, ticks, keys, loop):
        _refuse("moov")
    return Motion(tuple(ticks), loop)


def _refuse(what: str) -> NoReturn:
    raise Held("container", detail=f"AVIF {what}")


def _leaves(data: bytes, depth: int) -> dict[bytes, bytes]:
    """The boxes that hold no others, by name; the last of equal ones."""
    found: dict[bytes, bytes] = {}
    at = 0
    for _ in range(_MAX_BOXES):
        size = int.from_bytes(data[at : at + 4], "big")
        if not 8 <= size <= len(data) - at:
            break
        name, content = data[at + 4 : at + 8], data[at + 8 : at + size]
        found |= _leaves(content, depth - 1) if name in _CONTAINERS and depth else {name: content}
        at += size
    return found


def _numbers(table: bytes, at: int) -> list[int]:
    """The numbers of four bytes behind their count at `at`. Raises struct.error."""
    (count,) = struct.unpack_from(">I", table, at)
    if count > _MAX_SAMPLES:
        _refuse("samples")
    return list(struct.unpack_from(f">{count}I", table, at + 4))


def _pairs(table: bytes) -> list[tuple[int, int]]:
    (count,) = struct.unpack_from(">I", table, 4)
    if count > _MAX_SAMPLES:
        _refuse("samples")
    values = struct.unpack_from(f">{2 * count}I", table, 8)
    return list(zip(values[::2], values[1::2], strict=True))


def _keys(sizes: list[int], samples: bytes) -> list[int]:
    """The numbers of the samples that begin anew, all with one sequence header. Raises Held for what is no sample."""
    keys: list[int] = []
    headers: set[bytes] = set()
    at = 0
    for number, size in enumerate(sizes, start=1):
        header = picture_units.av1_sample_header(samples[at : at + size])
        if header is None:
            _refuse("picture")
        if header:
            keys.append(number)
            headers.add(header)
        at += size
    if keys[:1] != [1] or len(headers) != 1:
        _refuse("picture")
    return keys


def _moov(first: First, sizes: list[int], ticks: list[int], keys: list[int], loop: int) -> bytes:
    """The content of `moov` as it must be."""
    once = sum(ticks)
    lasting = (once * loop if loop else _FULL).to_bytes(8, "big")
    long = b"\1\0\0\0" + bytes(16)  # version 1, no times of making
    width, height = first.size[2:4] + bytes(2), first.size[6:8] + bytes(2)
    movie = long + _SECOND + lasting + b"\0\1\0\0\1" + bytes(11) + _UPRIGHT + bytes(24) + b"\0\0\0\2"
    track = b"\1\0\0\1" + bytes(16) + b"\0\0\0\1" + bytes(4) + lasting + bytes(16) + _UPRIGHT + width + height
    repeated = b"\1\0\0" + bytes((loop != 1,))
    edit = repeated + b"\0\0\0\1" + once.to_bytes(8, "big") + bytes(8) + b"\0\1\0\0"
    media = long + _SECOND + once.to_bytes(8, "big") + b"\x55\xc4\0\0"
    resolution = b"\0\x48\0\0" * 2
    entry = (
        bytes(7)
        + b"\1"
        + bytes(16)
        + width[:2]
        + height[:2]
        + resolution
        + bytes(5)
        + b"\1"
        + bytes(32)
        + b"\0\x18\xff\xff"
    )
    entry += _box(b"av1C", first.configuration) + b"".join(_box(b"colr", colour) for colour in first.colours)
    runs = [(len(list(run)), tick) for tick, run in groupby(ticks)]
    table = _box(b"stsd", bytes(7) + b"\1" + _box(b"av01", entry + _box(b"ccst", _REFERENCES)))
    table += _box(b"stts", _table(len(runs), [number for run in runs for number in run]))
    table += _box(b"stsc", _table(1, [1, len(sizes), 1]))
    table += _box(b"stsz", bytes(4) + _table(len(sizes), sizes))
    table += _box(b"stco", _table(1, [first.start]))
    table += _box(b"stss", _table(len(keys), keys))
    found = _box(b"vmhd", b"\0\0\0\1" + bytes(8)) + _box(b"dinf", _box(b"dref", _REFERENCE))
    inside = _box(b"mdhd", media) + _box(b"hdlr", _HANDLER) + _box(b"minf", found + _box(b"stbl", table))
    parts = _box(b"tkhd", track) + _box(b"edts", _box(b"elst", edit)) + _box(b"mdia", inside)
    return _box(b"mvhd", movie) + _box(b"trak", parts)


def _box(name: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + name + content


def _table(count: int, numbers: list[int]) -> bytes:
    return bytes(4) + struct.pack(f">{1 + len(numbers)}I", count, *numbers)
