"""Reads the notes of films: `udta` boxes and QuickTime's keys. Apple's and 3GPP's names."""

from __future__ import annotations

from collections.abc import Iterator

from paravent.containers.boxes import Box
from paravent.inspect.containers.boxes import boxes
from paravent.inspect.containers.trailing import hidden
from paravent.inspect.entry import Entry, caption, decoded
from paravent.model.report import Kind

_WHERE = "HEIF udta"
_KEYS_WHERE = "HEIF keys"
_MAX_TEXT = 64 << 10
_FIELDS: dict[bytes, tuple[Kind, str]] = {
    b"\xa9xyz": (Kind.PLACE, "exact-position"),
    b"loci": (Kind.PLACE, "exact-position"),
    b"\xa9mak": (Kind.DEVICE, ""),
    b"\xa9mod": (Kind.DEVICE, ""),
    b"\xa9swr": (Kind.SOFTWARE, ""),
    b"\xa9too": (Kind.SOFTWARE, ""),
    b"\xa9day": (Kind.TIME, ""),
    b"\xa9aut": (Kind.PERSON_NAME, "author"),
    b"\xa9ART": (Kind.PERSON_NAME, "author"),
    b"auth": (Kind.PERSON_NAME, "author"),
    b"\xa9cpy": (Kind.PERSON_NAME, "copyright"),
    b"cprt": (Kind.PERSON_NAME, "copyright"),
}
_TEXTS = frozenset((b"\xa9nam", b"\xa9cmt", b"\xa9des", b"\xa9inf", b"titl", b"dscp"))
# Parts of QuickTime's key names, which stand in the clear.
_KEYS: tuple[tuple[bytes, Kind, str], ...] = (
    (b"location.ISO6709", Kind.PLACE, "exact-position"),
    (b"quicktime.make", Kind.DEVICE, ""),
    (b"quicktime.model", Kind.DEVICE, ""),
    (b"quicktime.software", Kind.SOFTWARE, ""),
    (b"creationdate", Kind.TIME, "to-the-second"),
    (b"content.identifier", Kind.IDENTIFIER, ""),
)


def entries(data: bytes, udta: Box) -> Iterator[Entry]:
    """What a `udta` box gives away."""
    for box in boxes(data, udta.content, udta.stop):
        text = data[box.content : min(box.stop, box.content + _MAX_TEXT)]
        if box.kind in _FIELDS:
            kind, precision = _FIELDS[box.kind]
            yield Entry(kind, _WHERE, precision, 0, box.kind.decode("latin-1"), decoded(text))
        elif box.kind in _TEXTS:
            yield caption(_WHERE, box.kind.decode("latin-1"), decoded(text))
        elif box.kind == b"meta":
            yield from keys(data, box)
        elif box.stop > box.content:
            yield hidden(data, box.content, box.stop, _WHERE, "private-chunk")


def keys(data: bytes, meta: Box) -> Iterator[Entry]:
    """What a QuickTime `meta` box of keys and values gives away."""
    yield Entry(Kind.OTHER_METADATA, _KEYS_WHERE, "", meta.stop - meta.content)
    text = data[meta.content : min(meta.stop, meta.content + _MAX_TEXT)]
    for sign, kind, precision in _KEYS:
        if sign in text:
            yield Entry(kind, _KEYS_WHERE, precision)
