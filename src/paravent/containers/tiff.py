"""The directories that TIFF, BigTIFF and EXIF are made of (TIFF 6.0, section 2): one reader for all.

Nothing is cut out here: a field may say that it reaches beyond what there is, and whoever reads it decides what that means.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

# Bytes of one value by type: TIFF 6.0, its supplements, BigTIFF.
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_BIG = 43


class Field(NamedTuple):
    """One entry of a directory. values: how many. start, stop: where they stand; of an unknown type they count as bytes."""

    tag: int
    type: int
    values: int
    start: int
    stop: int


class FieldList(NamedTuple):
    """One directory. start, stop: its own bytes, as its count says. entries: places of those that are there, at most as
    many as asked for. whole: whether that is all. following: offset of the next directory, 0 for none."""

    start: int
    stop: int
    entries: range
    whole: bool
    following: int


class TiffReader:
    """Reads one file or block, from its byte order mark on.

    order: "<" or ">". header: bytes before anything else. first: offset of the first directory.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.order = "<" if data[:2] == b"II" else ">"
        self._big = self.number(2, 2) == _BIG
        self._word = 8 if self._big else 4  # bytes of an offset
        self.header = 2 * self._word
        self.first = self.number(self._word, self._word)

    def number(self, at: int, size: int) -> int:
        """The whole number of `size` bytes at `at`; bytes behind the end count as missing."""
        return int.from_bytes(self._data[at : at + size], "little" if self.order == "<" else "big")

    def directory(self, at: int, most: int) -> FieldList:
        """The directory at `at`, with at most so many entries; none of them is read."""
        counter, size = (8, 20) if self._big else (2, 12)
        count, begin = self.number(at, counter), at + counter
        there = min(count, max(0, len(self._data) - begin) // size, most)
        behind = begin + size * count
        entries = range(begin, begin + size * there, size)
        return FieldList(at, behind + self._word, entries, there == count, self.number(behind, self._word))

    def fields(self, listed: FieldList) -> Iterator[Field]:
        """The fields of a directory, in order."""
        return map(self._field, listed.entries)

    def _field(self, at: int) -> Field:
        tag, kind, count = self.number(at, 2), self.number(at + 2, 2), self.number(at + 4, self._word)
        size, start = count * SIZES.get(kind, 1), at + 4 + self._word
        if size > self._word:
            start = self.number(start, self._word)
        return Field(tag, kind, count, start, start + size)
