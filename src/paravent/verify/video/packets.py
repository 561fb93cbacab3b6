"""What of a packet of sound is sound: the part that two packets are compared by."""

from __future__ import annotations

# ISO/IEC 14496-3, table 4.85: a single channel, a pair, the low frequencies; data, fill.
_SOUND = (0, 1, 3)
_DATA, _FILL = 4, 6
_LONGEST = 4096  # bytes in front of the sound that are passed over


def sound_of(codec: str, content: bytes) -> bytes:
    """A packet without the data and fill elements in front of AAC; all of any other codec's."""
    if codec != "aac":
        return content
    start = _first_sound(content)
    if start is None:
        return b""
    if not start:
        return content
    moved = int.from_bytes(content, "big") << start & ((1 << 8 * len(content)) - 1)
    return moved.to_bytes(len(content), "big")[: -(-(8 * len(content) - start) // 8)]


def _first_sound(content: bytes) -> int | None:
    """The bit at which the first element of sound begins; None if there is none."""
    bits = "".join(f"{byte:08b}" for byte in content[:_LONGEST])
    at = 0
    while at + 7 <= len(bits):
        kind = int(bits[at : at + 3], 2)
        if kind in _SOUND:
            return at
        if kind == _FILL:
            count, at = _number(bits, at + 3, 4)
            if count == 15:
                more, at = _number(bits, at, 8)
                count += more - 1
        elif kind == _DATA:
            aligned = bits[at + 7 : at + 8] == "1"
            count, at = _number(bits, at + 8, 8)
            if count == 255:
                more, at = _number(bits, at, 8)
                count += more
            at += -at % 8 * aligned
        else:
            return None
        at += 8 * count
    return None


def _number(bits: str, at: int, length: int) -> tuple[int, int]:
    """A number, and where what follows begins."""
    return int(bits[at : at + length] or "0", 2), at + length
