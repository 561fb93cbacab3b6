"""Workers that stay while jobs turn up: the most urgent first, each answer awaited where it is needed.

What asks is a page, a service or a folder that is watched. A lane is a thread with one worker of an executor, so that a
crash costs the one job, and a job that nobody waits for any more is never begun.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import IntEnum
from itertools import count
from typing import Any, Generic, TypeVar

from paravent.engine.executor import Executor, Work
from paravent.errors import Held, ParaventError

J = TypeVar("J")
R = TypeVar("R")
_PAUSE = 2.0  # seconds between attempts to start workers that will not start
WAITING = 2_000  # jobs of one resident; what would be more displaces the least urgent


class Urgency(IntEnum):
    """What is done first. Within one, in turn, unless the latest is wanted first (what is on a screen now)."""

    OPENED = 0  # somebody has it before them
    ACCEPTED = 1  # somebody decided and goes on
    SHOWN = 2  # in sight
    AHEAD = 3  # nobody has asked for it yet


class Displaced(Exception):
    """Too much is waiting; ask again."""


@dataclass(order=True, slots=True)
class _Entry(Generic[J]):
    urgency: int
    turn: int
    job: J = field(compare=False)
    answer: Future[Any] = field(compare=False)


class Resident(Generic[J, R]):
    """As many lanes as the work's limits allow workers, all taking their jobs from one queue. name: of the threads."""

    def __init__(self, executor: Executor, work: Work[J, R], name: str) -> None:
        self._executor = executor
        self._work = replace(work, limits=replace(work.limits, workers=1))
        self._turns = count()
        self._waiting: list[_Entry[J]] = []
        self._changed = threading.Condition()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"paravent-{name}-{i}", daemon=True)
            for i in range(work.limits.workers)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, job: J, urgency: Urgency, *, latest_first: bool = False) -> Future[R | Held]:
        """The result of a job, or why there is none; what ended the workers' work as a whole, and Displaced, as exceptions.

        Cancelled, it is not begun; what has begun goes on, for nobody.
        """
        answer: Future[R | Held] = Future()
        with self._changed:
            turn = next(self._turns)
            heapq.heappush(self._waiting, _Entry(urgency, -turn if latest_first else turn, job, answer))
            displaced = self._displaced() if len(self._waiting) > WAITING else []
            self._changed.notify_all()
        for entry in displaced:
            _tell(entry, Displaced())
        return answer

    def waiting(self) -> int:
        """How many jobs are not begun."""
        with self._changed:
            return sum(not entry.answer.done() for entry in self._waiting)

    def close(self) -> None:
        """Begin nothing more and end the workers."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _displaced(self) -> list[_Entry[J]]:
        self._waiting = sorted(entry for entry in self._waiting if not entry.answer.done())
        displaced = self._waiting[WAITING:]
        del self._waiting[WAITING:]  # what is sorted is a heap
        return displaced

    def _serve(self) -> None:
        current: list[_Entry[J]] = []

        def jobs() -> Iterator[J]:
            while (entry := self._next()) is not None:
                current.append(entry)
                yield entry.job

        while not self._closed:
            try:
                with self._executor.workers(self._work) as workers:
                    for _, result in workers.run(jobs()):
                        _tell(current.pop(), result)
            except ParaventError as error:
                if current:
                    _tell(current.pop(), error)
                with self._changed:
                    self._changed.wait_for(lambda: self._closed, _PAUSE)

    def _next(self) -> _Entry[J] | None:
        with self._changed:
            while not self._closed:
                while self._waiting:
                    entry = heapq.heappop(self._waiting)
                    if not entry.answer.done():
                        return entry
                self._changed.wait()
        return None


def _tell(entry: _Entry[J], result: object) -> None:
    # An answer stays cancellable to its end: nobody may wait for it any more.
    with suppress(InvalidStateError):
        if isinstance(result, (ParaventError, Displaced)):
            entry.answer.set_exception(result)
        else:
            entry.answer.set_result(result)
