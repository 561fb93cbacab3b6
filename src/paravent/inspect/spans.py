"""Keeps count of the byte ranges that something in a file refers to, and names what lies in the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from paravent.inspect.entry import Entry
from paravent.inspect.signatures import recognise
from paravent.model.report import Kind

_ZEROS = re.compile(rb"\0*")
# Gaps looked at one by one; the rest of a hostile file's are summed up.
_MAX_GAPS = 64


class Spans:
    """Byte ranges of one file, in any order, overlapping or not."""

    def __init__(self) -> None:
        self._single: list[tuple[int, int]] = []
        self._many: list[NDArray[np.int64]] = []

    def add(self, start: int, stop: int) -> None:
        """Count data[start:stop] as referred to."""
        self._single.append((start, stop))

    def add_many(self, starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> None:
        """The same for many ranges: one-dimensional arrays of equal length."""
        self._many.append(np.stack((starts, starts + sizes), axis=1))

    def _sorted(self) -> NDArray[np.int64]:
        parts = [np.array(self._single, np.int64).reshape(-1, 2), *self._many]
        ranges = np.concatenate(parts)
        ranges = ranges[ranges[:, 1] > ranges[:, 0]]
        return ranges[np.argsort(ranges[:, 0], kind="stable")]

    def end(self) -> int:
        """Behind the last range; 0 if there is none."""
        ranges = self._sorted()
        return int(ranges[:, 1].max()) if len(ranges) else 0

    def gaps(self, begin: int, end: int) -> list[tuple[int, int]]:
        """The parts of data[begin:end] in none of the ranges, in order."""
        ranges = self._sorted()
        edges = np.array([[begin, begin], [end, end]], np.int64)
        ranges = np.concatenate((edges[:1], ranges[(ranges[:, 1] > begin) & (ranges[:, 0] < end)], edges[1:]))
        reached = np.maximum.accumulate(ranges[:, 1])
        open_at = np.flatnonzero(ranges[1:, 0] > reached[:-1])
        return [(int(reached[at]), int(ranges[at + 1, 0])) for at in open_at]


def unclaimed(data: bytes, gaps: Iterable[tuple[int, int]], where: str) -> Iterator[Entry]:
    """What stands in byte ranges that belong to nothing: one entry each. Zeros are alignment and no finding."""
    rest = 0
    for number, (start, stop) in enumerate(gaps):
        first = used(data, start, stop)
        if first == stop:
            continue
        if number < _MAX_GAPS:
            yield _named(data, start, first, stop, where)
        else:
            rest += stop - start
    if rest:
        yield Entry(Kind.HIDDEN_DATA, where, "unknown", rest)


def used(data: bytes, start: int, stop: int) -> int:
    """The first byte of data[start:stop] that is not zero; `stop` if all are."""
    match = _ZEROS.match(data, start, stop)
    return match.end() if match else start


def _named(data: bytes, start: int, first: int, stop: int, where: str) -> Entry:
    # Some signatures begin with a zero or a size of up to three zeros; all zeros before that are alignment.
    begins = (at for at in (start, first - 3, first - 1, first) if at >= start)
    kinds = (recognise(data, at, stop) for at in begins)
    kind = next((kind for kind in kinds if kind != "unknown"), "unknown")
    found = {"picture": Kind.HIDDEN_PICTURE, "video": Kind.HIDDEN_VIDEO}.get(kind)
    return Entry(found, where, "", stop - start) if found else Entry(Kind.HIDDEN_DATA, where, kind, stop - start)
