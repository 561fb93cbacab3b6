"""ISO base media files (ISO/IEC 14496-12): boxes in memory, brands, and the writing of boxes and items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from paravent.containers.boxes import of_bytes, walk
from paravent.containers.items import Item, Property
from paravent.errors import Held

_MAX_BOXES = 10_000  # in one box


def boxes(data: bytes) -> Iterator[Property]:
    """Names and contents of the boxes in `data`, one after the other. Raises Held."""
    at = 0
    for box in walk(of_bytes(data), 0, len(data), _MAX_BOXES):
        at = box.stop
        if at > len(data):
            break
        yield box.kind, data[box.content : at]
    if at != len(data):
        raise Held("damaged")


def is_branded(head: bytes, brands: frozenset[bytes]) -> bool:
    """Whether the file type box at the very beginning names one of the brands, as far as `head` reaches."""
    if head[4:8] != b"ftyp":
        return False
    stop = min(len(head), int.from_bytes(head[:4], "big"))
    return any(head[at : at + 4] in brands for at in (8, *range(16, stop - 3, 4)))


def box(name: bytes, *parts: bytes) -> bytes:
    """A box of the given contents."""
    size = 8 + sum(map(len, parts))
    return size.to_bytes(4, "big") + name + b"".join(parts)


def full_box(name: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A box with version and flags."""
    return box(name, bytes((version,)) + flags.to_bytes(3, "big"), *parts)


_XMP = b"application/rdf+xml\0"
_ESSENTIAL = (b"hvcC", b"av1C", b"clap")
_MAX_PROPERTIES = 127  # what an association of 8 bits can name


def write(brands: Sequence[bytes], items: Sequence[Item]) -> bytes:
    """A file of the given items and nothing else; the first is the primary one. Equal properties are written once.

    Items of kind `mime` are XMP.

    brands: the major one first. Layout: ftyp, meta (hdlr, pitm, iloc, iinf, iref where needed, iprp), one mdat that the
    items fill from end to end. Raises Held where the properties are too many.
    """
    properties = list(dict.fromkeys(prop for item in items for prop in item.properties))
    if len(properties) > _MAX_PROPERTIES:
        raise Held("encoding", detail="ISO BMFF ipco")
    head = box(b"ftyp", brands[0], bytes(4), *brands)
    start = len(head) + len(meta_box(items, properties, 0)) + 8
    return head + meta_box(items, properties, start) + box(b"mdat", *(item.content for item in items))


def meta_box(items: Sequence[Item], properties: list[Property], start: int) -> bytes:
    """The `meta` box of a file. properties: of all items. start: where their contents stand, one behind the other."""
    locations, entries, references = b"", b"", b""
    for item in items:
        locations += _u16(item.number) + _u16(0) + _u16(1) + _u32(start) + _u32(len(item.content))
        start += len(item.content)
        entries += full_box(
            b"infe", _u16(item.number), bytes(2), item.kind, b"\0", _XMP * (item.kind == b"mime"), version=2
        )
        for kind, targets in item.references.items():
            references += box(kind, _u16(item.number), _u16(len(targets)), *map(_u16, targets))
    described = [item for item in items if item.properties]
    associations = b"".join(_association(item, properties) for item in described)
    return full_box(
        b"meta",
        full_box(b"hdlr", bytes(4), b"pict", bytes(13)),
        full_box(b"pitm", _u16(items[0].number)),
        full_box(b"iloc", b"\x44\x00", _u16(len(items)), locations),
        full_box(b"iinf", _u16(len(items)), entries),
        full_box(b"iref", references) if references else b"",
        box(
            b"iprp",
            box(b"ipco", *(box(*prop) for prop in properties)),
            full_box(b"ipma", _u32(len(described)), associations),
        ),
    )


def _association(item: Item, properties: list[Property]) -> bytes:
    indices = (properties.index(prop) + 1 | (0x80 if prop[0] in _ESSENTIAL else 0) for prop in item.properties)
    return _u16(item.number) + bytes((len(item.properties), *indices))


def _u16(value: int) -> bytes:
    return value.to_bytes(2, "big")


def _u32(value: int) -> bytes:
    return value.to_bytes(4, "big")
