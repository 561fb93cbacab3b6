"""Where jobs are carried out: a protocol. The pool of this machine (`workers.pool`) is its first maker.

Whatever carries them out, workers are set up once, each with all that it needs for every job; jobs and results are plain
data; results are streamed as they come; a file that is bad costs only itself. What stays and takes jobs as they turn up,
the more urgent first (`resident`), is made of the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from paravent.errors import Held
from paravent.model.limits import WorkerLimits

J = TypeVar("J")
R = TypeVar("R")


def _unheard(job: object, share: float) -> None:
    del job, share


@dataclass(frozen=True, slots=True)
class Work(Generic[J, R]):
    """What workers are for.

    start: called once in each worker, gives the function that does one job; it may raise ParaventError, which ends the
    whole work. It and everything it needs, the jobs and the results can be pickled. staging: folder on this machine for
    files that pass through; workers elsewhere have one of their own. beat: told of signs of life (`process.heartbeat`),
    which the time limit of a job counts from: the job, and the share of it that is done.
    """

    start: Callable[[], Callable[[J], R]]
    limits: WorkerLimits
    staging: Path
    beat: Callable[[J | None, float], None] = _unheard


@dataclass(frozen=True, slots=True)
class Solved(Generic[R]):
    """Stands among the jobs for one that needs no worker."""

    result: R


class Workers(Protocol[J, R]):
    """Workers that have been started, or will be with the first job."""

    def run(self, jobs: Iterable[J | Solved[R]]) -> Iterator[tuple[J | None, R | Held]]:
        """Each job with its result, or why there is none ("crashed", "timeout", "memory", "internal"), as they finish.

        What crashed or ran out of memory was tried a second time, alone in a fresh worker. What was solved
        comes with no job. No more jobs are asked for than there are workers to begin them. Raises what `start` or a job
        raised if that was a ParaventError, and ParaventError if no worker can be started.
        """


class Executor(Protocol):
    """A maker of workers: this machine, later a cluster (one actor a node, which holds the pool of that node)."""

    def workers(self, work: Work[J, R]) -> AbstractContextManager[Workers[J, R]]:
        """For as long as the context lasts; leaving it ends whatever still runs."""
