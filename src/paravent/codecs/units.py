"""Coded pictures of H.264 and HEVC: from the byte stream an encoder gives to what a container stores, without messages.

ITU-T H.264 and H.265, annexes B and D; ISO/IEC 14496-15 for the configuration records. What no decoder needs (the encoder's
name and settings, user data, delimiters) is left out; of the messages only those of HDR stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from paravent.containers.bits import Bits
from paravent.errors import Held

_START = re.compile(re.escape(b"\0\0\1"))
# H.264, table 7-1: slices, and the two parameter sets.
_AVC_SLICES, _AVC_SPS, _AVC_PPS = (1, 5), 7, 8
# H.265, table 7-1: slices are below 32.
_HEVC_VPS, _HEVC_SPS, _HEVC_PPS, _HEVC_SEI = 32, 33, 34, 39
# H.265, D.2.1: mastering display, light level, alternative transfer (HLG).
_HDR_MESSAGES = (137, 144, 147)


def units(stream: bytes) -> Iterator[bytes]:
    """The units of a byte stream, without start codes and the zeros behind."""
    starts = [match.end() for match in _START.finditer(stream)]
    ends = [start - 3 for start in starts[1:]] + [len(stream)]
    for start, end in zip(starts, ends, strict=True):
        unit = stream[start:end].rstrip(b"\0")
        if unit:
            yield unit


def avc_picture(stream: bytes) -> bytes:
    """A coded H.264 picture with its slices only, lengths of four bytes."""
    return _with_lengths(unit for unit in units(stream) if unit[0] & 31 in _AVC_SLICES)


def avc_configuration(extradata: bytes) -> bytes:
    """The content of an `avcC` box (ISO/IEC 14496-15, 5.3.3). Raises Held."""
    found = list(units(extradata))
    sequences = [unit for unit in found if unit[0] & 31 == _AVC_SPS]
    pictures = [unit for unit in found if unit[0] & 31 == _AVC_PPS]
    if not sequences or not pictures or len(sequences[0]) < 4:
        raise Held("encoding", detail="H.264")
    profile = sequences[0][1:4]
    out = b"\1" + profile + b"\xff" + bytes((0xE0 | len(sequences),))
    out += b"".join(len(unit).to_bytes(2, "big") + unit for unit in sequences)
    out += bytes((len(pictures),)) + b"".join(len(unit).to_bytes(2, "big") + unit for unit in pictures)
    return out + (b"\xfd\xf8\xf8\0" if profile[0] >= 100 else b"")  # 4:2:0, 8 bits


def hevc_picture(stream: bytes) -> bytes:
    """A coded HEVC picture with its slices and the messages of HDR, lengths of four bytes."""
    return _with_lengths(unit for unit in units(stream) if _hevc_stays(unit))


def hevc_configuration(extradata: bytes) -> bytes:
    """The content of an `hvcC` box (ISO/IEC 14496-15, 8.3.3.1). Raises Held."""
    found = [(unit[0] >> 1 & 63, unit) for unit in units(extradata)]
    kept = [
        (kind, unit)
        for kind, unit in found
        if kind in (_HEVC_VPS, _HEVC_SPS, _HEVC_PPS) or (kind == _HEVC_SEI and _hevc_stays(unit))
    ]
    sequence = next((unit for kind, unit in kept if kind == _HEVC_SPS), b"")
    if len(sequence) < 16:
        raise Held("encoding", detail="HEVC")
    level, chroma, depths = _hevc_sequence(sequence)
    out = b"\1" + level + b"\xf0\0\xfc" + bytes((0xFC | chroma, 0xF8 | depths, 0xF8 | depths)) + b"\0\0\x0f"
    kept.sort(key=lambda one: one[0])
    arrays = [(kind, [unit for _, unit in group]) for kind, group in groupby(kept, lambda one: one[0])]
    out += bytes((len(arrays),))
    for kind, content in arrays:
        out += bytes((0x80 | kind,)) + len(content).to_bytes(2, "big")
        out += b"".join(len(unit).to_bytes(2, "big") + unit for unit in content)
    return out


def _hevc_stays(unit: bytes) -> bool:
    kind = unit[0] >> 1 & 63
    return kind < 32 or (kind == _HEVC_SEI and len(unit) > 3 and unit[2] in _HDR_MESSAGES)


def _hevc_sequence(unit: bytes) -> tuple[bytes, int, int]:
    """Profile, tier and level (12 bytes), chroma format and bits above 8 of a sequence parameter set (H.265, 7.3.2.2.1)."""
    plain = unit[2:].replace(b"\0\0\3", b"\0\0")
    bits = Bits(plain)
    bits.take(4)
    if bits.take(3):
        raise Held("encoding", detail="HEVC")
    bits.take(1 + 96)
    bits.exp_golomb()
    chroma = bits.exp_golomb()
    bits.exp_golomb(), bits.exp_golomb()
    if bits.take(1):
        for _ in range(4):
            bits.exp_golomb()
    return plain[1:13], chroma, bits.exp_golomb()


def _with_lengths(kept: Iterator[bytes]) -> bytes:
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in kept)


# --- AV1: units are bytes already; delimiters and metadata but HDR's are left out (AV1, 5.3 and 5.8)

_AV1_SEQUENCE, _AV1_METADATA = 1, 5
_AV1_KEPT = (1, 3, 4, 6, 7)
_AV1_HDR = (1, 2)  # light level, mastering display


def av1_picture(content: bytes) -> bytes:
    """A coded AV1 picture without delimiters, padding and messages. Raises Held."""
    return b"".join(whole for kind, body, whole in _av1_units(content) if _av1_stays(kind, body))


def av1_configuration(extradata: bytes, depth: int) -> bytes:
    """The content of an `av1C` box (AV1 Codec ISO Media File Format Binding, 2.3). Raises Held."""
    units = extradata[4:] if extradata[:1] == b"\x81" else extradata
    sequence = next((body for kind, body, _ in _av1_units(units) if kind == _AV1_SEQUENCE), b"")
    bits = Bits(sequence)
    profile = bits.take(3)
    if bits.take(2) or bits.take(1):  # a still picture, or a clock of its own: our encoder writes neither
        raise Held("encoding", detail="AV1")
    bits.take(1 + 5 + 12)
    level = bits.take(5)
    tier = bits.take(1) if level > 7 else 0
    # 4:2:0, chroma position unknown
    flags = tier << 7 | (depth > 8) << 6 | 0b1100
    return bytes((0x81, profile << 5 | level, flags, 0)) + av1_picture(units)


def _av1_stays(kind: int, body: bytes) -> bool:
    return kind in _AV1_KEPT or (kind == _AV1_METADATA and len(body) > 0 and body[0] in _AV1_HDR)


def _av1_units(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Kind, body and whole of each unit, which must state its length."""
    at = 0
    while at < len(content):
        start, head = at, content[at]
        if head & 0x82 != 2:
            raise Held("encoding", detail="AV1")
        at += 2 if head & 4 else 1
        length = shift = 0
        while True:
            if at >= len(content) or shift > 49:
                raise Held("damaged")
            byte = content[at]
            at += 1
            length |= (byte & 127) << shift
            shift += 7
            if not byte & 128:
                break
        if at + length > len(content):
            raise Held("damaged")
        yield head >> 3 & 15, content[at : at + length], content[start : at + length]
        at += length
