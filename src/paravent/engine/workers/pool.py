"""Worker processes, each with a pipe of its own: a crash, a hang or too much memory costs the one file it happened on.

No lock and no queue is shared, so that a worker can be killed at any moment without harm to the others. Only as many jobs
are out as there are workers; the next is asked for when one is idle.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Generic, TypeVar

from paravent.engine.executor import Solved, Work
from paravent.engine.workers import isolation
from paravent.errors import Held, ParaventError
from paravent.i18n.texts import _
from paravent.process import heartbeat, origin
from paravent.process.memory import is_exhausted

if sys.platform == "win32":
    from multiprocessing.connection import PipeConnection as Connection
else:
    from multiprocessing.connection import Connection

J = TypeVar("J")
R = TypeVar("R")

START_SECONDS = 300  # a worker that is not ready by then never will be
_START_FAILURES = 3  # in a row, until it is no accident
_TICK = 0.5  # seconds; how soon Ctrl-C and time limits are noticed
_READY, _RESULT, _FATAL, _BEAT = range(4)


@dataclass(slots=True)
class _Worker(Generic[J]):
    """again: its job has failed once before."""

    process: SpawnProcess
    pipe: Connection
    since: float
    job: J | None = None
    ready: bool = False
    again: bool = False


class LocalExecutor:
    """Workers on this machine."""

    def workers(self, work: Work[J, R]) -> Pool[J, R]:
        """See `executor.Executor`."""
        return Pool(work)


class Pool(Generic[J, R]):
    """Runs jobs in worker processes; see `executor.Workers`. A context manager; leaving it kills whatever still runs."""

    def __init__(self, work: Work[J, R]) -> None:
        self._beat = work.beat
        self._arguments = (work.start, work.limits.memory, os.getpid(), work.staging)
        self._limits = work.limits
        self._workers: list[_Worker[J]] = []
        self._failures = 0
        self._again: list[J] = []
        self._failed: list[J] = []

    def __enter__(self) -> Pool[J, R]:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            _kill(worker)
        self._workers.clear()

    def run(self, jobs: Iterable[J | Solved[R]]) -> Generator[tuple[J | None, R | Held]]:
        """See `executor.Workers`. What crashed or ran out of memory is tried once more when nothing else runs."""
        waiting = iter(jobs)
        more = True
        while more or self._again or self._failed or self._busy():
            if self._failed and not self._busy() and not self._again and (not more or self._limits.workers == 1):
                self._try_again(self._failed.pop(0))
            while (more or self._again) and len(self._busy()) < self._limits.workers:
                job = self._again.pop() if self._again else next(waiting, None)
                if job is None:
                    more = False
                    break
                if isinstance(job, Solved):
                    yield None, job.result
                else:
                    self._give(self._idle() or self._start(), job)
            yield from self._finished()

    def _try_again(self, job: J) -> None:
        """Alone, in a fresh worker: what others left behind, or took at the same time, is no fault of this file."""
        for worker in self._workers[:]:
            self._drop(worker)
        worker = self._start()
        worker.again = True
        self._give(worker, job)

    def _busy(self) -> list[_Worker[J]]:
        return [worker for worker in self._workers if worker.job is not None]

    def _finished(self) -> Iterator[tuple[J, R | Held]]:
        """Wait a moment for results."""
        busy = self._busy()
        heard = set(wait([worker.pipe for worker in busy], timeout=_TICK)) if busy else set()
        for worker in busy:
            job = worker.job
            result = self._hear(worker) if worker.pipe in heard else self._late(worker)
            if result is not None and job is not None:
                yield job, result

    def _idle(self) -> _Worker[J] | None:
        return next((worker for worker in self._workers if worker.job is None), None)

    def _give(self, worker: _Worker[J], job: J) -> None:
        worker.since = time.monotonic()
        try:
            worker.pipe.send(job)
            worker.job = job
        except OSError:  # it died before it listened; what it said before counts
            (self._failed if worker.again else self._again).append(job)
            while worker in self._workers:
                self._hear(worker)

    def _start(self) -> _Worker[J]:
        ours, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=_serve, args=(theirs, *self._arguments), name="paravent-worker", daemon=True)
        with isolation.no_module_from_here(), _interrupts_blocked():
            process.start()
        theirs.close()
        worker: _Worker[J] = _Worker(process, ours, time.monotonic())
        self._workers.append(worker)
        return worker

    def _hear(self, worker: _Worker[J]) -> R | Held | None:
        try:
            kind, content, stale = worker.pipe.recv()
        except (EOFError, OSError):
            return self._died(worker)
        if kind == _FATAL:
            raise content
        if kind == _BEAT:
            worker.since = time.monotonic()
            self._beat(worker.job, content)
            return None
        if kind == _READY:
            worker.ready, worker.since, self._failures = True, time.monotonic(), 0
            return None
        job, worker.job = worker.job, None
        if stale:
            self._drop(worker)
        result: R | Held = content
        if isinstance(result, Held) and result.code == "memory":
            return self._held(worker, job, result)
        worker.again = False
        return result

    def _died(self, worker: _Worker[J]) -> Held | None:
        worker.process.join()
        status = worker.process.exitcode
        self._drop(worker)
        if worker.ready:
            exhausted = status == isolation.OUT_OF_MEMORY
            held = Held("memory", megabytes=self._limits.memory) if exhausted else Held("crashed")
            return self._held(worker, worker.job, held)
        self._failures += 1
        if self._failures >= _START_FAILURES:
            raise ParaventError(_("worker processes cannot be started (exit status {status})").format(status=status))
        if worker.job is not None:
            (self._failed if worker.again else self._again).append(worker.job)
        return None

    def _held(self, worker: _Worker[J], job: J | None, held: Held) -> Held | None:
        """The end of a job that failed twice; None for one that failed the first time."""
        if worker.again or job is None:
            return held
        self._failed.append(job)
        return None

    def _late(self, worker: _Worker[J]) -> Held | None:
        spent = time.monotonic() - worker.since
        if not worker.ready and spent > START_SECONDS:
            raise ParaventError(_("a worker process did not start within {seconds} seconds").format(seconds=START_SECONDS))
        if not worker.ready or spent <= self._limits.timeout:
            return None
        self._drop(worker)
        return Held("timeout", seconds=round(self._limits.timeout))

    def _drop(self, worker: _Worker[J]) -> None:
        _kill(worker)
        self._workers.remove(worker)


def _kill(worker: _Worker[Any]) -> None:
    worker.process.kill()
    worker.process.join()
    worker.process.close()
    worker.pipe.close()


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Children inherit it: Ctrl-C in a terminal reaches the whole group, also a worker that has not set itself up yet."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # it would unblock the signal when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, start: Callable[[], Callable[[Any], Any]], memory: int, parent: int, staging: Path) -> None:
    """The life of a worker."""
    isolation.enter(parent, staging)
    try:
        work = start()
        isolation.limit_memory(memory)
    except ParaventError as error:
        pipe.send((_FATAL, error, False))
        return
    except Exception as error:  # no file is involved yet: the text tells nothing about one
        pipe.send(
            (
                _FATAL,
                ParaventError(
                    _("a worker process cannot start: {kind}: {reason}").format(kind=type(error).__name__, reason=error)
                ),
                False,
            )
        )
        return
    pipe.send((_READY, None, False))
    heartbeat.tell_by(lambda share: pipe.send((_BEAT, share, False)))
    grown = isolation.Growth(memory)
    with suppress(EOFError, OSError):  # the parent is gone
        while True:
            kind, content, useless = _answer(work, pipe.recv(), memory)
            pipe.send((kind, content, useless or grown.too_far()))


def _answer(work: Callable[[Any], Any], job: Any, memory: int) -> tuple[int, Any, bool]:
    """What to send, and whether this worker should be replaced."""
    try:
        result = work(job)
    except Held as held:
        return _RESULT, held, False
    except ParaventError as error:
        return _FATAL, error, True
    except Exception as error:  # one file must not end the others
        if is_exhausted(error):
            return _RESULT, Held("memory", megabytes=memory), True
        return _RESULT, Held("internal", detail=origin.kind(error)), True
    return _RESULT, result, False
