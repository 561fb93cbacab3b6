"""H.264 pictures: from the byte stream an encoder gives to what a container stores (ISO/IEC 14496-15), without messages.

What no decoder needs (the encoder's name and settings, user data, delimiters) is left out.
"""

from __future__ import annotations

from paravent.codecs.byte_stream import units, with_lengths
from paravent.errors import Held

# H.264, table 7-1: slices, and the two parameter sets.
_SLICES, _SPS, _PPS = (1, 5), 7, 8


def picture(stream: bytes) -> bytes:
    """A coded H.264 picture with its slices only, lengths of four bytes."""
    return with_lengths(unit for unit in units(stream) if unit[0] & 31 in _SLICES)


def configuration(extradata: bytes) -> bytes:
    """The content of an `avcC` box (ISO/IEC 14496-15, 5.3.3). Raises Held."""
    found = list(units(extradata))
    sequences = [unit for unit in found if unit[0] & 31 == _SPS]
    pictures = [unit for unit in found if unit[0] & 31 == _PPS]
    if not sequences or not pictures or len(sequences[0]) < 4:
        raise Held("encoding", detail="H.264")
    profile = sequences[0][1:4]
    out = b"\1" + profile + b"\xff" + bytes((0xE0 | len(sequences),))
    out += b"".join(len(unit).to_bytes(2, "big") + unit for unit in sequences)
    out += bytes((len(pictures),)) + b"".join(len(unit).to_bytes(2, "big") + unit for unit in pictures)
    return out + (b"\xfd\xf8\xf8\0" if profile[0] >= 100 else b"")  # 4:2:0, 8 bits
