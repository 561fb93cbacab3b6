"""What a PNG that was written may hold, read from its bytes with a reader of its own."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TypeAlias

import numpy as np
from PIL.PngImagePlugin import PngImageFile

from paravent.errors import Held
from paravent.verify.motion import Motion
from paravent.verify.png_frames import read_frames
from paravent.verify.profiles import Allowed

_SIGNATURE = bytes.fromhex("89504e470d0a1a0a")
_ORDER = re.compile(r"IHDR( iCCP)?( PLTE( tRNS)?)?( eXIf)?( IDAT)+ IEND")
_MOVING_ORDER = re.compile(r"IHDR acTL( iCCP)?( eXIf)? fcTL( IDAT)+( fcTL( fdAT)+)* IEND")
_MAX_CHUNKS = 1_000_000
_MAX_PIXELS = 1 << 28
_MAX_PROFILE = 1 << 20
_STEP = 1 << 20
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # W3C PNG third edition, table 11: samples a pixel by colour type
_INDEXED = 3
# W3C PNG third edition, 8.1: first column and row of each pass, and its steps.
_Passes: TypeAlias = tuple[tuple[int, int, int, int], ...]
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_PLAIN = ((0, 0, 1, 1),)
# The one form an orientation may take: big endian TIFF, one directory with one entry, Orientation, SHORT.
_MARK = re.compile(rb"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0([\x01-\x08])\0\0\0\0\0\0", re.DOTALL)


def check(data: bytes, *, orientation: int | None, profiles: Allowed) -> Motion:
    """Pass if the file holds nothing but a picture or a true-colour animation, a permitted profile, an orientation mark.

    orientation: what the file must state, 1 meaning no mark; None (no plan is known) permits any mark of the fixed form.
    profiles: the permitted ICC profiles, byte for byte; under a plan, one of them must be there unless there are none.
    Returns what it says of its animation. Raises Held("container").
    """
    chunks = list(_chunks(data))
    order = " ".join(name for name, _ in chunks)
    moving = _MOVING_ORDER.fullmatch(order)
    if not moving and not _ORDER.fullmatch(order):
        raise Held("container", detail=_odd_one(chunks))
    parts = dict(chunks)
    planned = orientation is not None
    _check_profile(parts.get("iCCP"), profiles, planned)
    _check_mark(parts.get("eXIf"), orientation)
    width, height, kind, pixel_bits, passes = _check_header(parts["IHDR"])
    if moving:
        frames, motion = read_frames(chunks, width, height, planned)
        for frame in frames:
            _check_pixels(frame.pieces, _packed_size(frame.width, frame.height, pixel_bits, passes))
        if kind == _INDEXED:
            raise Held("container", detail="PNG animated palette")
        return motion
    pixels = [content for name, content in chunks if name == "IDAT"]
    _check_pixels(pixels, _packed_size(width, height, pixel_bits, passes))
    if kind == _INDEXED:
        _check_palette(data, bytes(parts.get("PLTE", b"")), bytes(parts.get("tRNS", b"")))
    elif "PLTE" in parts:
        raise Held("container", detail="PNG PLTE")
    return Motion()


def _chunks(data: bytes) -> Iterator[tuple[str, memoryview]]:
    if data[:8] != _SIGNATURE:
        raise Held("container", detail="PNG signature")
    view = memoryview(data)
    at = 8
    for _ in range(_MAX_CHUNKS):
        if len(data) - at < 12:
            raise Held("container", detail="PNG without an end")
        length = int.from_bytes(view[at : at + 4], "big")
        if length > len(data) - at - 12:
            raise Held("container", detail="PNG cut off")
        stop = at + 8 + length
        if zlib.crc32(view[at + 4 : stop]) != int.from_bytes(view[stop : stop + 4], "big"):
            raise Held("container", detail="PNG checksum")
        name = bytes(view[at + 4 : at + 8])
        yield (name.decode() if name.isalpha() else "?"), view[at + 8 : stop]
        at = stop + 4
        if name == b"IEND":
            if length or at != len(data):
                raise Held("container", detail="bytes behind the end")
            return
    raise Held("container", detail="PNG chunks")


def _odd_one(chunks: list[tuple[str, memoryview]]) -> str:
    """The first chunk that has no business there, else that the order is wrong."""
    known = {"IHDR", "iCCP", "PLTE", "tRNS", "eXIf", "IDAT", "IEND", "acTL", "fcTL", "fdAT"}
    return next((f"PNG {name}" for name, _ in chunks if name not in known), "PNG order")


def _check_profile(chunk: memoryview | None, profiles: Allowed, planned: bool) -> None:
    if chunk is None:
        if planned and profiles:
            raise Held("container", detail="PNG without its profile")
        return
    name = b"ICC Profile\0\0"
    if bytes(chunk[: len(name)]) != name:
        raise Held("container", detail="PNG iCCP name")
    stream = zlib.decompressobj()
    try:
        profile = stream.decompress(chunk[len(name) :], _MAX_PROFILE)
    except zlib.error:
        raise Held("container", detail="PNG iCCP") from None
    if profile not in profiles or not stream.eof or stream.unused_data:
        raise Held("container", detail="PNG iCCP")


def _check_mark(chunk: memoryview | None, orientation: int | None) -> None:
    stated = 1
    if chunk is not None:
        found = _MARK.fullmatch(chunk)
        if found is None:
            raise Held("container", detail="PNG eXIf")
        stated = found[1][0]
    if orientation is not None and (stated != orientation or (chunk is None) != (orientation == 1)):
        raise Held("container", detail="PNG orientation")


def _check_header(ihdr: memoryview) -> tuple[int, int, int, int, _Passes]:
    """Width, height, colour type, bits of a pixel, and the passes it is stored in."""
    if len(ihdr) != 13:
        raise Held("container", detail="PNG IHDR")
    width, height, bits, kind, compression, filtering, interlace = struct.unpack(">IIBBBBB", ihdr)
    if not 0 < width * height <= _MAX_PIXELS or bits not in (1, 2, 4, 8, 16) or kind not in _SAMPLES:
        raise Held("container", detail="PNG IHDR")
    if compression or filtering or interlace > 1:
        raise Held("container", detail="PNG IHDR")
    return width, height, kind, bits * _SAMPLES[kind], _PASSES if interlace else _PLAIN


def _check_pixels(idat: list[memoryview], expected: int) -> None:
    """Inflate all pixel data and count it: exactly as much as the header says, and nothing behind."""
    stream = zlib.decompressobj()
    total = 0
    try:
        for content in idat:
            if stream.eof and content:
                raise Held("container", detail="bytes behind the pixels")
            rest: bytes | memoryview = content
            while rest:
                total += len(stream.decompress(rest, _STEP))
                rest = stream.unconsumed_tail
                if total > expected:
                    raise Held("container", detail="more pixels than stated")
        total += len(stream.flush())  # at most one match that did not fit the last step
    except zlib.error:
        raise Held("container", detail="PNG IDAT") from None
    if stream.unused_data:
        raise Held("container", detail="bytes behind the pixels")
    if total != expected or not stream.eof:
        raise Held("container", detail="fewer pixels than stated")


def _packed_size(width: int, height: int, pixel_bits: int, passes: _Passes) -> int:
    """Bytes of all rows, each with its filter byte."""
    total = 0
    for left, top, across, down in passes:
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            total += rows * (1 + -(-columns * pixel_bits // 8))
    return total


def _check_palette(data: bytes, plte: bytes, trns: bytes) -> None:
    """Every entry is used; an unused one can hold a colour of what was covered."""
    entries = len(plte) // 3
    if len(plte) % 3 or not 1 <= entries <= 256 or len(trns) > entries:
        raise Held("container", detail="PNG PLTE")
    try:
        indices = np.asarray(PngImageFile(BytesIO(data)))
    except (OSError, SyntaxError, ValueError):
        raise Held("container", detail="PNG pixels") from None
    used = np.bincount(indices.ravel(), minlength=entries) > 0
    if len(used) != entries or not used.all():
        raise Held("container", detail="unused palette colours")
