"""AV1 pictures as AVIF stores them (AV1 Bitstream & Decoding Process Specification): facts, and what may stay.

A decoder needs the sequence header and frames. Metadata, padding and whatever else may stand between never passes.
"""

from __future__ import annotations

from paravent.containers.bits import Bits
from paravent.errors import Held
from paravent.formats.heif.still import Header

_MAX_UNITS = 100_000
# AV1, 6.2.2: sequence header, frame header, tile group, frame.
_SEQUENCE = 1
_KEPT = (_SEQUENCE, 3, 4, 6)
_DELIMITER, _REPEATED_HEADER = 2, 7


def header(configuration: bytes, content: bytes) -> Header:
    """What an `av1C` box and the sequence header in the picture state. Raises Held."""
    found = sequences(content)
    if len(configuration) < 4 or len(found) != 1:
        raise Held("damaged")
    width, height = _sequence(found[0])
    flags = configuration[2]
    bits = (12 if flags & 0x20 else 10) if flags & 0x40 else 8
    chroma = 0 if flags & 0x10 else {0x0C: 1, 0x08: 2, 0x00: 3}.get(flags & 0x0C, 1)
    return Header(width, height, chroma, bits)


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


def _units(content: bytes) -> list[tuple[int, bytes]]:
    """Kinds and contents of the units; those of layers lose nothing but their layer's number. Raises Held."""
    found: list[tuple[int, bytes]] = []
    at = 0
    while at < len(content):
        head = content[at]
        if head & 0x80 or head & 4 or len(found) >= _MAX_UNITS:
            raise Held("encoding" if head & 4 else "damaged", **({"detail": "AV1"} if head & 4 else {}))
        at += 1
        length = len(content) - at
        if head & 2:
            length, at = _read_leb128(content, at)
        if at + length > len(content):
            raise Held("damaged")
        found.append((head >> 3 & 15, content[at : at + length]))
        at += length
    return found


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
