"""Reads the tables of a HEIF `meta` box: items, where their bytes are, what refers to what, and their properties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from paravent.containers.boxes import Box
from paravent.inspect.containers.boxes import boxes, number

# A 200-megapixel picture in tiles has some hundred items.
_MAX_ITEMS = 20_000
_MAX_EXTENTS = 40_000
_MAX_REFERENCES = 40_000
_MAX_ASSOCIATIONS = 100_000
_MAX_GROUPS = 1000
_FULL_BOX = 4


@dataclass(slots=True)
class Items:
    """The tables, by item number.

    kinds: four-character type. names, media: item name and MIME type. extents: byte ranges in the file, in order.
    references: (type, from, to). properties: boxes, in order. groups: entity groups by type. primary: 0 for none.
    complete: whether every item's place could be read. other: boxes in `meta` that are none of these tables.
    """

    kinds: dict[int, bytes] = field(default_factory=dict)
    names: dict[int, bytes] = field(default_factory=dict)
    media: dict[int, bytes] = field(default_factory=dict)
    extents: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    references: list[tuple[bytes, int, tuple[int, ...]]] = field(default_factory=list)
    properties: dict[int, list[Box]] = field(default_factory=lambda: defaultdict(list))
    stored_properties: list[Box] = field(default_factory=list)
    groups: list[tuple[bytes, tuple[int, ...]]] = field(default_factory=list)
    item_data: list[Box] = field(default_factory=list)
    other: list[Box] = field(default_factory=list)
    primary: int = 0
    complete: bool = True

    def size(self, item: int) -> int:
        """Bytes of the item."""
        return sum(stop - start for start, stop in self.extents.get(item, ()))

    def bytes_of(self, data: bytes, item: int, limit: int) -> bytes:
        """The item's bytes, at most `limit`."""
        parts = []
        for start, stop in self.extents.get(item, ()):
            parts.append(data[start : min(stop, start + limit)])
            limit -= len(parts[-1])
            if limit <= 0:
                break
        return b"".join(parts)


def read(data: bytes, meta: Box) -> Items:
    """The tables of one `meta` box, as far as they make sense; no range reaches behind the data."""
    items = Items()
    readers = {b"pitm": _primary, b"iinf": _infos, b"iref": _references, b"iprp": _properties, b"grpl": _groups}
    places = []
    for box in boxes(data, meta.content + _FULL_BOX, min(meta.stop, len(data))):
        if box.kind in readers:
            readers[box.kind](data, box, items)
        elif box.kind == b"iloc":
            places.append(box)
        elif box.kind == b"idat":
            items.item_data.append(box)
        elif box.kind != b"dinf":
            items.other.append(box)
    locations = _Locations(data, items)
    for box in places:
        locations.read(box)
    return items


def _primary(data: bytes, box: Box, items: Items) -> None:
    items.primary = number(data, box.content + _FULL_BOX, 4 if data[box.content : box.content + 1] != b"\0" else 2)


def _infos(data: bytes, box: Box, items: Items) -> None:
    counter = 4 if data[box.content : box.content + 1] != b"\0" else 2
    for info in boxes(data, box.content + _FULL_BOX + counter, box.stop, _MAX_ITEMS):
        if info.kind == b"infe" and len(items.kinds) < _MAX_ITEMS:
            _info(data, info, items)


def _info(data: bytes, box: Box, items: Items) -> None:
    version, at = number(data, box.content, 1), box.content + _FULL_BOX
    wide = 4 if version >= 3 else 2
    item = number(data, at, wide)
    at += wide + 2
    kind = b"mime"
    if version >= 2:
        kind = data[at : at + 4]
        at += 4
    items.kinds[item] = kind
    name, _, rest = data[at : box.stop].partition(b"\0")
    items.names[item] = name
    items.media[item] = rest.partition(b"\0")[0] if kind in (b"mime", b"uri ") else b""


