"""One run: a policy, the private state, the models and the workers. It plans, executes and records.

Whatever prepares, scans, verifies or shows is a client of it: `protecting`, `scanning`, `judging`, `values`, and through
`resident` the review page.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Self, TypeVar

from paravent.detect import registry
from paravent.engine.executor import Executor, Solved, Work, Workers
from paravent.engine.naming import Namer
from paravent.engine.planning import Planner
from paravent.engine.progress import Progress
from paravent.engine.recipe import recipe_of
from paravent.engine.resident import Resident
from paravent.engine.workers.pool import LocalExecutor
from paravent.engine.workers.setup import Start, WorkerSetup
from paravent.errors import Held
from paravent.model.job import Job, Outcome
from paravent.model.limits import WorkerLimits
from paravent.model.policy import Policy
from paravent.model.report import FileReport, Status
from paravent.state.ledger import Ledger
from paravent.state.private import PrivateFolder, path_of
from paravent.state.reviews import ReviewStore
from paravent.stores.base import Output, OutputLocation, Source, SourceLocation, refuse_overlap
from paravent.stores.files import FilesLocation
from paravent.stores.folder import FolderLocation

J = TypeVar("J")
R = TypeVar("R")


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run is carried out; nothing here changes what a copy looks like.

    private: state folder, None for the usual one. force: prepare again what is done. own: absolute paths of what the caller
    writes meanwhile; like the private folder, it is no input wherever it lies. executor: where the work is done.
    """

    limits: WorkerLimits = field(default_factory=lambda: WorkerLimits(cores()))
    private: Path | None = None
    force: bool = False
    own: tuple[Path, ...] = ()
    progress: Progress = field(default_factory=Progress)
    executor: Executor = field(default_factory=LocalExecutor)


def own(settings: Settings) -> tuple[Path, ...]:
    """What lies among the originals and is none: passed over; absolute paths."""
    return (*settings.own, path_of(settings.private))


def source_of(paths: Sequence[Path] | SourceLocation, settings: Settings) -> SourceLocation:
    """What was named, as a location. Raises UsageProblem."""
    return paths if isinstance(paths, SourceLocation) else FilesLocation.named(paths, own(settings))


def output_of(output: Path | OutputLocation) -> OutputLocation:
    """Where copies go, as a location."""
    return output if isinstance(output, OutputLocation) else FolderLocation(output)


