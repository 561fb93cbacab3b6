"""Connected parts of a mask: pixels that touch, at a side or a corner."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def parts(mask: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """The pixels of each part, (n, 2) as row and column; the part with most of them first."""
    starts, ends, rows = _runs(mask)
    if not len(rows):
        return []
    groups = _joined(len(rows), *_touching(starts, ends, rows))
    order = np.argsort(groups, kind="stable")
    first = np.flatnonzero(np.diff(groups[order], prepend=-1))
    found = [_pixels(starts[runs], ends[runs], rows[runs]) for runs in np.split(order, first[1:])]
    return sorted(found, key=lambda part: -len(part))


def _runs(mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Where each unbroken run of a row begins, where it ends (past it), and its row; in reading order."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges > 0)
    return starts, np.nonzero(edges < 0)[1], rows


def _touching(
    starts: NDArray[np.intp], ends: NDArray[np.intp], rows: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of runs in neighbouring rows that touch."""
    wide = int(ends.max()) + 2
    # Runs as places on one line, row after row: those of the next row that a run touches stand one behind the other.
    from_ = np.searchsorted(rows * wide + ends, (rows + 1) * wide + starts, side="left")
    to = np.searchsorted(rows * wide + starts, (rows + 1) * wide + ends, side="right")
    counts = np.maximum(to - from_, 0)
    above = np.repeat(np.arange(len(rows)), counts)
    below = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(from_, counts)
    return above, below


def _joined(count: int, above: NDArray[np.intp], below: NDArray[np.intp]) -> NDArray[np.intp]:
    """For each of `count` runs the number of the first one that it hangs together with."""
    groups = np.arange(count)
    while len(above):
        least = np.minimum(groups[above], groups[below])
        np.minimum.at(groups, groups[above], least)
        np.minimum.at(groups, groups[below], least)
        while not np.array_equal(shorter := groups[groups], groups):
            groups = shorter
        apart = groups[above] != groups[below]
        above, below = above[apart], below[apart]
    return groups


def _pixels(starts: NDArray[np.intp], ends: NDArray[np.intp], rows: NDArray[np.intp]) -> NDArray[np.intp]:
    lengths = ends - starts
    columns = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths) + np.repeat(starts, lengths)
    return np.stack([np.repeat(rows, lengths), columns], axis=1)
