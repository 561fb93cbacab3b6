"""The items of an ISO base media file (HEIC, AVIF): places, properties, references; every count bounded.

ISO/IEC 14496-12 names the boxes, ISO/IEC 23008-12 the items. Nothing is decoded here. `read` follows the tables as far as
they make sense; `Items` refuses a file whose tables do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from paravent.containers.boxes import Box, of_bytes, walk
from paravent.errors import Held

# A 200-megapixel picture in tiles has some hundred items.
_MAX_ITEMS = 20_000
_MAX_BOXES = 20_000  # in one box
_MAX_EXTENTS = 40_000
_MAX_REFERENCES = 40_000
_MAX_ASSOCIATIONS = 100_000
_MAX_GROUPS = 1000
_FULL_BOX = 4

# Name and content of one property box.
Property: TypeAlias = tuple[bytes, bytes]


class Location(NamedTuple):
    """Where the bytes of one item are. method: offsets count in the file (0), in `idat` (1) or in another item (2).

    elsewhere: number of a reference to another file, 0 for this one. extents: offsets and lengths.
    """

    item: int
    method: int
    elsewhere: int
    extents: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class ItemTables:
    """The tables of one `meta` box; items go by their numbers.

    kinds: four-character types. names, media: item names and MIME types. references: (type, from, to). properties: boxes,
    in order. associations: item, and numbers of its properties, from 1, as they apply. groups: entity groups by type.
    payload: the `idat` box. primary: 0 for none. other: boxes in `meta` that are none of these. complete: whether every
    item's place could be read. sound: whether all that was read fits where it stands.
    """

    kinds: dict[int, bytes] = field(default_factory=dict)
    names: dict[int, bytes] = field(default_factory=dict)
    media: dict[int, bytes] = field(default_factory=dict)
    locations: list[Location] = field(default_factory=list)
    references: list[tuple[bytes, int, tuple[int, ...]]] = field(default_factory=list)
    properties: list[Box] = field(default_factory=list)
    associations: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    groups: list[tuple[bytes, tuple[int, ...]]] = field(default_factory=list)
    payload: Box | None = None
    other: list[Box] = field(default_factory=list)
    primary: int = 0
    complete: bool = True
    sound: bool = True


def read(data: bytes, meta: Box) -> ItemTables:
    """The tables of one `meta` box, as far as they make sense."""
    return _TableReader(data).read(meta)


class _Cursor:
    """Big-endian numbers out of data[at:end]; what is behind the end counts as zero, and is told by `beyond`."""

    def __init__(self, data: bytes, at: int, end: int) -> None:
        self._data, self._end = data, end
        self.at = at

    @property
    def beyond(self) -> bool:
        return self.at > self._end

    def number(self, size: int) -> int:
        self.at += size
        return 0 if self.beyond else int.from_bytes(self._data[self.at - size : self.at], "big")

    def left(self, size: int) -> int:
        """How many numbers of that size follow before the end."""
        return max(0, self._end - self.at) // size


class _TableReader:
    """Reads the tables of one `meta` box. Extents and the like may take no bytes: all boxes together have one limit."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._tables = ItemTables()
        self._extents, self._references, self._associations = _MAX_EXTENTS, _MAX_REFERENCES, _MAX_ASSOCIATIONS

    def read(self, meta: Box) -> ItemTables:
        readers = {
            b"pitm": self._primary,
            b"iinf": self._infos,
            b"iloc": self._locations,
            b"iref": self._read_references,
            b"iprp": self._properties,
            b"grpl": self._groups,
            b"idat": self._payload,
        }
        for box in self._boxes(meta.content + _FULL_BOX, meta.stop):
            if box.kind in readers:
                readers[box.kind](box)
            elif box.kind != b"dinf":
                self._tables.other.append(box)
        return self._tables

    def _boxes(self, start: int, end: int) -> Iterator[Box]:
        """The boxes of one level; what is none, or does not fit, ends them."""
        at, end = start, min(end, len(self._data))
        for box in walk(of_bytes(self._data), start, end, _MAX_BOXES):
            if box.stop > end:
                break
            yield box
            at = box.stop
        if at != end:
            self._tables.sound = False

    def _cursor(self, box: Box) -> tuple[_Cursor, int, int]:
        """Behind the head of a full box, with its version and flags."""
        cursor = _Cursor(self._data, box.content, box.stop)
        return cursor, cursor.number(1), cursor.number(3)

    def _fits(self, fits: bool) -> bool:
        self._tables.sound &= fits
        return fits

    def _primary(self, box: Box) -> None:
        cursor, version, _ = self._cursor(box)
        self._tables.primary = cursor.number(4 if version else 2)
        self._fits(not cursor.beyond)

    def _payload(self, box: Box) -> None:
        if self._fits(self._tables.payload is None):
            self._tables.payload = box

    def _infos(self, box: Box) -> None:
        cursor, version, _ = self._cursor(box)
        cursor.number(4 if version else 2)
        for info in self._boxes(cursor.at, box.stop):
            if info.kind == b"infe" and self._fits(len(self._tables.kinds) < _MAX_ITEMS):
                self._info(info)

    def _info(self, box: Box) -> None:
        cursor, version, _ = self._cursor(box)
        item = cursor.number(4 if version >= 3 else 2)
        cursor.number(2)
        kind = cursor.number(4).to_bytes(4, "big") if version >= 2 else b"mime"
        if not self._fits(not cursor.beyond):
            return
        name, _, rest = self._data[cursor.at : box.stop].partition(b"\0")
        tables = self._tables
        tables.kinds[item], tables.names[item] = kind, name
        tables.media[item] = rest.partition(b"\0")[0] if kind in (b"mime", b"uri ") else b""

    def _locations(self, box: Box) -> None:
        cursor, version, _ = self._cursor(box)
        sizes = cursor.number(2)
        offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
        indexed = version in (1, 2)
        wide = 4 if version >= 2 else 2
        for _ in range(cursor.number(wide)):
            item = cursor.number(wide)
            method = cursor.number(2) & 15 if indexed else 0
            elsewhere, base, count = cursor.number(2), cursor.number(base_size), cursor.number(2)
            extents: list[tuple[int, int]] = []
            for _ in range(min(count, self._extents)):
                cursor.number(sizes & 15 if indexed else 0)
                offset, length = base + cursor.number(offset_size), cursor.number(length_size)
                if not cursor.beyond:
                    extents.append((offset, length))
            self._extents -= len(extents)
            self._tables.locations.append(Location(item, method, elsewhere, tuple(extents)))
            if len(extents) < count or len(self._tables.locations) >= _MAX_ITEMS or cursor.beyond:
                self._tables.complete = self._fits(False)
                return

    def _read_references(self, box: Box) -> None:
        cursor, version, _ = self._cursor(box)
        wide = 4 if version else 2
        for reference in self._boxes(cursor.at, box.stop):
            inner = _Cursor(self._data, reference.content, reference.stop)
            source, count = inner.number(wide), inner.number(2)
            taken = min(count, inner.left(wide), self._references)
            self._references -= taken + 1
            targets = tuple(inner.number(wide) for _ in range(taken))
            self._tables.references.append((reference.kind, source, targets))
            self._fits(taken == count)
            if not self._fits(self._references > 0):
                return

    def _properties(self, box: Box) -> None:
        for inner in self._boxes(box.content, box.stop):
            if inner.kind == b"ipco" and self._fits(not self._tables.properties):
                self._tables.properties.extend(self._boxes(inner.content, inner.stop))
            elif inner.kind == b"ipma":
                self._read_associations(inner)

    def _read_associations(self, box: Box) -> None:
        cursor, version, flags = self._cursor(box)
        wide = 2 if flags & 1 else 1
        for _ in range(cursor.number(4)):
            item, count = cursor.number(4 if version else 2), cursor.number(1)
            taken = min(count, cursor.left(wide), self._associations)
            self._associations -= taken + 1
            # The highest bit says that the property is essential.
            numbers = tuple(cursor.number(wide) & (0x7FFF if wide == 2 else 0x7F) for _ in range(taken))
            self._tables.associations.append((item, numbers))
            if not self._fits(taken == count and not cursor.beyond and self._associations > 0):
                return

    def _groups(self, box: Box) -> None:
        for group in self._boxes(box.content, box.stop):
            if len(self._tables.groups) >= _MAX_GROUPS:
                return
            cursor, _, _ = self._cursor(group)
            cursor.number(4)
            count = min(cursor.number(4), cursor.left(4))
            self._tables.groups.append((group.kind, tuple(cursor.number(4) for _ in range(count))))


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
        self._tables = read(data, meta)
        if not self._tables.sound:
            raise Held("damaged")
        self._properties = [(box.kind, data[box.content : box.stop]) for box in self._tables.properties]
        self._wanted = dict(self._tables.associations)
        self._places = {location.item: location for location in self._tables.locations}
        self._references: dict[int, dict[bytes, tuple[int, ...]]] = {}
        for kind, source, targets in self._tables.references:
            self._references.setdefault(source, {})[kind] = targets
        self._left = len(data)

    @property
    def primary(self) -> int:
        """The number of the picture that is shown."""
        return self._tables.primary

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of all items."""
        return tuple(self._tables.kinds)

    def item(self, number: int, *, content: bool = False) -> Item:
        """One item; with its content only if asked, and all contents together no longer than the file. Raises Held."""
        tables = self._tables
        wanted = self._wanted.get(number, ())
        if number not in tables.kinds or any(index > len(self._properties) for index in wanted):
            raise Held("damaged")
        properties = tuple(self._properties[index - 1] for index in wanted if index)
        cut = self._content(number) if content else b""
        return Item(number, tables.kinds[number], properties, cut, self._references.get(number, {}))

    def _content(self, number: int) -> bytes:
        if number not in self._places:
            return b""
        _, method, _, extents = self._places[number]
        if method > 1:
            raise Held("encoding", detail="ISO BMFF iloc")
        inner = self._tables.payload
        start, stop = (0, len(self._data)) if not method else (inner.content, inner.stop) if inner else (0, 0)
        self._left -= sum(length for _, length in extents)
        if self._left < 0 or any(start + offset + length > stop for offset, length in extents):
            raise Held("damaged")
        return b"".join(self._data[start + offset : start + offset + length] for offset, length in extents)


def _top(data: bytes) -> dict[bytes, Box]:
    """The first box of each kind on the top level. What follows the picture need not be boxes. Raises Held."""
    found: dict[bytes, Box] = {}
    at = 0
    for box in walk(of_bytes(data), 0, len(data), _MAX_BOXES):
        if box.stop > len(data):
            break
        found.setdefault(box.kind, box)
        at = box.stop
    if at != len(data) and not found.keys() >= {b"meta", b"mdat"}:
        raise Held("damaged")
    return found
