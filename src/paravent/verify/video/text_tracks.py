"""The one form of a track of subtitles (3GPP TS 26.245), and of its samples."""

from __future__ import annotations

_STYLE = bytes.fromhex("00000000 0001 00 12 ffffffff")  # all of the text, font 1, plain, 18, white
_FONTS = b"\0\0\0\x17ftab\0\1\0\1\x0aSans-Serif"
_CONTENT = bytes(6) + b"\0\1" + bytes(4) + b"\1\xff" + bytes(4) + bytes(8) + _STYLE + _FONTS
ENTRY = (8 + len(_CONTENT)).to_bytes(4, "big") + b"tx3g" + _CONTENT


def is_plain(sample: bytes) -> bool:
    """Whether a sample is the length of a text and the text, every sign of which is seen or ends a line."""
    length, text = int.from_bytes(sample[:2], "big"), sample[2:]
    if len(sample) < 2 or length != len(text):
        return False
    try:
        return all(line == "" or line.isprintable() for line in text.decode().split("\n"))
    except UnicodeDecodeError:
        return False
