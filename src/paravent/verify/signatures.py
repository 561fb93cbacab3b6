"""Tells formats by their first bytes, and finds the orientation that a copy states."""

from __future__ import annotations

import re

from paravent.verify import tiff
from paravent.verify.offered import checks

_MAGIC = (
    ("JPEG", b"\xff\xd8\xff"),
    ("PNG", b"\x89PNG\r\n\x1a\n"),
    ("GIF", b"GIF87a"),
    ("GIF", b"GIF89a"),
    ("TIFF", b"II*\0"),
    ("TIFF", b"MM\0*"),
    ("BMP", b"BM"),
    ("JP2", b"\0\0\0\x0cjP  \r\n\x87\n"),
    ("JP2", b"\xff\x4f\xff\x51"),
)
_AVIF = frozenset((b"avif", b"avis"))
_HEIC = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
_HEAD = 64
# The one form that the checks let pass: big endian TIFF, one directory with one entry, Orientation, SHORT.
_MARK = re.compile(rb"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0([\x01-\x08])\0\0\0\0\0\0", re.DOTALL)


def format_of(data: bytes) -> str:
    """The format whose signature the first bytes carry, "" if it is none that copies have. Never by name."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if data[4:8] == b"ftyp":
        end = min(int.from_bytes(data[:4], "big"), _HEAD)
        brands = {data[8:12], *(data[at : at + 4] for at in range(16, end, 4))}
        return "AVIF" if brands & _AVIF else "HEIC" if brands & _HEIC else ""
    ours = next((name for name, magic in _MAGIC if data.startswith(magic)), "")
    return ours or next((one.name for one in checks().values() if one.recognises(data[:_HEAD])), "")


def stated_orientation(data: bytes, name: str) -> int:
    """EXIF orientation, 1 to 8, of a file whose container is of the permitted form. Raises Held."""
    if name == "TIFF":
        return next(tiff.pages(data)).orientation
    found = _MARK.search(data) if name in ("JPEG", "PNG", "WebP") else None
    return found[1][0] if found else 1
