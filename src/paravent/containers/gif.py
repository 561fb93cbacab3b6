"""The blocks that GIF files are made of (GIF89a specification): one reader for all.

Bytes where no block begins, and blocks whose end is missing, are told as such; whoever reads them decides what that means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

HEADER = 13
# What a block begins with; STRAY is none.
PICTURE, EXTENSION, TRAILER, STRAY = 0x2C, 0x21, 0x3B, 0
# What an extension is, by its second byte.
CONTROL, COMMENT, PLAIN_TEXT, APPLICATION = 0xF9, 0xFE, 0x01, 0xFF
LOOPING = b"NETSCAPE2.0"

# Honest animations have some thousands of blocks, and four data blocks a kilobyte: more than one in 64 bytes is hostile.
_MAX_BLOCKS = 50_000
_FREE_DATA_BLOCKS, _BYTES_A_DATA_BLOCK = 20_000, 64
_BEGIN = re.compile(rb"[\x21\x2c\x3b]")


class Block(NamedTuple):
    """start, stop: all of its bytes. content: where its data blocks begin; before them a picture has its place, its table
    and its code size. whole: whether its end is there; else it reaches as far as it was followed.
    """

    kind: int
    start: int
    content: int
    stop: int
    whole: bool


class Reader:
    """Reads one file, whose signature was seen. complete: False once it had more blocks than any honest file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = _FREE_DATA_BLOCKS + len(data) // _BYTES_A_DATA_BLOCK
        self.complete = True

    def blocks(self) -> Iterator[Block]:
        """All blocks up to the trailer, in order; where the file ends without one, one of no bytes is given."""
        at = HEADER + self.table(HEADER - 3)
        for _ in range(_MAX_BLOCKS):
            block = self._block(at)
            yield block
            if block.kind == TRAILER or not self.complete:
                return
            at = block.stop
        self.complete = False

    def table(self, at: int) -> int:
        """Bytes of the colour table that the flags at `at` announce."""
        flags = self._byte(at)
        return 3 << ((flags & 7) + 1) if flags & 0x80 else 0

    def joined(self, at: int, stop: int) -> bytes:
        """What the data blocks from `at` to `stop` hold."""
        parts: list[bytes] = []
        while at < stop and (size := self._data[at]):
            parts.append(self._data[at + 1 : min(at + 1 + size, stop)])
            at += size + 1
        return b"".join(parts)

    def _byte(self, at: int) -> int:
        return self._data[at] if at < len(self._data) else 0

    def _block(self, at: int) -> Block:
        data, end = self._data, len(self._data)
        if at >= end:
            return Block(TRAILER, end, end, end, whole=True)
        kind = data[at]
        if kind == TRAILER:
            return Block(kind, at, at + 1, at + 1, whole=True)
        if kind not in (PICTURE, EXTENSION):
            found = _BEGIN.search(data, at)
            stop = found.start() if found else end
            return Block(STRAY, at, at, stop, whole=True)
        content = at + 2 if kind == EXTENSION else at + 11 + self.table(at + 9)
        stop, whole = self._behind(content)
        return Block(kind, at, content, stop, whole)

    def _behind(self, at: int) -> tuple[int, bool]:
        """Behind the data blocks that begin at `at` and the empty one that ends them, and whether that one was reached."""
        data, end = self._data, len(self._data)
        while at < end:
            size = data[at]
            if not size:
                return at + 1, True
            if not self._left:
                self.complete = False
                return at, False
            self._left -= 1
            at += size + 1
        return end, False
