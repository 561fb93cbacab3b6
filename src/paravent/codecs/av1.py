"""AV1 pictures as AVIF and MP4 store them (AV1 Bitstream & Decoding Process Specification): facts, and what may stay.

A decoder needs the sequence header and frames. Metadata, padding and whatever else may stand between never
passes, but for the messages of HDR in videos.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from paravent.codecs.header import PictureHeader
from paravent.containers.bits import Bits
from paravent.errors import Held

_MAX_UNITS = 100_000
# AV1, 6.2.2: sequence header, frame header, tile group, frame.
_SEQUENCE = 1
_KEPT = (_SEQUENCE, 3, 4, 6)
_DELIMITER, _METADATA, _REPEATED_HEADER = 2, 5, 7
_HDR = (b"\1", b"\2")  # kinds of metadata: light level, mastering display


def header(configuration: bytes, content: bytes) -> PictureHeader:
    """What an `av1C` box and the sequence header in the picture state. Raises Held."""
    found = sequences(content)
    if len(configuration) < 4 or len(found) != 1:
        raise Held("damaged")
    width, height = _sequence(found[0])
    flags = configuration[2]
    bits = (12 if flags & 0x20 else 10) if flags & 0x40 else 8
    chroma = 0 if flags & 0x10 else {0x0C: 1, 0x08: 2, 0x00: 3}.get(flags & 0x0C, 1)
    return PictureHeader(width, height, chroma, bits)


def sequences(content: bytes) -> list[bytes]:
    """The sequence headers in a coded picture. Raises Held."""
    return [unit for kind, unit in _units(content) if kind == _SEQUENCE]


def clean_picture(content: bytes) -> bytes:
    """A coded picture with its sequence header and frames only. Raises Held."""
    return b"".join(bytes((kind << 3 | 2,)) + _leb128(len(unit)) + unit for kind, unit in _units(content) if kind in _KEPT)


def messages(content: bytes) -> int:
    """Bytes of the units that say something and that no decoder needs. Raises Held."""
    silent = (*_KEPT, _DELIMITER, _REPEATED_HEADER)
    return sum(len(unit) for kind, unit in _units(content) if kind not in silent and any(unit))


class _Unit(NamedTuple):
    """One unit. whole: with its header. layered: it belongs to a layer. sized: it states its length."""

    kind: int
    content: bytes
    whole: bytes
    layered: bool
    sized: bool


def _units(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Kinds and contents of the units of a picture without layers. Raises Held."""
    for unit in _all_units(content):
        if unit.layered:
            raise Held("encoding", detail="AV1")
        yield unit.kind, unit.content


def _all_units(content: bytes) -> Iterator[_Unit]:
    """The units of a stream (AV1, 5.3). Raises Held."""
    at = 0
    for _ in range(_MAX_UNITS):
        if at == len(content):
            return
        start, head = at, content[at]
        at += 2 if head & 4 else 1
        if head & 0x80 or at > len(content):
            raise Held("damaged")
        length = len(content) - at
        if head & 2:
            length, at = _read_leb128(content, at)
        if at + length > len(content):
            raise Held("damaged")
        whole = content[start : at + length]
        yield _Unit(head >> 3 & 15, content[at : at + length], whole, bool(head & 4), bool(head & 2))
        at += length
    raise Held("damaged")


def _read_leb128(content: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index, byte in enumerate(content[at : at + 8]):
        value |= (byte & 127) << 7 * index
        if not byte & 128:
            return value, at + index + 1
    raise Held("damaged")


def _leb128(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes((*out, value))


def _sequence(unit: bytes) -> tuple[int, int]:
    """The largest width and height of a sequence (AV1, 5.5.1). Raises Held."""
    bits = Bits(unit)
    bits.take(3 + 1)
    if bits.take(1):
        bits.take(5)
    else:
        _skip_operating_points(bits)
    wide, high = bits.take(4) + 1, bits.take(4) + 1
    return bits.take(wide) + 1, bits.take(high) + 1


def _skip_operating_points(bits: Bits) -> None:
    delay = 0
    if bits.take(1):  # timing
        bits.take(64)
        if bits.take(1):
            bits.exp_golomb()
        if bits.take(1):  # decoder model
            delay = bits.take(5) + 1
            bits.take(32 + 5 + 5)
    display_delay = bits.take(1)
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        if bits.take(5) > 7:
            bits.take(1)
        if delay and bits.take(1):
            bits.take(2 * delay + 1)
        if display_delay and bits.take(1):
            bits.take(4)


# --- from the stream of an encoder: units are bytes already


def picture(content: bytes) -> bytes:
    """A coded AV1 picture without delimiters, padding and messages. Raises Held."""
    return b"".join(unit.whole for unit in _sized_units(content) if _stays(unit))


def configuration(extradata: bytes, depth: int) -> bytes:
    """The content of an `av1C` box (AV1 Codec ISO Media File Format Binding, 2.3). Raises Held."""
    units = extradata[4:] if extradata[:1] == b"\x81" else extradata
    sequence = next((unit.content for unit in _sized_units(units) if unit.kind == _SEQUENCE), b"")
    bits = Bits(sequence)
    profile = bits.take(3)
    if bits.take(2) or bits.take(1):  # a still picture, or a clock of its own: our encoder writes neither
        raise Held("encoding", detail="AV1")
    bits.take(1 + 5 + 12)
    level = bits.take(5)
    tier = bits.take(1) if level > 7 else 0
    # 4:2:0, chroma position unknown
    flags = tier << 7 | (depth > 8) << 6 | 0b1100
    return bytes((0x81, profile << 5 | level, flags, 0)) + picture(units)


def _sized_units(content: bytes) -> Iterator[_Unit]:
    """The units of an encoder's stream, each of which must state its length. Raises Held."""
    for unit in _all_units(content):
        if not unit.sized:
            raise Held("encoding", detail="AV1")
        yield unit


def _stays(unit: _Unit) -> bool:
    is_hdr = unit.kind == _METADATA and unit.content[:1] in _HDR
    return unit.kind in (*_KEPT, _REPEATED_HEADER) or is_hdr
