"""The Python interface: what the command line can do, in worker processes.

Like everything that starts processes, calls belong under `if __name__ == "__main__":` in a script.

    import paravent

    if __name__ == "__main__":
        run = paravent.protect("photos", "ready", policy=paravent.preset("school"), report="report.html")
        for report in run:
            print(report.path, report.status, report.output)
        print("\\n".join(run.closing))

Files come from paths, or from a `SourceLocation`: `BytesLocation` holds bytes, `ArchiveLocation` names ZIP archives, and
other packages write their own. Copies
go into a folder, or to an `OutputLocation`. What a store must do is in `paravent.stores.base`.

Every call raises `ParaventError` of a kind named in `paravent.errors`; a bad file never does: its report says why it was
held back. limits of a call: workers: processes, default one a core; timeout: seconds, memory: megabytes that one file may
take. private: state folder, None for the usual one. progress: is told how far the work has come. executor: where it is
done, this machine unless another is given.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from paravent.detect import plugins, registry
from paravent.detect.models import store
from paravent.detect.models.store import ModelStatus
from paravent.engine import judging, records, runs, session
from paravent.engine import values as values_of_one
from paravent.engine.executor import Executor, Solved, Work
from paravent.engine.judging import Judgement
from paravent.engine.progress import Progress
from paravent.engine.records import Named, Withdrawn
from paravent.engine.runs import Run
from paravent.engine.workers.pool import LocalExecutor
from paravent.errors import ExtraMissing, Held, Interrupted, ModelsMissing, OutputProblem, ParaventError, UsageProblem
from paravent.i18n.texts import hold_text
from paravent.model.limits import WorkerLimits
from paravent.model.policy import PRESETS, Policy, preset
from paravent.model.posted import PostedReport
from paravent.model.report import FileReport, Finding, Kind, Status, VideoReport
from paravent.model.style import Style
from paravent.posted import survey
from paravent.report.summary import Totals
from paravent.report.wording import describe, remark
from paravent.site import runs as site_runs
from paravent.site.manifest import SiteCheck
from paravent.stores.archive import ArchiveLocation
from paravent.stores.base import Output, OutputLocation, Source, SourceLocation
from paravent.stores.memory import BytesLocation
from paravent.stores.policy_files import load as policy_file
from paravent.verify.verdict import Verdict

__all__ = [
    "PRESETS",
    "ArchiveLocation",
    "BytesLocation",
    "Executor",
    "ExtraMissing",
    "FileReport",
    "Finding",
    "Held",
    "Interrupted",
    "Judgement",
    "Kind",
    "LocalExecutor",
    "ModelStatus",
    "ModelsMissing",
    "Named",
    "Output",
    "OutputLocation",
    "OutputProblem",
    "ParaventError",
    "Policy",
    "PostedReport",
    "Progress",
    "Run",
    "SiteCheck",
    "Solved",
    "Source",
    "SourceLocation",
    "Status",
    "Style",
    "Totals",
    "UsageProblem",
    "Verdict",
    "VideoReport",
    "Withdrawn",
    "Work",
    "check_site",
    "describe",
    "detectors",
    "forecast",
    "forget",
    "forget_everything",
    "install_models",
    "metadata_values",
    "models",
    "names",
    "policy_file",
    "prepare_site",
    "preset",
    "protect",
    "read_export",
    "reason",
    "remark",
    "scan",
    "verify",
    "withdraw",
]

AnyPath: TypeAlias = str | os.PathLike[str]


def protect(
    paths: AnyPath | Iterable[AnyPath] | SourceLocation,
    output: AnyPath | OutputLocation,
    *,
    policy: Policy | None = None,
    force: bool = False,
    report: AnyPath | None = None,
    workers: int | None = None,
    timeout: float = 120.0,
    memory: int = 2048,
    private: AnyPath | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Run:
    """Write a prepared copy of every picture and film below `paths`, or of another source, into the folder `output`, or
    another output; a report a file, as it is finished.

    policy: default preset "family". force: prepare again what is done. report: file to write, .json (JSON Lines) or .html.
    Nothing is done before the first report is asked for but checking the folders and installing the models.
    """
    settings = _settings(workers, timeout, memory, private, progress, executor, force)
    copies = output if isinstance(output, OutputLocation) else Path(output)
    return runs.protect(_source(paths), copies, policy or Policy(), settings, _path(report))


def forecast(
    paths: AnyPath | Iterable[AnyPath] | SourceLocation,
    output: AnyPath,
    *,
    policy: Policy | None = None,
    force: bool = False,
    private: AnyPath | None = None,
    progress: Progress | None = None,
) -> Run:
    """What `protect` into a folder would begin with: files are planned, prepared already, left out or held back, as far as
    that can be told without looking at the pictures. Nothing is written, in the private state neither.
    """
    settings = _settings(None, 120.0, 2048, private, progress, None, force)
    return runs.forecast(_source(paths), Path(output), policy or Policy(), settings)


def prepare_site(
    folder: AnyPath,
    output: AnyPath | OutputLocation,
    *,
    mine: bool,
    policy: Policy | None = None,
    force: bool = False,
    manifest: AnyPath | None = None,
    workers: int | None = None,
    timeout: float = 120.0,
    memory: int = 2048,
    private: AnyPath | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Run:
    """Prepare a copy of one's own website: each picture in all its files covered as one, what changes written under the
    same name below `output`.

    mine: somebody says that it is their own; that is kept and need not be said again. manifest: .json to write, of all
    files. What remains to be done on the server stands in `Run.closing`. Others: see `protect`.
    """
    settings = _settings(workers, timeout, memory, private, progress, executor, force)
    copies = output if isinstance(output, OutputLocation) else Path(output)
    return site_runs.prepare(Path(folder), copies, policy or Policy(), settings, lambda: mine, _path(manifest))


def check_site(
    folder: AnyPath, *, mine: bool, private: AnyPath | None = None, progress: Progress | None = None
) -> SiteCheck:
    """Whether a later copy of a website still holds files as they were before they were prepared. Nothing is decoded."""
    return site_runs.check(Path(folder), _settings(1, 120.0, 2048, private, progress, None), lambda: mine)


def scan(
    paths: AnyPath | Iterable[AnyPath] | SourceLocation,
    *,
    policy: Policy | None = None,
    metadata_only: bool = False,
    page: AnyPath | None = None,
    workers: int | None = None,
    timeout: float = 120.0,
    memory: int = 2048,
    private: AnyPath | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Run:
    """Say of every file below `paths`, or of another source, what it gives away; nothing is written.

    policy: what is looked for in the pictures. metadata_only: they are not looked at. page: HTML file to write.
    """
    settings = _settings(workers, timeout, memory, private, progress, executor)
    return runs.scan(_source(paths), policy or Policy(), settings, faces=not metadata_only, page=_path(page))


def metadata_values(
    path: AnyPath,
    *,
    timeout: float = 120.0,
    memory: int = 2048,
    private: AnyPath | None = None,
    executor: Executor | None = None,
) -> list[tuple[str, str]]:
    """Label and value of every entry in one file's metadata, for its owner's eyes; nothing of it is kept."""
    return values_of_one.read(Path(path), _settings(1, timeout, memory, private, None, executor))


def verify(
    copies: AnyPath | Iterable[AnyPath] | SourceLocation,
    *,
    against: AnyPath | SourceLocation | None = None,
    workers: int | None = None,
    timeout: float = 120.0,
    memory: int = 2048,
    private: AnyPath | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Iterator[Judgement]:
    """Judge files from their bytes alone, whoever wrote them; against: folder or source of the originals, to compare with.

    copies: files and folders, or a source that lists what lies in an output.
    """
    settings = _settings(workers, timeout, memory, private, progress, executor)
    originals = against if isinstance(against, SourceLocation) else _path(against)
    return judging.verify(_source(copies), originals, settings)


def reason(report: FileReport) -> str:
    """Why a file was held back or left out and what to do, in the reader's language; "" for others."""
    return hold_text(report.hold, report.hold_params) if report.hold else ""


