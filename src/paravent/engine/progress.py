"""What a run tells of itself while it goes on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
_AHEAD = 10_000  # files that are listed before they are worked on: most folders whole, and no more memory for larger ones


class Progress:
    """Gets what a run tells; this one keeps it to itself. Others override what they want to hear."""

    def say(self, sentence: str) -> None:
        """A sentence for people, while models are being installed."""

    def counted(self, files: int, *, whole: bool) -> None:
        """So many files were found so far. whole: there are no more. Told before the first of them is worked on."""

    def partly(self, path: str, share: float) -> None:
        """So much of a file that takes long is done, 0 to 1. path: absolute."""


def counted(found: Iterable[T], progress: Progress) -> Iterator[T]:
    """What was found, in order, listed some way ahead of the work. progress is told."""
    source, waiting = iter(found), deque[T]()
    total, whole = 0, False
    while waiting or not whole:
        while not whole and len(waiting) < _AHEAD:
            try:
                waiting.append(next(source))
                total += 1
            except StopIteration:
                whole = True
        progress.counted(total, whole=whole)
        if waiting:
            yield waiting.popleft()
