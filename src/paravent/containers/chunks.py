"""The chunks that RIFF (WebP) and PNG files are made of: one reader each.

Nothing is cut out here: a chunk may say that it reaches beyond what there is, and whoever reads it decides what that means.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_RIFF_HEADER, _PNG_HEADER, _PNG_SUM = 8, 8, 4


class Chunk(NamedTuple):
    """name: four characters. start, stop: where its content stands, as its header says. next: where the next one begins."""

    name: bytes
    start: int
    stop: int
    next: int


def riff_end(data: bytes) -> int:
    """Where a RIFF file says that it ends."""
    return _RIFF_HEADER + int.from_bytes(data[4:8], "little")


def riff(data: bytes, start: int, end: int, most: int) -> Iterator[Chunk]:
    """The chunks of one level, in order, at most so many; ends where no header fits."""
    for _ in range(most):
        if start + _RIFF_HEADER > end:
            return
        name, size = data[start : start + 4], int.from_bytes(data[start + 4 : start + 8], "little")
        content = start + _RIFF_HEADER
        start = content + size + size % 2
        yield Chunk(name, content, content + size, start)


def png(data: bytes, start: int, most: int) -> Iterator[Chunk]:
    """The chunks from `start` up to IEND, at most so many; ends where no header fits. Sums are not checked."""
    for _ in range(most):
        if start + _PNG_HEADER > len(data):
            return
        size, name = int.from_bytes(data[start : start + 4], "big"), data[start + 4 : start + 8]
        content = start + _PNG_HEADER
        start = content + size + _PNG_SUM
        yield Chunk(name, content, content + size, start)
        if name == b"IEND":
            return
