"""Walks boxes as far as they can be followed; what is none, or does not fit, ends the walk without a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paravent.containers import boxes as containers
from paravent.containers.boxes import Box, of_bytes, walk

# Honest files have some dozens on one level, but for lists of items.
_MAX_BOXES = 5000
_TYPE = re.compile(rb"[ -~\xa9]{4}")


def boxes(data: bytes, start: int, end: int, limit: int = _MAX_BOXES) -> Iterator[Box]:
    """The boxes of one level, in order, at most `limit`; ends where no whole box begins."""
    for box in walk(of_bytes(data), start, end, limit):
        if box.stop > end or not _TYPE.fullmatch(box.kind):
            return
        yield box


def box_at(data: bytes, at: int, end: int) -> Box | None:
    """The box that begins at `at`; its stop may lie behind `end` if it is cut off. None if none begins there."""
    box = containers.box_at(of_bytes(data), at, end)
    return box if box and _TYPE.fullmatch(box.kind) else None


def number(data: bytes, at: int, size: int) -> int:
    """The big-endian number of `size` bytes at `at`; bytes behind the end count as missing."""
    return int.from_bytes(data[at : at + size], "big")
