"""What decoders are told in the tables of a copy, read to the last bit: nothing may stand there that means nothing.

Each is the one form that copies have. A remainder of any kind is refused.
"""

from __future__ import annotations

from collections.abc import Callable

_VPS, _SPS, _PPS = 32, 33, 34  # H.265, table 7-1
_OPUS_RATE = 48_000
_LONGEST_RUN_UP = 3840
_MOST_BYTES = 1024  # of a parameter set


def is_plain(name: bytes, content: bytes) -> bool:
    """Whether the content of a decoder's configuration says what it must and no more."""
    try:
        return _RULES[name](content)
    except (IndexError, ValueError):
        return False


def colour(content: bytes) -> bool:
    """`colr` (ISO/IEC 14496-12, 12.1.5): three code points of a byte each, and the range."""
    return len(content) == 11 and content[:4] == b"nclx" and not any(content[4:10:2]) and content[10] in (0, 0x80)


def aspect(content: bytes) -> bool:
    """`pasp`: two numbers without a common divisor could not say less."""
    width, height = int.from_bytes(content[:4], "big"), int.from_bytes(content[4:], "big")
    return len(content) == 8 and width > 0 and height > 0 and _divisor(width, height) == 1


def _divisor(one: int, other: int) -> int:
    while other:
        one, other = other, one % other
    return one


def _avc(content: bytes) -> bool:
    """`avcC` (ISO/IEC 14496-15, 5.3.3.1)."""
    sequences, at = _sets(content, 6, content[5] & 31)
    pictures, at = _sets(content, at + 1, content[at])
    profile = sequences[0][1:4]
    deep = b"\xfd\xf8\xf8\0" if profile[0] >= 100 else b""
    kinds = [*(unit[0] & 31 for unit in sequences), *(unit[0] & 31 for unit in pictures)]
    return (
        content[:6] == b"\1" + profile + b"\xff" + bytes((0xE0 | len(sequences),))
        and kinds == [7] * len(sequences) + [8] * len(pictures)
        and bool(pictures)
        and content[at:] == deep
        and all(map(_is_closed, (*sequences, *pictures)))
    )


def _hevc(content: bytes) -> bool:
    """`hvcC` (ISO/IEC 14496-15, 8.3.3.1): three kinds of parameter sets, in this order, each complete."""
    if content[0] != 1 or content[13:16] != b"\xf0\0\xfc" or content[16] & 0xFC != 0xFC:
        return False
    if content[17] != content[18] or content[17] & 0xF8 != 0xF8 or content[19:22] != b"\0\0\x0f":
        return False
    at, kinds = 23, []
    for _ in range(content[22]):
        kind, count = content[at] & 63, int.from_bytes(content[at + 1 : at + 3], "big")
        units, end = _sets(content, at + 3, count)
        if content[at] & 0xC0 != 0x80 or any(unit[0] >> 1 & 63 != kind for unit in units):
            return False
        if not all(map(_is_closed, units)):
            return False
        if kind == _SPS and units[0].replace(b"\0\0\3", b"\0\0")[3:15] != content[1:13]:
            return False
        kinds.append(kind)
        at = end
    return [kind for kind in kinds if kind in (_VPS, _SPS, _PPS)] == [_VPS, _SPS, _PPS] and at == len(content)


def _vp9(content: bytes) -> bool:
    """`vpcC` (VP Codec ISO Media File Format Binding 1.0, 2.2), without data of its own."""
    depth, chroma = content[6] >> 4, content[6] >> 1 & 7
    profile = 2 if depth > 8 else 0
    return (
        len(content) == 12
        and content[:4] == b"\1\0\0\0"
        and (content[4], content[5], chroma) == (profile, 51, 1)
        and depth in (8, 10)
        and not any(content[10:])
    )


