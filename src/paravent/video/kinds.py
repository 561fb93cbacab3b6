"""Tells videos by their first bytes, and what each becomes."""

from __future__ import annotations

from pathlib import Path

from paravent.stores.reading import read_head

_HEAD = 4096
# First boxes of an ISO base media or QuickTime file besides `ftyp`.
_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_STILL_BRANDS = (
    b"heic",
    b"heix",
    b"hevc",
    b"hevx",
    b"heim",
    b"heis",
    b"mif1",
    b"msf1",
    b"avif",
    b"avis",
    b"crx ",
    b"jxl ",
    b"jp2 ",
)
_3GP = (b"3gp", b"3g2")
_EBML = b"\x1aE\xdf\xa3"
_SYNC, _PACKET, _TIMED_PACKET = 0x47, 188, 192

KINDS = ("MP4", "QuickTime", "3GP", "AVI", "MPEG-TS", "Matroska", "WebM")
# Every copy is an MP4: one container to build, and one to judge.
CONTAINER = "MP4"


def of_file(path: Path) -> str:
    """The kind of video a file is, "" for none; never by its name."""
    return of_head(read_head(path, _HEAD))


def of_head(head: bytes) -> str:
    """The same from the first bytes; some hundred are enough."""
    if head[4:8] == b"ftyp":
        return _branded(head[8:12])
    if head[4:8] in _QUICKTIME:
        return "QuickTime"
    if head.startswith(_EBML):
        return "WebM" if b"webm" in head[:64] else "Matroska"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "AVI"
    for size, start in ((_PACKET, 0), (_TIMED_PACKET, 4)):
        places = range(start, min(len(head), start + 8 * size), size)
        if len(places) >= 3 and all(head[at] == _SYNC for at in places):
            return "MPEG-TS"
    return ""


def _branded(brand: bytes) -> str:
    if brand in _STILL_BRANDS:
        return ""
    if brand == b"qt  ":
        return "QuickTime"
    return "3GP" if brand[:3] in _3GP else "MP4"
