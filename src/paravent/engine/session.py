"""Many files: found, planned, worked on in processes of their own, written down; one report a file as it is finished."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from paravent.detect import registry
from paravent.engine import discovery
from paravent.engine.naming import Namer
from paravent.engine.planning import Planner, scan_jobs
from paravent.engine.workers.pool import Pool, Solved
from paravent.errors import Held, OutputProblem
from paravent.i18n.texts import _, hold_text
from paravent.model.job import Job, Outcome
from paravent.model.keyed_hash import keyed_hash
from paravent.model.limits import WorkerLimits
from paravent.model.policy import Policy
from paravent.model.report import FileReport, Status
from paravent.state.ledger import Ledger
from paravent.state.private import PrivateFolder, place
from paravent.state.reviews import ReviewStore
from paravent.stores import publishing
from paravent.version import VERSION

Work = Callable[[Job], Outcome]
# Where the worker's function comes from; tests put another in its place.
Start = Callable[[], Work]


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run is carried out; nothing here changes what a copy looks like.

    private: state folder, None for the usual one. say: gets a sentence when the models are being installed. report:
    absolute paths of what the caller writes meanwhile; like the private folder, it is no input wherever it lies. beat: told
    while work on a long file goes on: its path, and the share that is done.
    """

    limits: WorkerLimits = field(default_factory=lambda: WorkerLimits(cores()))
    private: Path | None = None
    force: bool = False
    say: Callable[[str], None] = lambda _: None
    report: tuple[Path, ...] = ()
    beat: Callable[[str, float], None] = lambda _path, _share: None

    def heard(self, job: Job | None, share: float) -> None:
        """A sign of life from a worker."""
        if job is not None:
            self.beat(job.path, share)

    @property
    def own(self) -> tuple[Path, ...]:
        """What `discovery.walk` passes over; absolute paths."""
        return (*self.report, place(self.private))


def start_protecting(policy: Policy) -> Work:
    """What a worker of `protect` begins with. Raises ModelsMissing."""
    from paravent.pipeline import still as pipeline  # noqa: PLC0415  (loads the libraries that only workers need)

    return partial(pipeline.protect, tools=pipeline.make_tools(policy))


def start_scanning(policy: Policy | None) -> Work:
    """What a worker of `scan` begins with; without a policy it looks at metadata only. Raises ModelsMissing."""
    from paravent.pipeline import still as pipeline  # noqa: PLC0415

    return partial(pipeline.scan, tools=pipeline.make_tools(policy))


def _unheard(name: str) -> None:
    del name


def protect(
    paths: Sequence[Path],
    output: Path,
    policy: Policy,
    settings: Settings,
    start: Start | None = None,
    left_over: Callable[[str], None] = _unheard,
) -> Generator[FileReport]:
    """Prepare every file below `paths`; reports come as copies are finished, in no particular order.

    What was done before by the same recipe is recognised and not done again. left_over: told at the end, below `output`,
    each copy of an earlier run that still lies there and that this run neither wrote nor recognised. Raises UsageProblem
    at once for folders that overlap, ModelsMissing, and later OutputProblem when the disk is full.
    """
    named = discovery.inputs(paths)
    discovery.refuse_overlap(named, output)
    private = PrivateFolder(settings.private, output)
    registry.install(policy, settings.say)
    root = _made(output)
    return _protect(named, root, policy, settings, private, start or partial(start_protecting, policy), left_over)


def _protect(
    named: list[Path],
    root: Path,
    policy: Policy,
    settings: Settings,
    private: PrivateFolder,
    start: Start,
    left_over: Callable[[str], None],
) -> Generator[FileReport]:
    recipe, started = recipe_of(policy, private.key()), time.time()
    with ExitStack() as stack:
        staging = stack.enter_context(private.staging())
        ledger = stack.enter_context(Ledger(private.ledger))
        publishing.empty_staging(root)
        stack.callback(publishing.empty_staging, root)
        reviews = stack.enter_context(ReviewStore(private.reviews))
        namer = Namer(private.key(), policy.keep_names)
        planner = Planner(ledger, namer, str(root), policy, recipe, settings.force, reviews)
        pool: Pool[Job, Outcome] = stack.enter_context(Pool(start, settings.limits, staging, settings.heard))
        for job, result in pool.run(planner.jobs(discovery.walk(named, settings.own))):
            outcome = _outcome(job, result)
            if job is not None and _is_news(job, outcome):
                ledger.record(job.path, str(root), outcome, recipe)
            if outcome.report.output:
                ledger.renewed(root / outcome.report.output)
            yield outcome.report
            if outcome.report.hold == "no-space":
                raise OutputProblem(f"{root}: {hold_text('no-space', {})}")
        for copy in ledger.left_over(root, started):
            left_over(copy.relative_to(root).as_posix())


def scan(
    paths: Sequence[Path], policy: Policy, settings: Settings, *, faces: bool = True, start: Start | None = None
) -> Generator[FileReport]:
    """Audit every file below `paths` without writing copies. faces: look for faces, not at metadata only.

    Raises UsageProblem, ModelsMissing.
    """
    named = discovery.inputs(paths)
    private = PrivateFolder(settings.private)
    if faces:
        registry.install(policy, settings.say)
    return _scan(named, policy, settings, private, start or partial(start_scanning, policy if faces else None))


def _scan(
    named: list[Path], policy: Policy, settings: Settings, private: PrivateFolder, start: Start
) -> Generator[FileReport]:
    with private.staging() as staging, Pool[Job, Outcome](start, settings.limits, staging, settings.heard) as pool:
        jobs: Iterable[Job | Solved[Outcome]] = scan_jobs(discovery.walk(named, settings.own), policy)
        for job, result in pool.run(jobs):
            yield _outcome(job, result).report


def _outcome(job: Job | None, result: Outcome | Held) -> Outcome:
    if isinstance(result, Outcome):
        return result
    path = job.relative if job else ""
    return Outcome(FileReport(path, Status.HELD, hold=result.code, hold_params=dict(result.params)))


def _is_news(job: Job, outcome: Outcome) -> bool:
    """Whether the ledger does not say this already. A copy recognised by the ledger comes without its regions."""
    if outcome.report.status is Status.PREPARED:
        return True
    return outcome.report.status is Status.ALREADY and (
        job.known is None or (job.known.copy_key, job.known.recipe) != (outcome.copy_key, job.recipe)
    )


def recipe_of(policy: Policy, key: bytes) -> str:
    """Digest of all that a copy's bytes depend on besides its source; keyed, for words could be guessed from it."""
    logos = [keyed_hash(key, logo) for logo in policy.logos]
    return keyed_hash(key, repr((VERSION, registry.identity(policy), policy, policy.words, logos)).encode())


def _made(output: Path) -> Path:
    try:
        output.mkdir(parents=True, exist_ok=True)
        return output.resolve(strict=True)
    except OSError as error:
        raise OutputProblem(
            _("{output}: cannot be made ({reason}); choose another output folder").format(
                output=output, reason=error.strerror
            )
        ) from None
