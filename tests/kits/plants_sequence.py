"""Hiding places of AVIF sequences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO

from PIL import Image

from inspect_kit import box
from paravent.model.report import Kind
from plants_kit import SECRET, TINY, ZIP, Plant, drawn

# Bytes in front of the boxes inside, of those that have some.
_LEADS = {b"stsd": 8, b"av01": 78}
_TRACK = (b"moov", b"trak")
_MEDIA = (*_TRACK, b"mdia")


@lru_cache
def _sequence() -> bytes:
    first, second = (Image.fromarray(samples) for samples in (drawn(), 255 - drawn()))
    out = BytesIO()
    options = {"duration": [100, 200], "quality": 90, "speed": 9, "max_threads": 1}
    first.save(out, "AVIF", save_all=True, append_images=[second], **options)
    return out.getvalue()


def _find(data: bytes, path: Sequence[bytes]) -> list[int]:
    """Where each box of the path begins."""
    places, at, end = [], 0, len(data)
    for name in path:
        while data[at + 4 : at + 8] != name:
            at += int.from_bytes(data[at : at + 4], "big")
            assert at < end, name
        places.append(at)
        end = at + int.from_bytes(data[at : at + 4], "big")
        at += 8 + _LEADS.get(name, 0)
    return places


def _grown(path: Sequence[bytes], more: bytes, *, front: int | None = None) -> bytes:
    """The sequence with more bytes at the end of a box, or `front` bytes behind its beginning."""
    data = bytearray(_sequence())
    places = _find(data, path)
    last = places[-1]
    at = last + front if front is not None else last + int.from_bytes(data[last : last + 4], "big")
    for place in places:
        data[place : place + 4] = (int.from_bytes(data[place : place + 4], "big") + len(more)).to_bytes(4, "big")
    if at <= _find(_sequence(), [b"mdat"])[0]:
        for name, behind in ((b"iloc", 18), (b"stco", 12)):
            offset = data.index(name) + behind
            data[offset : offset + 4] = (int.from_bytes(data[offset : offset + 4], "big") + len(more)).to_bytes(4, "big")
    data[at:at] = more
    return bytes(data)


def _message() -> bytes:
    """Metadata of its own in the second picture."""
    unit = bytes((5 << 3 | 2, 2 + len(SECRET))) + b"\4\xb5" + SECRET
    data = _grown([b"mdat"], unit)
    at = data.index(b"stsz") + 16 + 4
    size = int.from_bytes(data[at : at + 4], "big") + len(unit)
    return data[:at] + size.to_bytes(4, "big") + data[at + 4 :]


def _other_track() -> bytes:
    trak = _find(_sequence(), _TRACK)[-1]
    size = int.from_bytes(_sequence()[trak : trak + 4], "big")
    video = _sequence()[trak : trak + size].replace(b"pict", b"vide")
    offset = video.index(b"stco") + 12
    more = len(video)
    place = int.from_bytes(video[offset : offset + 4], "big") + more
    return _grown([b"moov"], video[:offset] + place.to_bytes(4, "big") + video[offset + 4 :]) + box(b"free", SECRET)


PLANTS = [
    Plant("AVIF sequence", place, *row)
    for place, row in {
        "notes of the film": (
            lambda: _grown([b"moov"], box(b"udta", box(b"\xa9nam", SECRET))),
            Kind.CAPTION,
            "HEIF udta",
        ),
        "notes of the track": (lambda: _grown(_TRACK, box(b"udta", box(b"\xa9nam", SECRET))), Kind.CAPTION, "HEIF udta"),
        "unknown box in the film": (lambda: _grown([b"moov"], box(b"quil", SECRET)), Kind.OTHER_METADATA, "HEIF box"),
        "unknown box in the track": (lambda: _grown(_TRACK, box(b"quil", SECRET)), Kind.OTHER_METADATA, "HEIF box"),
        "handler name": (
            lambda: _grown((*_MEDIA, b"hdlr"), SECRET, front=32),
            Kind.SOFTWARE,
            "HEIF track",
        ),
        "message in a picture": (_message, Kind.HIDDEN_DATA, "HEIF picture data"),
        "a film beside it": (_other_track, Kind.HIDDEN_VIDEO, "HEIF track"),
        "unreferenced mdat": (lambda: _grown([b"mdat"], SECRET), Kind.HIDDEN_DATA, "between HEIF items"),
        "free box": (lambda: _sequence() + box(b"free", SECRET), Kind.HIDDEN_DATA, "between HEIF items"),
        "text behind the end": (lambda: _sequence() + SECRET, Kind.TRAILING_BYTES, "behind the picture"),
        "archive behind the end": (lambda: _sequence() + ZIP, Kind.TRAILING_BYTES, "behind the picture"),
        "picture behind the end": (lambda: _sequence() + TINY, Kind.HIDDEN_PICTURE, "behind the picture"),
    }.items()
]
