"""Reading the items of an ISO base media file (HEIC, AVIF): boxes, items, properties, references; every count bounded.

ISO/IEC 14496-12 names the boxes, ISO/IEC 23008-12 the items. Nothing is decoded here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from paravent.containers.boxes import of_bytes, walk
from paravent.errors import Held

_MAX_BOXES = 10_000  # in one box
_MAX_ITEMS = 4_000
_MAX_LINKS = 20_000  # references, associations and extents, of each kind in one file

# Name and content of one property box.
Property: TypeAlias = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a file: a coded picture, a grid of pictures, metadata.

    kind: four characters ("hvc1", "av01", "grid", ...). properties: in the order they apply. references: from this item
    to others, by the kind of reference.
    """

    number: int
    kind: bytes
    properties: tuple[Property, ...] = ()
    content: bytes = b""
    references: dict[bytes, tuple[int, ...]] = field(default_factory=dict)

    def get(self, name: bytes) -> bytes | None:
        """The content of the first property of that name."""
        return next((content for kind, content in self.properties if kind == name), None)


@dataclass(slots=True)
class _Meta:
    """The tables of one `meta` box, not yet joined. places: extents read, which need not take any bytes."""

    primary: int = 0
    kinds: dict[int, bytes] = field(default_factory=dict)
    properties: list[Property] = field(default_factory=list)
    associations: dict[int, list[int]] = field(default_factory=dict)
    references: dict[int, dict[bytes, tuple[int, ...]]] = field(default_factory=dict)
    extents: dict[int, tuple[int, list[tuple[int, int]]]] = field(default_factory=dict)
    places: int = 0
    inner: bytes = b""


class Items:
    """The items of one file, their contents cut out when asked for."""

    def __init__(self, data: bytes) -> None:
        """Read the tables. Raises Held for broken ones."""
        self._data = data
        top = _top(data)
        self.names = frozenset(top)
        meta = top.get(b"meta")
        if meta is None:
            raise Held("animated" if b"moov" in top else "damaged")
        self._meta = _read_meta(_Cursor(meta).rest_of_full_box()[1])
        self._left = len(data)

    @property
    def primary(self) -> int:
        """The number of the picture that is shown."""
        return self._meta.primary

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of all items."""
        return tuple(self._meta.kinds)

    def item(self, number: int, *, content: bool = False) -> Item:
        """One item; with its content only if asked, and all contents together no longer than the file. Raises Held."""
        meta = self._meta
        if number not in meta.kinds:
            raise Held("damaged")
        wanted = meta.associations.get(number, [])
        if any(index > len(meta.properties) for index in wanted):
            raise Held("damaged")
        properties = tuple(meta.properties[index - 1] for index in wanted if index)
        cut = self._content(number) if content else b""
        return Item(number, meta.kinds[number], properties, cut, meta.references.get(number, {}))

    def _content(self, number: int) -> bytes:
        method, extents = self._meta.extents.get(number, (0, []))
        if method > 1:
            raise Held("encoding", detail="ISO BMFF iloc")
        where = self._meta.inner if method else self._data
        self._left -= sum(length for _, length in extents)
        if self._left < 0 or any(start + length > len(where) for start, length in extents):
            raise Held("damaged")
        return b"".join(where[start : start + length] for start, length in extents)


def _top(data: bytes) -> dict[bytes, bytes]:
    """The first box of each kind on the top level. What follows the picture need not be boxes. Raises Held."""
    found: dict[bytes, bytes] = {}
    try:
        for name, content in boxes(data):
            found.setdefault(name, content)
    except Held:
        if not found.keys() >= {b"meta", b"mdat"}:
            raise
    return found


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


class _Cursor:
    """Big-endian numbers out of bytes, bounds checked."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data = data
        self.at = at

    def take(self, count: int) -> bytes:
        if self.at + count > len(self._data):
            raise Held("damaged")
        self.at += count
        return self._data[self.at - count : self.at]

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "big")

    def rest(self) -> bytes:
        return self._data[self.at :]

    def full_box(self) -> tuple[int, int]:
        """Version and flags."""
        return self.number(1), self.number(3)

    def rest_of_full_box(self) -> tuple[int, bytes]:
        version, _ = self.full_box()
        return version, self.rest()


def _bounded(count: int, limit: int) -> int:
    if count > limit:
        raise Held("damaged")
    return count


def _read_meta(content: bytes) -> _Meta:
    meta = _Meta()
    for name, box in boxes(content):
        if name == b"pitm":
            cursor = _Cursor(box)
            meta.primary = cursor.number(2 if cursor.full_box()[0] == 0 else 4)
        elif name == b"iinf":
            _read_kinds(box, meta)
        elif name == b"iloc":
            _read_locations(box, meta)
        elif name == b"iref":
            _read_references(box, meta)
        elif name == b"iprp":
            _read_properties(box, meta)
        elif name == b"idat":
            meta.inner = box
    return meta


def _read_kinds(box: bytes, meta: _Meta) -> None:
    cursor = _Cursor(box)
    _bounded(cursor.number(2 if cursor.full_box()[0] == 0 else 4), _MAX_ITEMS)
    for name, entry in boxes(cursor.rest()):
        inner = _Cursor(entry)
        version, _ = inner.full_box()
        if name == b"infe" and version in (2, 3):
            number = inner.number(2 if version == 2 else 4)
            inner.take(2)
            meta.kinds[number] = inner.take(4)
    _bounded(len(meta.kinds), _MAX_ITEMS)


def _read_locations(box: bytes, meta: _Meta) -> None:
    cursor = _Cursor(box)
    version, _ = cursor.full_box()
    sizes = cursor.number(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    wide = 4 if version == 2 else 2
    for _ in range(_bounded(cursor.number(wide), _MAX_ITEMS)):
        number = cursor.number(wide)
        method = cursor.number(2) & 15 if version else 0
        cursor.take(2)
        base = cursor.number(base_size)
        count = cursor.number(2)
        meta.places = _bounded(meta.places + count, _MAX_LINKS)
        extents = []
        for _ in range(count):
            cursor.take(index_size)
            extents.append((base + cursor.number(offset_size), cursor.number(length_size)))
        meta.extents[number] = (method, extents)


def _read_references(box: bytes, meta: _Meta) -> None:
    version, rest = _Cursor(box).rest_of_full_box()
    wide = 4 if version else 2
    total = 0
    for name, entry in boxes(rest):
        cursor = _Cursor(entry)
        source, count = cursor.number(wide), cursor.number(2)
        total = _bounded(total + count, _MAX_LINKS)
        meta.references.setdefault(source, {})[name] = tuple(cursor.number(wide) for _ in range(count))


def _read_properties(box: bytes, meta: _Meta) -> None:
    total = 0
    for name, part in boxes(box):
        if name == b"ipco":
            meta.properties = list(boxes(part))
        elif name == b"ipma":
            cursor = _Cursor(part)
            version, flags = cursor.full_box()
            for _ in range(_bounded(cursor.number(4), _MAX_ITEMS)):
                number, count = cursor.number(4 if version else 2), cursor.number(1)
                total = _bounded(total + count, _MAX_LINKS)
                wide, mask = (2, 0x7FFF) if flags & 1 else (1, 0x7F)
                meta.associations[number] = [cursor.number(wide) & mask for _ in range(count)]


# --- writing


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
