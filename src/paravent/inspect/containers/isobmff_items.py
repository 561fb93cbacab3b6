"""What is asked of the items of a HEIF `meta` box: their bytes, cut to the file, and their properties."""

from __future__ import annotations

from collections import defaultdict

from paravent.containers import items
from paravent.containers.boxes import Box
from paravent.containers.items import Location


class PlacedItems:
    """The items of one `meta` box, by number. tables: as they stand in the file. extents: byte ranges in it, in order."""

    def __init__(self, data: bytes, meta: Box) -> None:
        self._data = data
        self.tables = items.read(data, meta)
        self.extents: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._properties: dict[int, list[Box]] = defaultdict(list)
        for location in self.tables.locations:
            self._place(location)
        for item, numbers in self.tables.associations:
            stored = [number for number in numbers if 0 < number <= len(self.tables.properties)]
            self._properties[item] += [self.tables.properties[number - 1] for number in stored]

    def _place(self, location: Location) -> None:
        payload = self.tables.payload
        if location.elsewhere or location.method > 1 or (location.method == 1 and payload is None):
            return  # an item inside another one is counted there
        begin, end = (payload.content, payload.stop) if location.method and payload else (0, len(self._data))
        for offset, length in location.extents:
            start = begin + offset
            stop = min(start + length, end) if length else end  # a length of zero means all that follows
            if start < stop:
                self.extents[location.item].append((start, stop))

    def properties(self, item: int) -> list[Box]:
        """Its properties, in order."""
        return self._properties[item]

    def size(self, item: int) -> int:
        """Bytes of the item."""
        return sum(stop - start for start, stop in self.extents[item])

    def bytes_of(self, item: int, limit: int) -> bytes:
        """The item's bytes, at most `limit`."""
        parts = []
        for start, stop in self.extents[item]:
            parts.append(self._data[start : min(stop, start + limit)])
            limit -= len(parts[-1])
            if limit <= 0:
                break
        return b"".join(parts)