class Session:
    """A context manager: what it opens, when it is first needed, is closed at its end.

    source: where originals come from. outputs: where copies go, by the name that jobs know them by. Raises UsageProblem if
    source, outputs and private state lie inside one another.
    """

    def __init__(
        self,
        policy: Policy,
        settings: Settings,
        source: SourceLocation,
        outputs: Mapping[str, OutputLocation] | None = None,
    ) -> None:
        self.policy = policy
        self.settings = settings
        self.source_location = source
        self.output_locations = dict(outputs or {})
        for output in self.output_locations.values():
            refuse_overlap(source, output)
        folders = [folder for output in self.output_locations.values() for folder in output.on_disk]
        checked = [PrivateFolder(settings.private, folder) for folder in folders]
        self.private = checked[0] if checked else PrivateFolder(settings.private)
        self._outputs: dict[str, Output] = {}
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._opened.__exit__(*error)  # type: ignore[arg-type]

    def close(self) -> None:
        """What leaving it as a context manager does."""
        self._opened.close()

    @cached_property
    def source(self) -> Source:
        """Where originals come from, held for the whole run. Raises UsageProblem."""
        return self._opened.enter_context(closing(self.source_location.open()))

    def output(self, name: str) -> Output:
        """Where copies go; it is there from now on, and held for the whole run. Raises OutputProblem."""
        if name not in self._outputs:
            self._outputs[name] = self._opened.enter_context(closing(self.output_locations[name].open()))
        return self._outputs[name]

    @cached_property
    def key(self) -> bytes:
        """The key of this installation."""
        return self.private.key()

    @cached_property
    def recipe(self) -> str:
        """See `recipe.recipe_of`."""
        return recipe_of(self.policy, self.key)

    @cached_property
    def staging(self) -> Path:
        """A folder for files that pass through, private and emptied at the end."""
        return self._opened.enter_context(self.private.staging())

    @cached_property
    def ledger(self) -> Ledger:
        """What became of which file."""
        return self._opened.enter_context(Ledger(self.private.ledger))

    @cached_property
    def reviews(self) -> ReviewStore:
        """What humans decided."""
        return self._opened.enter_context(ReviewStore(self.private.reviews))

    def install_models(self, policy: Policy | None = None) -> None:
        """Have what a policy needs, the session's unless another is named. Raises UsageProblem, ModelsMissing."""
        registry.install(policy or self.policy, self.settings.progress.say)

    def empty_staging(self, output: str) -> None:
        """Delete what killed runs left on the way to an output, now and at the end."""
        opened = self.output(output)
        opened.empty_staging()
        self._opened.callback(opened.empty_staging)

    # Plan

    def planner(self, output: str, *, recipe: str = "", reviews: ReviewStore | None = None, force: bool = False) -> Planner:
        """Makes jobs for an output. recipe: another one than the session's; reviews: what was decided counts."""
        root = self.output(output).identity
        namer = Namer(self.key, self.policy.keep_names, root)
        return Planner(self.source, self.ledger, namer, output, root, self.policy, recipe or self.recipe, force, reviews)

    # Execute

    def run(self, start: Start[J, R], jobs: Iterable[J | Solved[R]]) -> Iterator[tuple[J | None, R | Held]]:
        """Each job with its result, in workers that `start` sets up; see `executor.Workers`."""
        with self._workers(self._work(start, self.settings.limits.workers, self._partly)) as workers:
            yield from workers.run(jobs)

    def resident(
        self,
        start: Start[J, R],
        name: str,
        workers: int | None = None,
        beat: Callable[[J | None, float], None] = lambda _job, _share: None,
    ) -> Resident[J, R]:
        """Workers that stay; close them before the session. workers: how many, None for as many as the limits say."""
        number = workers or self.settings.limits.workers
        return Resident(self.settings.executor, self._work(start, number, beat), name)

    def _work(self, start: Start[J, R], workers: int, beat: Callable[[J | None, float], None]) -> Work[J, R]:
        limits = self.settings.limits
        # An output that is open already is the very one that workers must open, and no other of its name.
        outputs = self.output_locations | {name: output.location for name, output in self._outputs.items()}
        key = self.key if outputs else b""  # without copies nothing is recognised again
        setup = WorkerSetup(self.policy, self.source.location, outputs, key)
        return Work(partial(start, setup), WorkerLimits(workers, limits.timeout, limits.memory), self.staging, beat)

    def _workers(self, work: Work[J, R]) -> AbstractContextManager[Workers[J, R]]:
        return self.settings.executor.workers(work)

    def _partly(self, job: object, share: float) -> None:
        if isinstance(job, Job):
            self.settings.progress.partly(job.identity, share)

    # Record

    def record(self, job: Job, outcome: Outcome) -> None:
        """Write down what was published, unless the ledger says so already."""
        if _is_news(job, outcome):
            self.ledger.record(job.identity, self.output(job.output).identity, outcome, job.recipe)


def outcome_of(job: Job | None, result: Outcome | Held) -> Outcome:
    """What became of a job, also where there is no result."""
    if isinstance(result, Outcome):
        return result
    path = job.relative if job else ""
    return Outcome(FileReport(path, Status.HELD, hold=result.code, hold_params=dict(result.params)))


def _is_news(job: Job, outcome: Outcome) -> bool:
    """Whether the ledger does not say this already. A copy recognised by the ledger comes without its regions."""
    if outcome.report.status is Status.PREPARED:
        return True
    return outcome.report.status is Status.ALREADY and (
        job.recorded is None or (job.recorded.copy_key, job.recorded.recipe) != (outcome.copy_key, job.recipe)
    )
