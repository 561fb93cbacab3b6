"""What a GIF that was written may hold, read from its bytes with a reader of its own.

Allowed: header, how often it is played, and pictures, each with its control, its colour table and its codes. The decoder of
the codes is shared with the writer; up to two bytes behind the last code are not seen here.
"""

from __future__ import annotations

import struct
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL.GifImagePlugin import GifImageFile

from paravent.errors import Held
from paravent.verify.motion import Motion
from paravent.verify.profiles import Allowed

_MAX_BLOCKS = 100_000
_MAX_PIXELS = 1 << 28
_LOOPING = bytes.fromhex("21ff0b") + b"NETSCAPE2.0" + bytes.fromhex("0301")
_GREYS = bytes(value for value in range(256) for _ in range(3))
_NOTHING_BEHIND = 3  # bytes without which the codes must not suffice: the end code takes at most twelve bits


def check(data: bytes, *, orientation: int | None, profiles: Allowed) -> Motion:
    """Pass if the file holds nothing but pictures, their timing, and colours that they use.

    orientation: None if no plan is known; GIF states none. profiles: none can be kept. Returns what it says of its
    animation. Raises Held("container").
    """
    planned = orientation is not None
    if data[:6] not in (b"GIF87a", b"GIF89a") or len(data) < 14:
        raise Held("container", detail="GIF signature")
    width, height, flags, _background, aspect = struct.unpack_from("<HHBBB", data, 6)
    if aspect or not width or not height or (planned and (flags or data[11] or profiles or orientation != 1)):
        raise Held("container", detail="GIF header")
    common, at = _table(data, 13, flags)
    loop = 1
    if data[at : at + len(_LOOPING)] == _LOOPING:
        plays = int.from_bytes(data[at + 16 : at + 18], "little")
        loop, at = plays + 1 if plays else 0, at + 19
        if data[at - 1 : at] != b"\0":
            raise Held("container", detail="GIF loop")
    timing: list[int] = []
    for _ in range(_MAX_BLOCKS):
        if data[at : at + 1] == b"\x3b":
            break
        delay, at = _picture(data, at, (width, height), common, planned and not timing)
        timing.append(delay)
    if at != len(data) - 1 or not timing:
        raise Held("container", detail="bytes behind the end")
    return Motion(tuple(timing), loop) if len(timing) > 1 else Motion()


def _picture(data: bytes, at: int, canvas: tuple[int, int], common: bytes, whole: bool) -> tuple[int, int]:
    """Duration in milliseconds and the position behind one picture. whole: it must fill the canvas."""
    delay, transparent = 0, -1
    if data[at : at + 3] == b"\x21\xf9\x04":
        flags, delay, index, end = struct.unpack_from("<BHBB", data.ljust(at + 8, b"\xff"), at + 3)
        if flags & 0xE2 or flags >> 2 > 3 or end or (index and not flags & 1):
            raise Held("container", detail="GIF control")
        transparent, at = index if flags & 1 else -1, at + 8
    if data[at : at + 1] != b"\x2c" or at + 11 > len(data):
        raise Held("container", detail="GIF block")
    left, top, width, height, flags = struct.unpack_from("<HHHHB", data, at + 1)
    inside = 0 < width <= canvas[0] - left and 0 < height <= canvas[1] - top
    if not inside or (whole and (width, height) != canvas) or flags & 0x38 or width * height > _MAX_PIXELS:
        raise Held("container", detail="GIF picture")
    table, start = _table(data, at + 10, flags)
    end = _blocks_end(data, start + 1)
    _check_colours(_indices(data[start:end], width, height, flags & 0x40), table or common, transparent)
    return 10 * delay, end


def _table(data: bytes, at: int, flags: int) -> tuple[bytes, int]:
    end = at + 3 * (2 << (flags & 7)) * (flags >> 7)
    if end > len(data):
        raise Held("container", detail="GIF cut off")
    return data[at:end], end


def _blocks_end(data: bytes, at: int) -> int:
    while at < len(data):
        size = data[at]
        at += 1 + size
        if not size:
            return at
    raise Held("container", detail="GIF cut off")


def _indices(codes: bytes, width: int, height: int, interlaced: int) -> NDArray[np.uint8]:
    """The picture's indices (h, w), if its codes give exactly as many as it has pixels."""
    blocks, at = [], 1
    while codes[at]:
        blocks.append(codes[at + 1 : at + 1 + codes[at]])
        at += 1 + codes[at]
    stream = b"".join(blocks)
    found = _decoded(codes[:1], stream, width, height, interlaced)
    if found is None or not 2 <= codes[0] <= 8:
        raise Held("container", detail="GIF codes")
    if _decoded(codes[:1], stream[:-_NOTHING_BEHIND], width, height, interlaced) is not None:
        raise Held("container", detail="bytes behind the pixels")
    return found


def _decoded(bits: bytes, stream: bytes, width: int, height: int, interlaced: int) -> NDArray[np.uint8] | None:
    blocks = b"".join(bytes((len(part),)) + part for part in (stream[i : i + 255] for i in range(0, len(stream), 255)))
    header = b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, 0, 0) + _GREYS
    place = struct.pack("<BHHHHB", 0x2C, 0, 0, width, height, interlaced)
    try:
        image = GifImageFile(BytesIO(header + place + bits + blocks + b"\0\x3b"))
        image.load()
    except (OSError, SyntaxError, ValueError, IndexError, EOFError):
        return None
    return np.asarray(image)


def _check_colours(indices: NDArray[np.uint8], table: bytes, transparent: int) -> None:
    """Every entry is used or black: one that is not can hold a colour of what was covered. The transparent is black."""
    entries = np.frombuffer(table, np.uint8).reshape(-1, 3)
    used = np.bincount(indices.ravel(), minlength=256) > 0
    if used[len(entries) :].any():
        raise Held("container", detail="GIF codes")
    unseen = ~used[: len(entries)]
    if transparent >= 0:
        unseen[transparent : transparent + 1] = True
    if entries[unseen].any():
        raise Held("container", detail="unused palette colours")
