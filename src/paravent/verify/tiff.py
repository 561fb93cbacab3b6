"""What a TIFF that was written may hold, read from its bytes with a reader of its own.

One form only: little endian, each page a directory with its values and its strips right behind it, deflate with horizontal
differences, no tag but those needed to show it, every byte of the file accounted for.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from paravent.errors import Held
from paravent.verify.motion import Motion
from paravent.verify.profiles import Allowed

_Tags: TypeAlias = dict[int, tuple[int, bytes]]  # type and packed values

_MAX_PAGES, _MAX_TAGS = 10_000, 32
_MAX_PIXELS = 1 << 28
_STEP = 1 << 20
_SIZES = {1: 1, 3: 2, 4: 4, 5: 8, 7: 1}
_NEEDED = frozenset((256, 257, 258, 259, 262, 273, 274, 277, 278, 279, 282, 283, 284, 296, 317, 339))
_EXTRA, _PAGE, _PROFILE = 338, 297, 34675
_PACKET = 700  # XMP: in the first directory, as bytes; `marks` judges it
# Tag: type and packed values that never differ: deflate, resolution 1/1 without unit, chunky, horizontal differences.
_ONE = struct.pack("<II", 1, 1)
_FIXED = {259: (3, b"\x08\0"), 282: (5, _ONE), 283: (5, _ONE), 284: (3, b"\1\0"), 296: (3, b"\1\0"), 317: (3, b"\2\0")}


def check(data: bytes, *, orientation: int | None, profiles: Allowed) -> Motion:
    """Pass if the file holds pages and, beside them, nothing but a permitted profile and their orientation.

    orientation: what every page must state; None (no plan is known) permits any. profiles: the permitted ICC profiles, byte
    for byte; under a plan, every page in colour must carry one unless there are none. Raises Held("container").
    """
    if data[:8] != b"II*\0\x08\0\0\0":
        raise Held("container", detail="TIFF header")
    at, found = 8, 0
    following = at
    while following:
        found += 1
        if following != at or found > _MAX_PAGES:
            raise Held("container", detail="TIFF directory")
        tags, following, at = _directory(data, at)
        at = _check_page(data, tags, at, found - 1, orientation, profiles)
        if at % 2 and data[at : at + 1] != b"\0":
            raise Held("container", detail="TIFF padding")
        at += at % 2
    if at != len(data):
        raise Held("container", detail="bytes behind the end")
    total = {struct.unpack("<HH", value)[1] for value in _page_numbers(data)}
    if total and total != {found}:
        raise Held("container", detail="TIFF pages")
    return Motion()


@dataclass(frozen=True, slots=True)
class Page:
    """One picture. rows: in a strip. bits: of a sample. strips: where each begins, and its length."""

    width: int
    height: int
    channels: int
    bits: int
    rows: int
    orientation: int
    strips: tuple[tuple[int, int], ...]


def pages(data: bytes) -> Iterator[Page]:
    """What the directories of a file that `check` let pass say, for decoding. Raises Held."""
    at = 8
    for _ in range(_MAX_PAGES):
        tags, at, _behind = _directory(data, at)
        if not set(tags) >= _NEEDED or any(tags[tag] != value for tag, value in _FIXED.items()):
            raise Held("container", detail="TIFF tags")
        width, height, rows = (_single(tags, tag, 4) for tag in (256, 257, 278))
        bits, number = int.from_bytes(tags[258][1][:2], "little"), -(-height // max(rows, 1))
        if bits not in (8, 16) or any(len(tags[tag][1]) != 4 * number for tag in (273, 279)):
            raise Held("container", detail="TIFF strips")
        offsets, sizes = (struct.unpack(f"<{number}I", tags[tag][1]) for tag in (273, 279))
        yield Page(
            width, height, _single(tags, 277, 3), bits, rows, _single(tags, 274, 3), tuple(zip(offsets, sizes, strict=True))
        )
        if not at:
            return
    raise Held("container", detail="TIFF directory")


def _page_numbers(data: bytes) -> list[bytes]:
    numbers, at = [], 8
    while at:
        tags, at, _ = _directory(data, at)
        if _PAGE in tags:
            numbers.append(tags[_PAGE][1])
    return numbers


def _directory(data: bytes, at: int) -> tuple[_Tags, int, int]:
    """Tags, the next directory, and the position behind this one and its values, which stand in order without gaps."""
    if at + 2 > len(data):
        raise Held("container", detail="TIFF cut off")
    (count,) = struct.unpack_from("<H", data, at)
    end = at + 2 + 12 * count
    if end + 4 > len(data):
        raise Held("container", detail="TIFF cut off")
    if count > _MAX_TAGS:
        raise Held("container", detail="TIFF tags")
    tags: _Tags = {}
    behind = end + 4
    for entry in range(at + 2, end, 12):
        tag, kind, number = struct.unpack_from("<HHI", data, entry)
        size = _SIZES.get(kind, 0) * number
        if not size or size > len(data) or (tags and tag <= max(tags)):
            raise Held("container", detail=f"TIFF tag {tag}")
        start = entry + 8
        if size > 4:
            (start,) = struct.unpack_from("<I", data, entry + 8)
            if start != behind:
                raise Held("container", detail=f"TIFF tag {tag}")
            behind += size + size % 2
        padding = data[start + size : start + size + (4 - size if size <= 4 else size % 2)]
        if any(padding) or start + size > len(data):
            raise Held("container", detail=f"TIFF tag {tag}")
        tags[tag] = kind, data[start : start + size]
    return tags, struct.unpack_from("<I", data, end)[0], behind


def _check_page(data: bytes, tags: _Tags, at: int, number: int, orientation: int | None, profiles: Allowed) -> int:
    """The position behind the page's strips."""
    odd = set(tags) - _NEEDED - {_EXTRA, _PAGE, _PROFILE}
    if not number and tags.get(_PACKET, (0, b""))[0] == 1:
        odd.discard(_PACKET)
    if odd or not set(tags) >= _NEEDED or any(tags[tag] != value for tag, value in _FIXED.items()):
        raise Held("container", detail=f"TIFF tag {min(odd)}" if odd else "TIFF tags")
    width, height, rows = (_single(tags, tag, 4) for tag in (256, 257, 278))
    channels, turn, photometric = (_single(tags, tag, 3) for tag in (277, 274, 262))
    bits = int.from_bytes(tags[258][1][:2], "little")
    alpha = channels in (2, 4)
    forms = (
        channels in (1, 2, 3, 4) and photometric == (1 if channels < 3 else 2),
        bits in (8, 16) and tags[258] == (3, struct.pack("<H", bits) * channels),
        tags[339] == (3, b"\1\0" * channels),
        (tags.get(_EXTRA) == (3, b"\2\0")) if alpha else _EXTRA not in tags,
        _PAGE not in tags or (tags[_PAGE][0] == 3 and tags[_PAGE][1][:2] == struct.pack("<H", number & 0xFFFF)),
        1 <= turn <= 8 and orientation in (None, turn),
        0 < width * height <= _MAX_PIXELS and 0 < rows <= height,
    )
    if not all(forms):
        raise Held("container", detail="TIFF tags")
    _check_profile(tags, channels >= 3, profiles, orientation is not None)
    return _check_strips(data, tags, at, (width * channels * bits // 8, height, rows))


def _single(tags: _Tags, tag: int, kind: int) -> int:
    if tags[tag][0] != kind or len(tags[tag][1]) != _SIZES[kind]:
        raise Held("container", detail=f"TIFF tag {tag}")
    return int.from_bytes(tags[tag][1], "little")


def _check_profile(tags: _Tags, colour: bool, profiles: Allowed, planned: bool) -> None:
    stated = tags.get(_PROFILE)
    if stated is None:
        if planned and profiles and colour:
            raise Held("container", detail="TIFF without its profile")
    elif not colour or stated[0] != 7 or stated[1] not in profiles:
        raise Held("container", detail="TIFF profile")


def _check_strips(data: bytes, tags: _Tags, at: int, shape: tuple[int, int, int]) -> int:
    """The position behind the strips, which follow each other and inflate to exactly the rows they must hold.

    shape: bytes of a row, rows, rows in a strip.
    """
    row, height, rows = shape
    number = -(-height // rows)
    if tags[273][0] != 4 or tags[279][0] != 4 or len(tags[273][1]) != 4 * number or len(tags[279][1]) != 4 * number:
        raise Held("container", detail="TIFF strips")
    offsets, sizes = struct.unpack(f"<{number}I", tags[273][1]), struct.unpack(f"<{number}I", tags[279][1])
    for index, (offset, size) in enumerate(zip(offsets, sizes, strict=True)):
        if offset != at or at + size > len(data):
            raise Held("container", detail="TIFF strips")
        _check_strip(data[offset : offset + size], row * min(rows, height - index * rows))
        at += size
    return at


def _check_strip(packed: bytes, expected: int) -> None:
    stream, total, rest = zlib.decompressobj(), 0, packed
    try:
        while rest:
            total += len(stream.decompress(rest, _STEP))
            rest = stream.unconsumed_tail
            if total > expected:
                raise Held("container", detail="more pixels than stated")
        total += len(stream.flush())
    except zlib.error:
        raise Held("container", detail="TIFF strip") from None
    if stream.unused_data or total != expected or not stream.eof:
        raise Held("container", detail="TIFF strip")
