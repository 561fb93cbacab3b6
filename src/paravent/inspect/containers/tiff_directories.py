"""Walks all directories of a TIFF or BigTIFF, whatever points to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paravent.containers.tiff import SIZES, Field, TiffReader

_WHOLE_NUMBERS = {1: "u1", 3: "u2", 4: "u4", 13: "u4", 16: "u8", 18: "u8"}
SUB_DIRECTORIES, EXIF, GPS, INTEROPERABILITY = 0x014A, 0x8769, 0x8825, 0xA005
_POINTERS = (SUB_DIRECTORIES, EXIF, GPS, INTEROPERABILITY)
# The longest scans of documents have some thousand pages.
_MAX_DIRECTORIES = 4096
_MAX_FIELDS = 100_000
# Numbers taken from fields of one file: a strip for each row of a thousand large pages.
_MAX_NUMBERS = 2_000_000
_MAX_CHILDREN = 64


@dataclass(frozen=True, slots=True)
class Directory:
    """role: 0 in the chain of pages, else the tag that points to it. owner: index of the directory that does, -1 for
    the chain. start, stop: its own bytes, without values. fields: those whose values are inside the data, by tag."""

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
        self._reader = TiffReader(data)
        self.order, self.header = self._reader.order, self._reader.header
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

    def _read(self) -> None:
        following: int | None = self._reader.first
        while following:
            index = len(self.directories)
            following = self._directory(following, 0, -1)
            if following is not None:
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
        """Reads the directory at `at`; gives the offset that follows it, None if it cannot be read."""
        listed = self._reader.directory(at, self._fields_left)
        if at in self._seen or not listed.entries or not listed.whole or len(self._seen) >= _MAX_DIRECTORIES:
            self.complete = False
            return None
        self._seen.add(at)
        self._fields_left -= len(listed.entries)
        fields = {}
        for field in self._reader.fields(listed):
            if field.type in SIZES and field.stop <= len(self._data):
                fields[field.tag] = field
            else:
                self.complete = False
        self.directories.append(Directory(role, owner, at, listed.stop, fields))
        return listed.following
