"""Reads Photoshop image resources (8BIM blocks), as in JPEG APP13 and ImageMagick's PNG profiles."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from paravent.inspect.entry import Entry
from paravent.inspect.metadata import exif, iptc, xmp
from paravent.model.report import Kind

_PHOTOSHOP = "Photoshop"
_MAX_BLOCKS = 2000
# Metadata blocks within that are read; one of a kind is usual, and a hostile file could hold thousands.
_MAX_NESTED = 6

# Resource numbers of Adobe's Photoshop file format specification.
_THUMBNAILS = (0x0409, 0x040C)
_PROFILE, _URL = 0x040F, 0x040B
_NESTED: dict[int, Callable[[bytes], Iterator[Entry]]] = {
    0x0404: iptc.entries,
    0x0422: exif.entries,
    0x0423: exif.entries,
    0x0424: xmp.entries,
}
_THUMBNAIL_HEADER = 28


def entries(data: bytes) -> Iterator[Entry]:
    """Everything the resources give away. data: from the first `8BIM` on."""
    nested = 0
    for number, block in _blocks(data):
        if number not in _NESTED:
            yield from _resource(number, block)
            continue
        nested += 1
        if nested <= _MAX_NESTED:
            yield from _NESTED[number](block)
        else:
            yield Entry(Kind.OTHER_METADATA, _PHOTOSHOP, "unreadable", len(block))


def _resource(number: int, block: bytes) -> Iterator[Entry]:
    if number in _THUMBNAILS:
        yield Entry(Kind.HIDDEN_PICTURE, _PHOTOSHOP, "thumbnail", max(0, len(block) - _THUMBNAIL_HEADER))
    elif number == _PROFILE:
        yield Entry(Kind.COLOUR_PROFILE, _PHOTOSHOP, "", len(block))
    elif number == _URL:
        yield Entry(Kind.CAPTION, _PHOTOSHOP, "", len(block), "URL", block.decode("latin-1"))
    else:
        yield Entry(Kind.OTHER_METADATA, _PHOTOSHOP, "editing")


def _blocks(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(_MAX_BLOCKS):
        if len(data) - at < 12 or data[at : at + 4] not in (b"8BIM", b"MeSa", b"AgHg", b"PHUT"):
            return
        number = int.from_bytes(data[at + 4 : at + 6], "big")
        # A Pascal string, padded to an even length with its length byte.
        at += 6 + (data[at + 6] + 2) // 2 * 2
        size = int.from_bytes(data[at : at + 4], "big")
        yield number, data[at + 4 : at + 4 + size]
        at += 4 + size + size % 2