class _Locations:
    """Reads `iloc` boxes. An extent may take no bytes, so all boxes together have one limit."""

    def __init__(self, data: bytes, items: Items) -> None:
        self._data, self._items = data, items
        self._at = 0
        self._left = _MAX_EXTENTS

    def read(self, box: Box) -> None:
        self._at = box.content + _FULL_BOX
        version = number(self._data, box.content, 1)
        sizes = self._next(2)
        offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
        index_size = sizes & 15 if version in (1, 2) else 0
        wide = 4 if version >= 2 else 2
        for _ in range(min(self._next(wide), _MAX_ITEMS)):
            if self._at >= box.stop:
                self._items.complete = False
                return
            item = self._next(wide)
            construction = self._next(2) & 15 if version in (1, 2) else 0
            # The data reference: another file, if not zero.
            elsewhere = self._next(2)
            base = self._next(base_size)
            for _ in range(self._next(2)):
                self._left -= 1
                if self._left < 0 or self._at >= box.stop:
                    self._items.complete = False
                    return
                self._next(index_size)
                offset, length = self._next(offset_size), self._next(length_size)
                if not elsewhere:
                    self._extent(item, construction, base + offset, length)

    def _next(self, size: int) -> int:
        value = number(self._data, self._at, size)
        self._at += size
        return value

    def _extent(self, item: int, construction: int, offset: int, length: int) -> None:
        """construction: 0 offsets count in the file, 1 in `idat`, 2 in another item, which is counted itself."""
        end = len(self._data)
        if construction == 1 and self._items.item_data:
            offset, end = offset + self._items.item_data[0].content, self._items.item_data[0].stop
        elif construction != 0:
            return
        # A length of zero means all that follows.
        stop = min(offset + length, end) if length else end
        if offset < stop:
            self._items.extents[item].append((offset, stop))


def _references(data: bytes, box: Box, items: Items) -> None:
    wide = 4 if data[box.content : box.content + 1] != b"\0" else 2
    left = _MAX_REFERENCES
    for reference in boxes(data, box.content + _FULL_BOX, box.stop):
        source = number(data, reference.content, wide)
        count = number(data, reference.content + wide, 2)
        first = reference.content + wide + 2
        targets = range(first, min(first + count * wide, reference.stop - wide + 1), wide)[:left]
        left -= len(targets) + 1
        items.references.append((reference.kind, source, tuple(number(data, at, wide) for at in targets)))
        if left <= 0:
            return


def _properties(data: bytes, box: Box, items: Items) -> None:
    associations = []
    for inner in boxes(data, box.content, box.stop):
        if inner.kind == b"ipco":
            items.stored_properties.extend(boxes(data, inner.content, inner.stop))
        elif inner.kind == b"ipma":
            associations.append(inner)
    left = _MAX_ASSOCIATIONS
    for inner in associations:
        for item, index in _associations(data, inner):
            left -= 1
            if left < 0:
                return
            if 0 < index <= len(items.stored_properties):
                items.properties[item].append(items.stored_properties[index - 1])


def _associations(data: bytes, box: Box) -> Iterator[tuple[int, int]]:
    """Item and the number of a property, from 1."""
    wide_item = 4 if data[box.content : box.content + 1] != b"\0" else 2
    wide = 2 if number(data, box.content + 3, 1) & 1 else 1
    at = box.content + _FULL_BOX + 4
    for _ in range(min(number(data, at - 4, 4), _MAX_ITEMS)):
        if at >= box.stop:
            return
        item, count = number(data, at, wide_item), number(data, at + wide_item, 1)
        at += wide_item + 1
        for place in range(at, min(at + count * wide, box.stop), wide):
            # The highest bit says that the property is essential.
            yield item, number(data, place, wide) & (0x7FFF if wide == 2 else 0x7F)
        at += count * wide


def _groups(data: bytes, box: Box, items: Items) -> None:
    for group in boxes(data, box.content, box.stop):
        if len(items.groups) >= _MAX_GROUPS:
            return
        first = group.content + _FULL_BOX + 8
        count = min(number(data, first - 4, 4), _MAX_ITEMS)
        members = range(first, min(first + 4 * count, group.stop - 3), 4)
        items.groups.append((group.kind, tuple(number(data, at, 4) for at in members)))
