"""Which units of a coded picture may stand in a copy: parameter sets and slices of HEVC, frames of AV1; no messages."""

from __future__ import annotations

_PARAMETER_SETS = [32, 33, 34]  # ITU-T H.265, table 7-1: VPS, SPS, PPS
_STILL_SLICES = range(16, 22)  # pictures that need no other
_MAX_PARAMETER_SET = 200  # those of one picture have some 50 bytes
_MAX_UNITS = 100_000
# AV1, 6.2.2: sequence header, frame header, tile group, frame.
_SEQUENCE, _FRAME_HEADER, _TILES, _FRAME = 1, 3, 4, 6


def is_hevc_configuration(content: bytes) -> bool:
    """Whether an `hvcC` box's content holds one video, sequence and picture parameter set each, and nothing else."""
    if len(content) < 23 or content[0] != 1 or content[21] & 3 != 3 or content[22] != 3:
        return False
    at, kinds = 23, []
    for _ in range(3):
        length = int.from_bytes(content[at + 3 : at + 5], "big")
        unit = content[at + 5 : at + 5 + length]
        whole = content[at + 1 : at + 3] == b"\0\1" and len(unit) == length and 3 <= length <= _MAX_PARAMETER_SET
        if not whole or _hevc_kind(unit) != content[at] & 63:
            return False
        kinds.append(content[at] & 63)
        at += 5 + length
    return at == len(content) and kinds == _PARAMETER_SETS


def is_hevc_picture(content: bytes, configuration: bytes) -> bool:
    """Whether a picture is nothing but slices of one kind, each behind its length of four bytes."""
    at = 0
    kinds = set()
    for _ in range(_MAX_UNITS):
        if at >= len(content):
            break
        length = int.from_bytes(content[at : at + 4], "big")
        if length < 3 or at + 4 + length > len(content):
            return False
        kinds.add(_hevc_kind(content[at + 4 : at + 6]))
        at += 4 + length
    return at == len(content) and len(kinds) == 1 and kinds <= set(_STILL_SLICES)


def _hevc_kind(unit: bytes) -> int:
    """The kind of a unit of the base layer; -1 for a header of any other form."""
    plain = not unit[0] & 0x81 and unit[1] == 1
    return unit[0] >> 1 if plain else -1


def is_av1_configuration(content: bytes) -> bool:
    """Whether an `av1C` box's content is the fixed fields alone, without units of its own."""
    return len(content) == 4 and content[0] == 0x81 and content[3] == 0


def is_av1_picture(content: bytes, configuration: bytes) -> bool:
    """Whether a picture is a sequence header and one frame, filling the content."""
    units = _av1_units(content)
    parts = [kind for kind, _ in units or ()]
    split = parts[1:2] == [_FRAME_HEADER] and len(parts) > 2 and set(parts[2:]) == {_TILES}
    framed = parts[1:2] == [_FRAME] and set(parts[2:]) <= {_TILES}
    return parts[:1] == [_SEQUENCE] and (split or framed)


def av1_sample_header(content: bytes) -> bytes | None:
    """The sequence header that a sample begins with, empty if it has none; None where it holds more than frames."""
    units = _av1_units(content)
    if not units:
        return None
    header = units[0][1] if units[0][0] == _SEQUENCE else b""
    frames = [kind for kind, _ in units[bool(header) :]]
    return header if frames and set(frames) <= {_FRAME_HEADER, _TILES, _FRAME} else None


def _av1_units(content: bytes) -> list[tuple[int, bytes]] | None:
    """Kinds and contents of the units; None where they do not fill the content or are of another form."""
    units: list[tuple[int, bytes]] = []
    at = 0
    while at < len(content) and len(units) < _MAX_UNITS:
        head = content[at]
        length, start = _leb128(content, at + 1)
        # a size field is there, no extension, nothing forbidden or reserved
        if head & 0x87 != 2 or length < 1 or start + length > len(content):
            return None
        units.append((head >> 3, content[start : start + length]))
        at = start + length
    return units if at == len(content) else None


def _leb128(content: bytes, at: int) -> tuple[int, int]:
    """A length (AV1, 4.10.5) and where what follows begins; length -1 where there is none of up to four bytes."""
    value = 0
    for index, byte in enumerate(content[at : at + 4]):
        value |= (byte & 127) << 7 * index
        if not byte & 128:
            return value, at + index + 1
    return -1, at
