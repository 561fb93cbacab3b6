"""EXIF, XMP and colour profiles in text chunks of PNG, for what they state of how a picture is shown.

Programs write EXIF as hexadecimal text ("Raw profile type exif", of ImageMagick) where they do not know the eXIf chunk, and
profiles where they do not know iCCP.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

_RAW = (b"Raw profile type exif", b"Raw profile type APP1")
_RAW_COLOURS = (b"Raw profile type icc", b"Raw profile type icm")
_PACKET = b"XML:com.adobe.xmp"
_MOST = 4_000_000  # bytes


def exif_of(parts: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The EXIF block of a raw profile; b"" if there is none. Never raises."""
    return _of_digits(_first(parts, _RAW))


def colours_of(parts: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The colour profile of a raw profile; b"" if there is none. Never raises."""
    return _of_digits(_first(parts, _RAW_COLOURS))


def _of_digits(text: bytes) -> bytes:
    """What a raw profile holds: a name, the size, and lines of digits."""
    digits = text.split()[2:]
    try:
        return bytes.fromhex(b"".join(digits).decode("ascii"))
    except ValueError:
        return b""


def packet_of(parts: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The XMP packet; b"" if there is none. Never raises."""
    return _first(parts, (_PACKET,))


def _first(parts: Iterable[tuple[bytes, bytes]], keywords: tuple[bytes, ...]) -> bytes:
    """The text of the first text chunk with one of these keywords (W3C PNG third edition, 11.3.2)."""
    for name, content in parts:
        keyword, _, rest = content.partition(b"\0")
        if name not in (b"tEXt", b"zTXt", b"iTXt") or keyword not in keywords:
            continue
        if name == b"iTXt":
            text = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
            return _inflated(text) if rest[:1] == b"\x01" else text
        return _inflated(rest[1:]) if name == b"zTXt" else rest
    return b""


def _inflated(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, _MOST)
    except zlib.error:
        return b""
