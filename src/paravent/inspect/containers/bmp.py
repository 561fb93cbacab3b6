"""Reads what a BMP gives away: what its headers leave room for, padding, and what stands behind the pixels."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from paravent.inspect.containers import jpeg, png
from paravent.inspect.containers.trailing import behind
from paravent.inspect.entry import Entry, decoded
from paravent.inspect.spans import Spans, unclaimed
from paravent.model.report import Kind

_WHERE = "BMP"
_FILE_HEADER = 14
_CORE, _INFO, _V5 = 12, 40, 124
_RGB, _BITFIELDS, _JPEG, _PNG, _ALPHA_BITFIELDS = 0, 3, 4, 5, 6
_LINKED, _EMBEDDED = b"KNIL", b"DEBM"
_MAX_PATH = 4096


@dataclass(frozen=True, slots=True)
class _BmpHeader:
    """header: its size in bytes. pixels: offset of the pixels. image: their stated size in bytes, 0 for none."""

    header: int
    width: int
    height: int
    bits: int
    compression: int
    image: int
    colours: int
    pixels: int


def entries(data: bytes) -> Iterator[Entry]:
    """Everything the file gives away; nothing if the headers make no sense."""
    header = _header(data)
    if header is None:
        return
    end = min(header.pixels + _size(header), len(data))
    claimed = Spans()
    claimed.add(0, 6)
    claimed.add(10, _headers_end(header))
    claimed.add(header.pixels, end)
    yield from _profile(data, header, claimed)
    yield from _pixels(data, header, end)
    last = min(claimed.end(), len(data))
    yield from unclaimed(data, claimed.gaps(0, last), "between BMP parts")
    yield from behind(data, last, len(data))


def _header(data: bytes) -> _BmpHeader | None:
    if len(data) < _FILE_HEADER + _CORE:
        return None
    pixels, size = struct.unpack_from("<II", data, 10)
    if size == _CORE:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
        return _BmpHeader(size, width, height, bits, _RGB, 0, 0, pixels)
    if size < _INFO or len(data) < _FILE_HEADER + _INFO:
        return None
    width, height, _, bits, compression, image, _, _, colours = struct.unpack_from("<iiHHIIiiI", data, 18)
    return _BmpHeader(size, abs(width), abs(height), bits, compression, image, colours, pixels)


def _headers_end(header: _BmpHeader) -> int:
    """Behind the headers, the colour masks and the palette."""
    end = _FILE_HEADER + header.header
    if header.header == _INFO:
        end += {_BITFIELDS: 12, _ALPHA_BITFIELDS: 16}.get(header.compression, 0)
    colours = min(header.colours, 1 << 16)
    if not colours and header.bits <= 8:
        colours = 1 << header.bits
    return min(end + colours * (3 if header.header == _CORE else 4), max(header.pixels, end))


def _row(header: _BmpHeader) -> int:
    return (header.width * header.bits + 31) // 32 * 4


def _size(header: _BmpHeader) -> int:
    """Bytes of the pixels, as computed if they are stored plainly, else as stated."""
    if header.compression in (_RGB, _BITFIELDS, _ALPHA_BITFIELDS):
        return _row(header) * header.height
    return header.image


def _profile(data: bytes, header: _BmpHeader, claimed: Spans) -> Iterator[Entry]:
    """The colour profile of a version 5 header: in the file, or a path to one elsewhere."""
    if header.header < _V5 or len(data) < _FILE_HEADER + _V5:
        return
    kind = data[_FILE_HEADER + 56 : _FILE_HEADER + 60]
    offset, size = struct.unpack_from("<II", data, _FILE_HEADER + 112)
    start = _FILE_HEADER + offset
    stop = min(start + size, len(data))
    if kind not in (_LINKED, _EMBEDDED) or stop <= start:
        return
    claimed.add(start, stop)
    if kind == _LINKED:
        path = decoded(data[start : min(stop, start + _MAX_PATH)])
        yield Entry(Kind.IDENTIFIER, _WHERE, "file-path", 0, "ProfilePath", path)
    else:
        yield Entry(Kind.COLOUR_PROFILE, "ICC", "", stop - start)


def _pixels(data: bytes, header: _BmpHeader, end: int) -> Iterator[Entry]:
    inner = {_JPEG: jpeg.entries, _PNG: png.entries}.get(header.compression)
    if inner is not None:
        yield from inner(data[header.pixels : end])
    elif header.compression in (_RGB, _BITFIELDS, _ALPHA_BITFIELDS):
        yield from _padding(data, header, end)
        yield from _fourth_bytes(data, header, end)


def _fourth_bytes(data: bytes, header: _BmpHeader, end: int) -> Iterator[Entry]:
    """Without colour masks, the fourth byte of a pixel of 32 bits means nothing; all alike, it is only filled up."""
    pixels = (end - header.pixels) // 4
    if header.bits != 32 or header.compression != _RGB or pixels <= 0:
        return
    fourth = np.frombuffer(data, np.uint8, 4 * pixels, header.pixels)[3::4]
    if (fourth != fourth[0]).any():
        yield Entry(Kind.HIDDEN_DATA, "BMP pixels", "unknown", pixels)


def _padding(data: bytes, header: _BmpHeader, end: int) -> Iterator[Entry]:
    """What stands in the bytes that fill each row up to a multiple of four."""
    row, used = _row(header), (header.width * header.bits + 7) // 8
    rows = (end - header.pixels) // row if row else 0
    if used == row or rows <= 0:
        return
    samples = np.frombuffer(data, np.uint8, rows * row, header.pixels).reshape(rows, row)
    if samples[:, used:].any():
        yield Entry(Kind.HIDDEN_DATA, "BMP row padding", "unknown", rows * (row - used))
