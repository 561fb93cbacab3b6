"""JPEG 2000 code streams (ISO/IEC 15444-1, Annex A): facts from the main header, and a copy without comments."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from paravent.containers import signatures
from paravent.errors import Held

START = signatures.JP2_STREAM
_SOC, _EOC, _SOT, _SOD = 0xFF4F, 0xFFD9, 0xFF90, 0xFF93
_SIZ, _COD, _COM = 0xFF51, 0xFF52, 0xFF64
_MAX_SEGMENTS, _MAX_TILE_PARTS = 1_000, 100_000
_MAX_COMPONENTS = 4


@dataclass(frozen=True, slots=True)
class CodestreamHeader:
    """width, height: of the picture. channels: 1 to 4. bits: a channel. reversible: wavelets without loss."""

    width: int
    height: int
    channels: int
    bits: int
    reversible: bool


def read(stream: bytes) -> tuple[CodestreamHeader, bytes]:
    """What the main header states, and the stream without comments and without anything behind its end. Raises Held."""
    out = bytearray(START[:2])
    size = coding = b""
    at = 2
    for marker, segment in _segments(stream, 2, len(stream), _SOT):
        size = segment if marker == _SIZ else size
        coding = segment if marker == _COD else coding
        at += 4 + len(segment)
        if marker != _COM:
            out += stream[at - len(segment) - 4 : at]
    head = _header(size, coding)
    tiles: set[bytes] = set()
    for _ in range(_MAX_TILE_PARTS):
        if stream[at : at + 2] == _EOC.to_bytes(2, "big"):
            if len(tiles) != _tiles(size):
                break
            return head, bytes(out) + stream[at : at + 2]
        tiles.add(stream[at + 4 : at + 6])
        at, part = _tile_part(stream, at)
        out += part
    raise Held("damaged")


def _tiles(size: bytes) -> int:
    """How many tiles the picture has (B.3)."""
    right, bottom, _, _, wide, high, left, top = struct.unpack_from(">8I", size, 2)
    return -(-(right - left) // wide) * -(-(bottom - top) // high) if wide and high else 0


def _segments(stream: bytes, at: int, limit: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Marker and content of each marker segment in stream[at:limit] up to the marker `end`. Raises Held."""
    for _ in range(_MAX_SEGMENTS):
        if stream[at : min(at + 2, limit)] == end.to_bytes(2, "big"):
            return
        if at + 4 > limit:
            raise Held("damaged")
        marker, length = struct.unpack_from(">HH", stream, at)
        stop = at + 2 + length
        if marker < 0xFF50 or marker in (_SOD, _EOC) or length < 2 or stop > limit:
            raise Held("damaged")
        yield marker, stream[at + 4 : stop]
        at = stop
    raise Held("damaged")


def _tile_part(stream: bytes, at: int) -> tuple[int, bytes]:
    """The end of the tile-part that begins at `at`, and its bytes without comments. Raises Held."""
    if at + 12 > len(stream):
        raise Held("damaged")
    marker, length, tile, size, index, count = struct.unpack_from(">HHHIBB", stream, at)
    stop = at + size if size else len(stream) - 2  # 0: up to the end of the stream
    if marker != _SOT or length != 10 or not at + 14 <= stop <= len(stream):
        raise Held("damaged")
    kept = b""
    inside = at + 12
    for name, segment in _segments(stream, at + 12, stop, _SOD):
        inside += 4 + len(segment)
        kept += stream[inside - len(segment) - 4 : inside] if name != _COM else b""
    body = kept + stream[inside:stop]
    return stop, struct.pack(">HHHIBB", _SOT, 10, tile, 12 + len(body), index, count) + body


def _header(size: bytes, coding: bytes) -> CodestreamHeader:
    """SIZ and COD (A.5.1, A.6.1). Raises Held, "encoding" for what no prepared copy can be made of."""
    if len(size) < 36 or len(coding) < 10:
        raise Held("damaged")
    _, right, bottom, left, top, *_tiles, channels = struct.unpack_from(">H8IH", size)
    components = size[36 : 36 + 3 * channels]
    if not 1 <= channels <= _MAX_COMPONENTS or len(size) != 36 + 3 * channels:
        raise Held("encoding", detail="JPEG 2000")
    if right <= left or bottom <= top:
        raise Held("damaged")
    if components != bytes((components[0], 1, 1)) * channels or components[0] & 0x80:
        raise Held("encoding", detail="JPEG 2000")
    return CodestreamHeader(right - left, bottom - top, channels, components[0] + 1, coding[9] == 1)
