"""Opus (RFC 6716, RFC 7845): the setup written anew from what it means, and whether a packet is full of sound."""

from __future__ import annotations

_NAME, _LENGTH = b"OpusHead", 19
_RATE = 48_000  # at which it is heard; what it was recorded at says nothing
_LONGEST_RUN_UP = 3840  # samples (RFC 7845, 4.2)
# Kinds of packets from which on all of a frame belongs to the coder of music, whose allocation fills it to the last byte.
_FILLED = 16
_FRAME = (120, 240, 480, 960)  # samples, by the kind
_MOST = 40  # bytes for 2.5 ms and channel: 128 kbit/s, from where on bands begin to be full
_SILENCE = b"\xff\xfe"  # from here on the first symbol of a frame says that nothing follows


def written(setup: bytes) -> bytes | None:
    """The same setup without a number that means nothing; None if it cannot be written (several streams, a gain)."""
    if setup[:8] != _NAME or len(setup) != _LENGTH or setup[8] != 1 or setup[18] or setup[9] not in (1, 2):
        return None
    run_up = int.from_bytes(setup[10:12], "little")
    if run_up > _LONGEST_RUN_UP or any(setup[16:18]):
        return None
    return _NAME + bytes((1, setup[9])) + setup[10:12] + _RATE.to_bytes(4, "little") + bytes(3)


def is_full(content: bytes) -> bool:
    """Whether no byte of a packet can be anything but sound, as far as that can be told without decoding it."""
    if not content or content[0] >> 3 < _FILLED:
        return False  # behind what is coded for speech there may be room
    frames = _frames(content)
    kind = content[0]
    most = _MOST * (1 + (kind >> 2 & 1)) * _FRAME[kind >> 3 & 3] // 120
    return frames is not None and all(len(one) <= most and (len(one) <= 2 or one[:2] < _SILENCE) for one in frames)


def _frames(content: bytes) -> list[bytes] | None:
    """The frames of a packet (RFC 6716, 3.2); None if they do not fill it."""
    form, rest = content[0] & 3, content[1:]
    if form == 0:
        return [rest]
    if form == 1:
        half = len(rest) // 2
        return [rest[:half], rest[half:]] if len(rest) % 2 == 0 else None
    if form == 2:
        return _cut(rest, 2)
    if not rest or rest[0] & 0x40 or not rest[0] & 63:
        return None
    count = rest[0] & 63
    if rest[0] & 0x80:
        return _cut(rest[1:], count)
    each, left = divmod(len(rest) - 1, count)
    return [rest[1 + each * i : 1 + each * (i + 1)] for i in range(count)] if not left else None


def _cut(rest: bytes, count: int) -> list[bytes] | None:
    """Frames whose lengths stand in front of them, but for the last one's."""
    lengths, at = [], 0
    for _ in range(count - 1):
        if at >= len(rest):
            return None
        length, at = rest[at], at + 1
        if length >= 252:
            if at >= len(rest):
                return None
            length, at = length + 4 * rest[at], at + 1
        lengths.append(length)
    frames = []
    for length in lengths:
        frames.append(rest[at : at + length])
        at += length
    return [*frames, rest[at:]] if at <= len(rest) else None
