"""Walks the boxes that ISO media files, JPEG 2000 and their kin are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# Honest files have some dozens on one level, but for lists of items.
_MAX_BOXES = 5000
_TYPE = re.compile(rb"[ -~\xa9]{4}")


class Box(NamedTuple):
    """start: of its header. content, stop: its content is data[content:stop]."""

    kind: bytes
    start: int
    content: int
    stop: int


def boxes(data: bytes, start: int, end: int, limit: int = _MAX_BOXES) -> Iterator[Box]:
    """The boxes of one level, in order, at most `limit`; ends where no whole box begins."""
    for _ in range(limit):
        box = box_at(data, start, end)
        if box is None or box.stop > end:
            return
        yield box
        start = box.stop


def box_at(data: bytes, at: int, end: int) -> Box | None:
    """The box that begins at `at`; its stop may lie behind `end` if it is cut off. None if none begins there."""
    if at + 8 > end or not _TYPE.fullmatch(data, at + 4, at + 8):
        return None
    size, content = int.from_bytes(data[at : at + 4], "big"), at + 8
    if size == 1:
        size, content = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
    stop = end if size == 0 else at + size
    return None if stop < content else Box(data[at + 4 : at + 8], at, content, stop)


def number(data: bytes, at: int, size: int) -> int:
    """The big-endian number of `size` bytes at `at`; bytes behind the end count as missing."""
    return int.from_bytes(data[at : at + size], "big")
