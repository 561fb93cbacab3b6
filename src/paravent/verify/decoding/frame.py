"""The frame header of any JPEG, for reading its coefficients."""

from __future__ import annotations

import math

_FRAMES = (0xC0, 0xC1, 0xC2)  # baseline, extended, progressive
_ALONE = (0x01, *range(0xD0, 0xD8))  # markers without a length


def frame_of(data: bytes) -> tuple[int, int, list[tuple[int, int]]] | None:
    """Width, height and the smallest sampling factors of a grey or YCbCr frame of 8 bits, its MCUs made of whole blocks."""
    at = 2
    if data[:2] != b"\xff\xd8":
        return None
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAMES:
            return _read(data[at + 4 : at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")])
        if marker == 0xFF:
            at += 1
        elif marker in _ALONE:
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def _read(body: bytes) -> tuple[int, int, list[tuple[int, int]]] | None:
    if len(body) < 6 or body[0] != 8 or body[5] not in (1, 3) or len(body) != 6 + 3 * body[5]:
        return None
    height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
    factors = [(body[at] >> 4, body[at] & 15) for at in range(7, len(body), 3)]
    if any(0 in pair for pair in factors):
        return None
    common = [math.gcd(*values) for values in zip(*factors, strict=True)]
    sampling = [(h // common[0], v // common[1]) for h, v in factors]
    across, down = (max(values) for values in zip(*sampling, strict=True))
    whole = all(across % h == 0 and down % v == 0 for h, v in sampling)
    return (width, height, sampling) if whole and width and height else None
