"""Walks the directories of a TIFF or BigTIFF without reading what they point to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Bytes of one value by type: TIFF 6.0, its supplements, BigTIFF.
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_WHOLE_NUMBERS = {1: "u1", 3: "u2", 4: "u4", 13: "u4", 16: "u8", 18: "u8"}
SUB_DIRECTORIES, EXIF, GPS, INTEROPERABILITY = 0x014A, 0x8769, 0x8825, 0xA005
_POINTERS = (SUB_DIRECTORIES, EXIF, GPS, INTEROPERABILITY)
# The longest scans of documents have some thousand pages.
_MAX_DIRECTORIES = 4096
_MAX_FIELDS = 100_000
# Numbers taken from fields of one file: a strip for each row of a thousand large pages.
_MAX_NUMBERS = 2_000_000
_MAX_CHILDREN = 64


class Field(NamedTuple):
    """One entry of a directory; values: how many. They are data[start:stop], which is inside the data."""

    tag: int
    type: int
    values: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Directory:
    """role: 0 in the chain of pages, else the tag that points to it. owner: index of the directory that does, -1 for
    the chain. start, stop: its own bytes, without values."""

    role: int
    owner: int
    start: int
    stop: int
    fields: dict[int, Field]


class Walk:
    """Reads the directories of one file: `directories` in order of discovery.

    complete: whether all could be read. order: "<" or ">". header: bytes before anything else.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.order = "<" if data[:2] == b"II" else ">"
        self.big = self._int(2, 2) == 43
        self.header = 16 if self.big else 8
        self.directories: list[Directory] = []
        self.complete = True
        self._fields_left = _MAX_FIELDS
        self._numbers_left = _MAX_NUMBERS
        self._seen: set[int] = set()
        self._read()

    def numbers(self, field: Field | None) -> NDArray[np.int64]:
        """The whole numbers of a field, one-dimensional; none for a missing one, another type, or when too many."""
        if field is None or field.type not in _WHOLE_NUMBERS:
            return np.empty(0, np.int64)
        self._numbers_left -= field.values
        if self._numbers_left < 0:
            self.complete = False
            return np.empty(0, np.int64)
        values: NDArray[np.unsignedinteger] = np.frombuffer(
            self._data, self.order + _WHOLE_NUMBERS[field.type], field.values, field.start
        )
        # Nothing in a file lies behind 2 ** 48; larger ones would overflow when added.
        limited: NDArray[np.int64] = np.minimum(values, np.asarray(1 << 48, np.uint64)).astype(np.int64)
        return limited

    def _int(self, at: int, size: int) -> int:
        return int.from_bytes(self._data[at : at + size], "little" if self.order == "<" else "big")

    def _read(self) -> None:
        word = 8 if self.big else 4
        following = self._int(8 if self.big else 4, word)
        while following:
            index = len(self.directories)
            place = self._directory(following, 0, -1)
            if place is None:
                return
            following = self._int(place, word)
            self._children(index)

    def _children(self, index: int) -> None:
        """The directories that one points to, and theirs."""
        waiting = [index]
        while waiting:
            owner = waiting.pop()
            fields = self.directories[owner].fields
            for tag in _POINTERS:
                for offset in self.numbers(fields.get(tag))[:_MAX_CHILDREN]:
                    child = len(self.directories)
                    if self._directory(int(offset), tag, owner) is not None:
                        waiting.append(child)

    def _directory(self, at: int, role: int, owner: int) -> int | None:
        """Reads the directory at `at`; gives the place of the offset that follows it, None if it cannot be read."""
        counter, size = (8, 20) if self.big else (2, 12)
        count = self._int(at, counter)
        stop = at + counter + size * count
        if at in self._seen or not count or stop > len(self._data) or len(self._seen) >= _MAX_DIRECTORIES:
            self.complete = False
            return None
        self._seen.add(at)
        self._fields_left -= count
        if self._fields_left < 0:
            self.complete = False
            return None
        fields = {field.tag: field for field in self._fields(range(at + counter, stop, size))}
        self.directories.append(Directory(role, owner, at, stop + (8 if self.big else 4), fields))
        return stop

    def _fields(self, places: range) -> Iterator[Field]:
        word = 8 if self.big else 4
        for at in places:
            tag, type_, count = self._int(at, 2), self._int(at + 2, 2), self._int(at + 4, word)
            size = count * _SIZES.get(type_, 1)
            start = at + 4 + word
            if size > word:
                start = self._int(start, word)
            if type_ not in _SIZES or start + size > len(self._data):
                self.complete = False
            else:
                yield Field(tag, type_, count, start, start + size)