def read_export(parts: AnyPath | Iterable[AnyPath], *, own: bool, private: AnyPath | None = None) -> PostedReport:
    """What was posted already, as an export says that a platform gave to the owner of an account.

    parts: its ZIPs and folders, all of them. own: it is of one's own account; nothing is opened of another's. Opened are
    lists of posts, and the file that says whose account it is; no picture is, no message, nothing of other people.
    """
    named = [parts] if isinstance(parts, (str, os.PathLike)) else parts
    return survey.survey([Path(part) for part in named], lambda title: own, _path(private))


def names(*, private: AnyPath | None = None) -> Iterator[Named]:
    """Which copy came from which original."""
    return records.names(_path(private))


def withdraw(form: str | None = None, *, private: AnyPath | None = None) -> Withdrawn:
    """The copies to take down that rely on the form of that number; those people are covered from now on. Without a number,
    the copies whose permission has ended."""
    return records.withdraw(form, _path(private))


def forget(path: AnyPath, *, private: AnyPath | None = None) -> int:
    """Delete what the private state knows of an original or a copy, a file or a folder; how many files that were.

    path: as `names` gives it, for what is not on this disk.
    """
    return records.forget(Path(path), _path(private))


def forget_everything(*, private: AnyPath | None = None) -> None:
    """Delete the private state. Copies made later get other names, and nothing is recognised as done."""
    records.forget_everything(_path(private))


def models() -> list[ModelStatus]:
    """The models that are installed or could be."""
    return store.status()


def install_models(progress: Progress | None = None) -> None:
    """Fetch and prepare every model whose libraries are there."""
    store.install((progress or Progress()).say, *registry.usable())


def detectors() -> list[tuple[str, str]]:
    """Detectors from other packages: name and licence, or what is wrong with one in place of the licence."""
    return plugins.offers()


def _settings(
    workers: int | None,
    timeout: float,
    memory: int,
    private: AnyPath | None,
    progress: Progress | None,
    executor: Executor | None,
    force: bool = False,
) -> session.Settings:
    limits = WorkerLimits(workers or session.cores(), timeout, memory)
    return session.Settings(
        limits, _path(private), force, progress=progress or Progress(), executor=executor or LocalExecutor()
    )


def _path(path: AnyPath | None) -> Path | None:
    return None if path is None else Path(path)


def _source(paths: AnyPath | Iterable[AnyPath] | SourceLocation) -> list[Path] | SourceLocation:
    if isinstance(paths, SourceLocation):
        return paths
    if isinstance(paths, (str, os.PathLike)):
        return [Path(paths)]
    return [Path(path) for path in paths]
