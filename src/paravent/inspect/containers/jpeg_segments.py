"""Walks the segments of a JPEG without decoding it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

EOI, SOS, COM = 0xD9, 0xDA, 0xFE
APP0, APP15 = 0xE0, 0xEF
JUNK = -1

# By a marker's low byte, whether it ends entropy-coded data: any but a stuffed zero, a restart marker or a fill byte.
_ENDS_SCAN = np.ones(256, bool)
_ENDS_SCAN[[0x00, *range(0xD0, 0xD8), 0xFF]] = False
_FIRST_WINDOW, _LAST_WINDOW = 1 << 15, 1 << 22
_NEXT_MARKER = re.compile(rb"\xff+[\xc0-\xcf\xd9-\xfe]")
# Markers without a length: TEM, RST0 to RST7, SOI.
_BARE = frozenset((0x01, *range(0xD0, 0xD9)))
# Honest files have some hundreds.
_MAX_SEGMENTS = 20_000


class Segment(NamedTuple):
    """marker: the marker's low byte, or JUNK for bytes that belong to no segment. start, end: its payload in the data.
    EOI has an empty payload behind the marker."""

    marker: int
    start: int
    end: int


def walk(data: bytes, start: int, end: int) -> Iterator[Segment]:
    """The segments of the JPEG that begins at `start`, up to its EOI or as far as it goes; none reaches past `end`."""
    at = start + 2
    for _ in range(_MAX_SEGMENTS):
        if at + 1 >= end:
            return
        if data[at] != 0xFF or data[at + 1] == 0:
            found = _NEXT_MARKER.search(data, at, end)
            stop = found.start() if found else end
            yield Segment(JUNK, at, stop)
            at = stop
            continue
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        at += 2
        if marker == EOI:
            yield Segment(EOI, at, at)
            return
        if marker in _BARE:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2 or (length > 2 and at + 2 >= end):
            return
        yield Segment(marker, at + 2, min(at + length, end))
        at += length
        if marker == SOS:
            at = _behind_scan(data, at, end)


def _behind_scan(data: bytes, at: int, end: int) -> int:
    """Where the marker behind the entropy-coded data at `at` stands; `end` if there is none."""
    window = _FIRST_WINDOW
    while at < end:
        stop = min(at + window, end)
        block = np.frombuffer(data, np.uint8, stop - at, at)
        places = np.flatnonzero(block[:-1] == 0xFF)
        markers = places[_ENDS_SCAN[block[places + 1]]]
        if markers.size:
            return at + int(markers[0])
        # One byte over again: a marker may lie across the edge.
        at = max(stop - 1, at + 1)
        window = min(2 * window, _LAST_WINDOW)
    return end


def length(data: bytes, start: int, end: int) -> int:
    """Bytes from `start` to behind the EOI of the JPEG there; to `end` if it has none."""
    for segment in walk(data, start, end):
        if segment.marker == EOI:
            return segment.end - start
    return end - start
