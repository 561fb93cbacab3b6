"""Follows the codes of a GIF's picture to their end code, without decoding them (GIF89a specification, appendix F).

Between two clear codes the width of each code follows from its number alone, so that they are read together.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

_WIDEST = 12  # bits
_FULL = 1 << _WIDEST
_SMALL, _LARGE = 256, 4_096  # codes read together


class Budget:
    """How often codes may be read together in one file: honest ones take one to three readings between clear codes."""

    def __init__(self, readings: int = 20_000) -> None:
        self._left = readings

    def spend(self) -> bool:
        """Whether there was one left."""
        self._left -= 1
        return self._left >= 0


def end(codes: bytes, size: int, budget: Budget) -> int | None:
    """Bytes up to and with the end code; all of them where there is none. None once the budget is used up.

    codes: the contents of the data blocks, joined. size: the minimum code size, 2 to 8 bits.
    """
    padded = np.frombuffer(codes + bytes(3), np.uint8)
    clear, last = 1 << size, 8 * len(codes)
    begin = number = 0  # the bit at which the first code since the clear code begins; codes read since then
    together = _SMALL
    while True:
        if not budget.spend():
            return None
        places, widths = _places(size, number, together)
        places = places + begin
        whole = int(np.searchsorted(places + widths, last, side="right"))
        places, widths = places[:whole], widths[:whole]
        found = _read(padded, places, widths)
        special = np.flatnonzero((found == clear) | (found == clear + 1))
        if not len(special):
            if whole < together:
                return len(codes)
            number, together = number + together, _LARGE
            continue
        first = int(special[0])
        behind = int(places[first] + widths[first])
        if found[first] != clear:
            return -(-behind // 8)
        together = _LARGE if number + first >= _SMALL else _SMALL
        begin, number = behind, 0


def _places(size: int, number: int, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where `count` codes begin, in bits behind the clear code, and their widths; `number` codes come before them."""
    places, widths = _table(size)
    known = len(widths) - 1
    if number + count <= known:
        return places[number : number + count], widths[number : number + count]
    numbers = np.arange(number, number + count)
    beyond = places[known] + _WIDEST * (numbers - known)
    inside = np.minimum(numbers, known)
    return np.where(numbers < known, places[inside], beyond), widths[inside]


@cache
def _table(size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The same for all codes until they are at their widest, and some more."""
    numbers = np.arange(_FULL)
    entries = (1 << size) + 2 + np.maximum(numbers - 1, 0)
    widths = np.minimum(np.floor(np.log2(entries)).astype(np.int64) + 1, _WIDEST)
    return np.concatenate([[0], np.cumsum(widths)[:-1]]), widths


def _read(padded: NDArray[np.uint8], places: NDArray[np.int64], widths: NDArray[np.int64]) -> NDArray[np.int64]:
    at = places >> 3
    words = padded[at].astype(np.int64) | padded[at + 1].astype(np.int64) << 8 | padded[at + 2].astype(np.int64) << 16
    codes: NDArray[np.int64] = words >> (places & 7) & ((1 << widths) - 1)
    return codes