def _av1(content: bytes) -> bool:
    """`av1C` (AV1 Codec ISO Media File Format Binding, 2.3): one sequence header, and messages of HDR."""
    at, kinds = 4, []
    while at < len(content):
        head = content[at]
        length, start = _leb128(content, at + 1)
        if head & 0x87 != 2 or start + length > len(content):
            return False
        kinds.append(head >> 3 & 15)
        at = start + length
    return (
        content[0] == 0x81
        and content[2] & 0x3F == 0b1100
        and content[3] == 0
        and kinds[:1] == [1]
        and all(kind == 5 for kind in kinds[1:])
    )


def _leb128(content: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(8):
        byte = content[at + index]
        value |= (byte & 127) << 7 * index
        if not byte & 128:
            return value, at + index + 1
    raise ValueError(at)


def _sets(content: bytes, at: int, count: int) -> tuple[list[bytes], int]:
    """So many parameter sets with their lengths in front, and where they end. Raises ValueError."""
    found = []
    for _ in range(count):
        length = int.from_bytes(content[at : at + 2], "big")
        unit = content[at + 2 : at + 2 + length]
        if len(unit) != length or not 2 <= length <= _MOST_BYTES:
            raise ValueError(at)
        found.append(unit)
        at += 2 + length
    return found, at


def _is_closed(unit: bytes) -> bool:
    """Whether it ends with the bit that ends it (H.264, 7.3.2.11), and not with zeros."""
    return unit[-1] != 0


# --- sound

# ISO/IEC 14496-1, 7.2.6: identity and sync, and what is said of a stream of AAC in an MP4.
_ES, _DECODER, _SPECIFIC, _SYNC = 3, 4, 5, b"\x06\x01\x02"
_AAC_STREAM = b"\x40\x15" + bytes(11)


def _aac(content: bytes) -> bool:
    """`esds`: nested parts that fill each other, and a setup that fills the last one to the bit."""
    head = 5
    if content[:4] != bytes(4) or content[4] != _ES or content[head] != len(content) - head - 1 or content[6:9] != bytes(3):
        return False
    decoder = content[9:-3]
    if content[-3:] != _SYNC or decoder[0] != _DECODER or decoder[1] != len(decoder) - 2 or decoder[2:15] != _AAC_STREAM:
        return False
    return decoder[15] == _SPECIFIC and decoder[16] == len(decoder) - 17 and _is_audio_config(decoder[17:])


def _is_audio_config(content: bytes) -> bool:
    """AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) of AAC LC, with SBR and PS or without; at most a byte is filled up."""
    bits = "".join(f"{byte:08b}" for byte in content)
    at = 0

    def take(count: int) -> int:
        nonlocal at
        at += count
        if at > len(bits):
            raise ValueError(count)
        return int(bits[at - count : at], 2)

    kind, rate, channels = take(5), take(4), take(4)
    wide = 0
    explicit = kind in (5, 29)
    if explicit:
        wide, kind = take(4), take(5)
    if kind != 2 or max(rate, wide) > 12 or not 1 <= channels <= 7 or take(3) & 3:
        return False
    if not explicit and len(bits) - at >= 16:
        if take(16) != 0x2B7 << 5 | 5:
            return False
        if take(1):
            if take(4) > 12:
                return False
            if len(bits) - at >= 12 and take(11) == 0x548:
                take(1)
    return len(bits) - at < 8 and "1" not in bits[at:]


def _opus(content: bytes) -> bool:
    """`dOps` (Encapsulation of Opus in ISO Base Media File Format, 4.3.2): one stream, no gain, always one rate."""
    return (
        len(content) == 11
        and content[0] == 0
        and content[1] in (1, 2)
        and int.from_bytes(content[2:4], "big") <= _LONGEST_RUN_UP
        and int.from_bytes(content[4:8], "big") == _OPUS_RATE
        and not any(content[8:])
    )


_RULES: dict[bytes, Callable[[bytes], bool]] = {
    b"avcC": _avc,
    b"hvcC": _hevc,
    b"vpcC": _vp9,
    b"av1C": _av1,
    b"esds": _aac,
    b"dOps": _opus,
}
