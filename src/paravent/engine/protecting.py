"""Prepares many files; one report a file, as its copy is finished."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from functools import partial
from pathlib import Path

from paravent.engine.progress import counted
from paravent.engine.session import Session, Settings, outcome_of, output_of, source_of
from paravent.engine.workers.setup import Start, WorkerSetup
from paravent.errors import OutputProblem
from paravent.i18n.texts import hold_text
from paravent.model.job import Job, Outcome
from paravent.model.policy import Policy
from paravent.model.report import FileReport
from paravent.stores.base import OutputLocation, SourceLocation

_OUTPUT = "copies"


def start_protecting(setup: WorkerSetup) -> Callable[[Job], Outcome]:
    """What a worker begins with. Raises ModelsMissing."""
    from paravent.pipeline import dispatch  # noqa: PLC0415  (loads the libraries that only workers need)

    return partial(dispatch.protect, tools=setup.tools())


def _unheard(name: str) -> None:
    del name


def protect(
    paths: Sequence[Path] | SourceLocation,
    output: Path | OutputLocation,
    policy: Policy,
    settings: Settings,
    start: Start[Job, Outcome] = start_protecting,
    left_over: Callable[[str], None] = _unheard,
) -> Generator[FileReport]:
    """Prepare every file below `paths`, or of another source, into a folder or another output.

    Reports come as copies are finished, in no particular order.

    What was done before by the same recipe is recognised and not done again. left_over: told at the end, below `output`,
    each copy of an earlier run that still lies there and that this run neither wrote nor recognised. Raises UsageProblem
    at once for folders that overlap, ModelsMissing, and later OutputProblem when the disk is full.
    """
    session = Session(policy, settings, source_of(paths, settings), {_OUTPUT: output_of(output)})
    session.install_models()
    session.output(_OUTPUT)
    return _protect(session, start, left_over)


def _protect(session: Session, start: Start[Job, Outcome], left_over: Callable[[str], None]) -> Generator[FileReport]:
    started, output = time.time(), session.output(_OUTPUT)
    root = output.identity
    with session:
        session.empty_staging(_OUTPUT)
        planner = session.planner(_OUTPUT, reviews=session.reviews, force=session.settings.force)
        found = counted(session.source.walk(), session.settings.progress)
        for job, result in session.run(start, planner.jobs(found)):
            outcome = outcome_of(job, result)
            if job is not None:
                session.record(job, outcome)
            if outcome.report.output:
                session.ledger.renewed(root, outcome.report.output)
            yield outcome.report
            if outcome.report.hold == "no-space":
                raise OutputProblem(f"{root}: {hold_text('no-space', {})}")
        for copy in session.ledger.left_over(root, started, output.exists):
            left_over(copy)
