"""Says of many files what they give away; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import partial
from pathlib import Path

from paravent.engine.planning import scan_jobs
from paravent.engine.progress import counted
from paravent.engine.session import Session, Settings, outcome_of, source_of
from paravent.engine.workers.setup import WorkerSetup
from paravent.model.job import Job, Outcome
from paravent.model.policy import Policy
from paravent.model.report import FileReport
from paravent.stores.base import SourceLocation


def start_scanning(setup: WorkerSetup) -> Callable[[Job], Outcome]:
    """What a worker begins with. Raises ModelsMissing."""
    from paravent.pipeline import dispatch  # noqa: PLC0415  (loads the libraries that only workers need)

    return partial(dispatch.scan, tools=setup.tools())


def start_reading_metadata(setup: WorkerSetup) -> Callable[[Job], Outcome]:
    """What a worker begins with that looks at no picture."""
    from paravent.pipeline import dispatch  # noqa: PLC0415

    return partial(dispatch.scan, tools=setup.tools(detectors=False))


def scan(
    paths: Sequence[Path] | SourceLocation, policy: Policy, settings: Settings, *, faces: bool = True
) -> Generator[FileReport]:
    """Audit every file below `paths`, or of another source, without writing copies.

    faces: look for faces, not at metadata only. Raises UsageProblem, ModelsMissing.
    """
    session = Session(policy, settings, source_of(paths, settings))
    if faces:
        session.install_models()
    return _scan(session, faces=faces)


def _scan(session: Session, *, faces: bool) -> Generator[FileReport]:
    with session:
        found = counted(session.source.walk(), session.settings.progress)
        start = start_scanning if faces else start_reading_metadata
        for job, result in session.run(start, scan_jobs(session.source, found, session.policy)):
            yield outcome_of(job, result).report
