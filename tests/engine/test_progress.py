"""The tree is walked once: what is found is counted some way ahead of the work on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from paravent.engine.progress import Progress, counted

AHEAD = 10_000


class Told(Progress):
    def __init__(self) -> None:
        self.counts: list[tuple[int, bool]] = []

    def counted(self, files: int, *, whole: bool) -> None:
        self.counts.append((files, whole))


@pytest.mark.parametrize(("files", "first"), [(0, (0, True)), (7, (7, True)), (25_000, (AHEAD, False))])
def test_the_total_is_told_before_the_first_file_as_far_as_it_is_known(files: int, first: tuple[int, bool]) -> None:
    told, walked = Told(), 0

    def walk() -> Iterator[int]:
        nonlocal walked
        for number in range(files):
            walked += 1
            yield number

    for number, one in enumerate(counted(walk(), told)):
        assert one == number
        assert walked <= number + AHEAD + 1
    assert told.counts[0] == first
    assert told.counts[-1] == (files, True)
    assert walked == files
