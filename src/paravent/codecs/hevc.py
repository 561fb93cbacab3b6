"""HEVC pictures as HEIC and MP4 store them (ITU-T H.265; ISO/IEC 14496-15): facts from the headers, and what may stay.

A decoder needs parameter sets and slices. Encoders add messages (SEI) with their name and settings; those never pass, but
for those of HDR in videos.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from paravent.codecs.byte_stream import units, with_lengths
from paravent.codecs.header import PictureHeader
from paravent.containers.bits import Bits
from paravent.errors import Held

_HEAD = 22  # bytes of the configuration before its arrays
_MAX_ARRAYS, _MAX_UNITS = 16, 64
_MAX_SLICES = 100_000
_VPS, _SPS, _PPS, _SEI = 32, 33, 34, 39
_PARAMETER_SETS = (_VPS, _SPS, _PPS)
_SLICES = range(32)
# Delimiters and ends; what comes behind them are messages, units without meaning and those of programs.
_LAST_KNOWN = 37
# H.265, D.2.1: mastering display, light level, alternative transfer (HLG).
_HDR_MESSAGES = (137, 144, 147)


def header(configuration: bytes) -> PictureHeader:
    """What the sequence parameter sets of an `hvcC` box state, the largest size first. Raises Held."""
    found = [_sequence(unit)[0] for kind, unit in _units(configuration) if kind == _SPS]
    if not found:
        raise Held("damaged")
    return max(found, key=lambda one: one.width * one.height)


def clean_configuration(configuration: bytes) -> bytes:
    """An `hvcC` box's content with the parameter sets only. Raises Held."""
    units = [(kind, unit) for kind, unit in _units(configuration) if kind in _PARAMETER_SETS]
    out = configuration[:_HEAD] + bytes((len(units),))
    for kind, unit in units:  # 0x80: all of this kind are here
        out += bytes((0x80 | kind, 0, 1)) + len(unit).to_bytes(2, "big") + unit
    return out


def clean_picture(content: bytes, configuration: bytes) -> bytes:
    """A coded picture with its slices only, lengths as they were. Raises Held."""
    return b"".join(unit for kind, unit in _picture_units(content, configuration) if kind in _SLICES)


def messages(content: bytes, configuration: bytes) -> int:
    """Bytes of the units, in a picture and its configuration, that no decoder needs. Raises Held."""
    units = [*_units(configuration), *_picture_units(content, configuration)]
    return sum(len(unit) for kind, unit in units if kind > _LAST_KNOWN)


def _picture_units(content: bytes, configuration: bytes) -> Iterator[tuple[int, bytes]]:
    """Kinds of the units of a coded picture and their bytes with the lengths in front. Raises Held."""
    wide = (configuration[21] & 3) + 1
    at = 0
    for _ in range(_MAX_SLICES):
        if at == len(content):
            return
        stop = at + wide + int.from_bytes(content[at : at + wide], "big")
        if stop > len(content) or stop < at + wide + 2:
            raise Held("damaged")
        yield content[at + wide] >> 1 & 63, content[at:stop]
        at = stop
    raise Held("damaged")


def _units(configuration: bytes) -> list[tuple[int, bytes]]:
    """Kinds and contents of the units in the arrays (ISO/IEC 14496-15, 8.3.3.1). Raises Held."""
    if len(configuration) <= _HEAD or configuration[_HEAD] > _MAX_ARRAYS:
        raise Held("damaged")
    found: list[tuple[int, bytes]] = []
    at = _HEAD + 1
    for _ in range(configuration[_HEAD]):
        head = configuration[at : at + 3]
        count = int.from_bytes(head[1:], "big")
        if len(head) < 3 or len(found) + count > _MAX_UNITS:
            raise Held("damaged")
        at += 3
        for _ in range(count):
            stop = at + 2 + int.from_bytes(configuration[at : at + 2], "big")
            if stop > len(configuration) or stop < at + 5:
                raise Held("damaged")
            found.append((head[0] & 63, configuration[at + 2 : stop]))
            at = stop
    return found


def _sequence(unit: bytes) -> tuple[PictureHeader, bytes]:
    """The beginning of a sequence parameter set (H.265, 7.3.2.2.1); profile, tier and level, 12 bytes. Raises Held."""
    plain = unit[2:].replace(b"\0\0\3", b"\0\0")
    bits = Bits(plain)
    bits.take(4)
    layers = bits.take(3)
    bits.take(1 + 88 + 8)
    present = [(bits.take(1), bits.take(1)) for _ in range(layers)]
    if layers:
        bits.take(2 * (8 - layers))
    for profile, level in present:
        bits.take(88 * profile + 8 * level)
    bits.exp_golomb()
    chroma = bits.exp_golomb()
    if chroma > 3 or (chroma == 3 and bits.take(1)):
        raise Held("encoding", detail="HEVC")
    width, height = bits.exp_golomb(), bits.exp_golomb()
    if bits.take(1):
        for _ in range(4):
            bits.exp_golomb()
    return PictureHeader(width, height, chroma, 8 + bits.exp_golomb()), plain[1:13]


# --- from the byte stream of an encoder


def picture(stream: bytes) -> bytes:
    """A coded picture with its slices and the messages of HDR, lengths of four bytes."""
    return with_lengths(unit for unit in units(stream) if _stays(unit))


def configuration(extradata: bytes) -> bytes:
    """The content of an `hvcC` box (ISO/IEC 14496-15, 8.3.3.1). Raises Held."""
    found = [(unit[0] >> 1 & 63, unit) for unit in units(extradata)]
    kept = [(kind, unit) for kind, unit in found if kind in _PARAMETER_SETS or (kind == _SEI and _stays(unit))]
    sequence = next((unit for kind, unit in kept if kind == _SPS), b"")
    if len(sequence) < 16:
        raise Held("encoding", detail="HEVC")
    head, level = _sequence(sequence)
    depths = 0xF8 | head.bits - 8
    out = b"\1" + level + b"\xf0\0\xfc" + bytes((0xFC | head.chroma, depths, depths)) + b"\0\0\x0f"
    kept.sort(key=lambda one: one[0])
    arrays = [(kind, [unit for _, unit in group]) for kind, group in groupby(kept, lambda one: one[0])]
    out += bytes((len(arrays),))
    for kind, content in arrays:
        out += bytes((0x80 | kind,)) + len(content).to_bytes(2, "big")
        out += b"".join(len(unit).to_bytes(2, "big") + unit for unit in content)
    return out


def _stays(unit: bytes) -> bool:
    kind = unit[0] >> 1 & 63
    return kind in _SLICES or (kind == _SEI and len(unit) > 3 and unit[2] in _HDR_MESSAGES)
