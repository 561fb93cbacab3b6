"""What each kind of film is; see `formats.spec`. Every copy is an MP4: one container to build, and one to judge."""

from __future__ import annotations

from collections.abc import Callable

from paravent.containers import signatures
from paravent.formats.spec import FormatSpec, Media

# First boxes of a QuickTime file besides `ftyp`.
_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_QUICKTIME_BRAND, _3GP_BRANDS = b"qt  ", (b"3gp", b"3g2")
COPY = "MP4"  # of all copies
_SYNC, _PACKET, _TIMED_PACKET = 0x47, 188, 192
_PACKETS = 8  # that are looked at, 3 at least


def _is_mp4(head: bytes) -> bool:
    brand = signatures.video_brand(head)
    return brand not in (b"", _QUICKTIME_BRAND) and not brand.startswith(_3GP_BRANDS)


def _is_quicktime(head: bytes) -> bool:
    return signatures.video_brand(head) == _QUICKTIME_BRAND or head[4:8] in _QUICKTIME


def _is_webm(head: bytes) -> bool:
    return head.startswith(signatures.EBML) and b"webm" in head[:64]


def _is_transport_stream(head: bytes) -> bool:
    for size, start in ((_PACKET, 0), (_TIMED_PACKET, 4)):
        places = range(start, min(len(head), start + _PACKETS * size), size)
        if len(places) >= 3 and all(head[at] == _SYNC for at in places):
            return True
    return False


def _video(name: str, recognises: Callable[[bytes], bool], *endings: str) -> FormatSpec:
    return FormatSpec(
        name=name,
        media=frozenset((Media.VIDEO,)),
        recognises=recognises,
        endings=endings,
        extra="video",
        written_as="" if name == COPY else COPY,
    )


VIDEOS = (
    _video(COPY, _is_mp4, ".mp4", ".m4v"),
    _video("QuickTime", _is_quicktime, ".mov"),
    _video("3GP", lambda head: signatures.video_brand(head).startswith(_3GP_BRANDS), ".3gp", ".3g2"),
    _video("AVI", lambda head: signatures.riff(head) == b"AVI ", ".avi"),
    _video("MPEG-TS", _is_transport_stream, ".ts", ".mts", ".m2ts"),
    _video("WebM", _is_webm, ".webm"),
    _video("Matroska", lambda head: head.startswith(signatures.EBML), ".mkv"),
)
