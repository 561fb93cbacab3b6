"""The boxes that ISO media files, JPEG 2000, JUMBF and their kin are made of (ISO/IEC 14496-12, 4.2): one reader for all.

It works on bytes and on open files, of which it reads headers only. Nothing is cut out here: a box may say that it reaches
beyond what there is, and whoever reads it decides what that means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple, TypeAlias

_HEADER, _LONG_HEADER = 8, 16

# So many bytes at a place, fewer at the end.
Read: TypeAlias = Callable[[int, int], bytes]


class Box(NamedTuple):
    """start: of its header. content, stop: where its content stands, as the header says."""

    kind: bytes
    start: int
    content: int
    stop: int


def of_bytes(data: bytes) -> Read:
    """Reads what is in memory."""
    return lambda at, size: data[at : at + size]


def of_file(file: BinaryIO) -> Read:
    """Reads an open file, whose place it moves."""

    def read(at: int, size: int) -> bytes:
        file.seek(at)
        return file.read(size)

    return read


def box_at(read: Read, at: int, end: int) -> Box | None:
    """The box whose header begins at `at`; a size of 0 reaches to `end`. None where none fits or one contradicts itself."""
    if at + _HEADER > end:
        return None
    head = read(at, _LONG_HEADER)
    if len(head) < _HEADER:
        return None
    size, content = int.from_bytes(head[:4], "big"), at + _HEADER
    if size == 1:
        if len(head) < _LONG_HEADER:
            return None
        size, content = int.from_bytes(head[8:], "big"), at + _LONG_HEADER
    stop = end if size == 0 else at + size
    return Box(head[4:8], at, content, stop) if content <= stop else None


def walk(read: Read, start: int, end: int, most: int) -> Iterator[Box]:
    """The boxes of one level, in order, at most so many; ends where none begins, or behind one that reaches beyond."""
    for _ in range(most):
        box = box_at(read, start, end)
        if box is None:
            return
        yield box
        start = box.stop
