"""Work for worker processes while people wait: the most urgent first, each answer awaited where it is needed.

A lane is a thread with a pool of one worker, so that a crash costs the one job, and a job that nobody waits for any
more is never begun.
"""

from __future__ import annotations

import asyncio
import heapq
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count
from pathlib import Path
from typing import Any, Generic, TypeVar

from paravent.engine.workers.pool import Pool
from paravent.errors import Held, ParaventError
from paravent.model.limits import WorkerLimits

J = TypeVar("J")
R = TypeVar("R")
_PAUSE = 2.0  # seconds between attempts to start workers that will not start
WAITING = 2_000  # jobs of one kind of lane; what would be more displaces the least urgent


class Urgency(IntEnum):
    """What is done first. Within one, views the latest first (what is on the screen now), all else in turn."""

    OPENED = 0  # the picture that a person has before them
    ACCEPTED = 1
    SHOWN = 2  # on the wall, in sight
    AHEAD = 3  # nobody has asked for it yet


class Displaced(Exception):
    """Too much is waiting; ask again."""


@dataclass(order=True, slots=True)
class _Entry(Generic[J]):
    urgency: int
    turn: int
    job: J = field(compare=False)
    answer: asyncio.Future[Any] = field(compare=False)
    tries: int = field(compare=False, default=1)


class Lanes(Generic[J, R]):
    """`number` lanes that take their jobs from one queue. start, limits, staging: see `pool.Pool`. beat: told in the event
    loop how far long work has come, see there.

    To be made and asked in the thread of the event loop.
    """

    def __init__(
        self,
        start: Callable[[], Callable[[J], R]],
        number: int,
        limits: WorkerLimits,
        staging: Path,
        name: str,
        beat: Callable[[J, float], None] = lambda _job, _share: None,
    ) -> None:
        self._beat = beat
        self._loop = asyncio.get_running_loop()
        self._turns = count()
        self._waiting: list[_Entry[J]] = []
        self._changed = threading.Condition()
        self._closed = False
        self._arguments = (start, WorkerLimits(1, limits.timeout, limits.memory), staging)
        self._threads = [
            threading.Thread(target=self._serve, name=f"paravent-{name}-{i}", daemon=True) for i in range(number)
        ]
        for thread in self._threads:
            thread.start()

    async def do(self, job: J, urgency: Urgency, *, latest_first: bool = False, tries: int = 1) -> R | Held:
        """The result of a job, or why there is none. Raises what ended the worker's work as a whole, Displaced.

        Cancelled, it is not begun; what has begun goes on, for nobody. tries: how often a crash may happen on it; a worker
        that was killed from outside is no fault of the job.
        """
        answer: asyncio.Future[R | Held] = self._loop.create_future()
        with self._changed:
            turn = next(self._turns)
            heapq.heappush(self._waiting, _Entry(urgency, -turn if latest_first else turn, job, answer, tries))
            if len(self._waiting) > WAITING:
                self._displace()
            self._changed.notify_all()
        return await answer

    def waiting(self) -> int:
        """How many jobs are not begun."""
        with self._changed:
            return sum(not entry.answer.done() for entry in self._waiting)

    def close(self) -> None:
        """Begin nothing more and kill the workers."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _displace(self) -> None:
        self._waiting = [entry for entry in self._waiting if not entry.answer.done()]
        while len(self._waiting) > WAITING:
            last = max(self._waiting)
            self._waiting.remove(last)
            last.answer.set_exception(Displaced())
        heapq.heapify(self._waiting)

    def _serve(self) -> None:
        current: list[_Entry[J]] = []

        def jobs() -> Iterator[J]:
            while (entry := self._next()) is not None:
                current.append(entry)
                yield entry.job

        start, limits, staging = self._arguments
        while not self._closed:
            try:
                with Pool[J, R](start, limits, staging, self._heard) as pool:
                    for _, result in pool.run(jobs()):
                        self._finished(current.pop(), result)
            except ParaventError as error:
                if current:
                    self._tell(current.pop(), error)
                with self._changed:
                    self._changed.wait_for(lambda: self._closed, _PAUSE)

    def _heard(self, job: J | None, share: float) -> None:
        if job is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._beat, job, share)

    def _next(self) -> _Entry[J] | None:
        with self._changed:
            while not self._closed:
                while self._waiting:
                    entry = heapq.heappop(self._waiting)
                    if not entry.answer.done():
                        return entry
                self._changed.wait()
        return None

    def _finished(self, entry: _Entry[J], result: R | Held) -> None:
        entry.tries -= 1
        if isinstance(result, Held) and result.code == "crashed" and entry.tries > 0:
            with self._changed:
                heapq.heappush(self._waiting, entry)
                self._changed.notify_all()
            return
        self._tell(entry, result)

    def _tell(self, entry: _Entry[J], result: R | Held | ParaventError) -> None:
        def tell() -> None:
            if entry.answer.done():
                return
            if isinstance(result, ParaventError):
                entry.answer.set_exception(result)
            else:
                entry.answer.set_result(result)

        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(tell)
