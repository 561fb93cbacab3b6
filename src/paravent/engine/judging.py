"""Judges many files, each in a worker process; with originals, pairs each copy with its own."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from paravent.detect.upright import Page
from paravent.engine.executor import Solved
from paravent.engine.progress import counted
from paravent.engine.session import Session, Settings
from paravent.engine.workers.setup import WorkerSetup
from paravent.errors import Held
from paravent.i18n.texts import _
from paravent.model.geometry import Region
from paravent.model.keyed_hash import keyed_hash_of
from paravent.model.limits import StillLimits, VideoLimits
from paravent.model.policy import Policy
from paravent.state.ledger import Ledger, Row
from paravent.stores.files import FilesLocation, inputs
from paravent.stores.listing import Item, What
from paravent.stores.reading import format_of, opened
from paravent.verify.verdict import Verdict

if TYPE_CHECKING:
    from paravent.detect.faces.centerface import CenterFace


@dataclass(frozen=True, slots=True)
class Judgement:
    """path: the copy, relative to what was named. verdict: what was found."""

    path: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Task:
    """unchanged: whether the file is, to the byte, what was verified when it was written."""

    path: Path
    relative: str
    original: Path | None
    regions: tuple[Region, ...] | None
    paired: bool
    unchanged: bool


def start_judging(setup: WorkerSetup) -> Callable[[_Task], Judgement]:
    """What a worker of `verify` begins with. Raises ModelsMissing."""
    del setup
    from paravent.detect.faces.centerface import CenterFace  # noqa: PLC0415  (loads the libraries that only workers need)

    return partial(_judge, CenterFace())


def verify(copies: Sequence[Path], against: Path | None, settings: Settings) -> Generator[Judgement]:
    """Judge every file below `copies` from its bytes, and against its original where `against` names their folder.

    Originals are found by the ledger, in whichever folder they were prepared from, else by the same relative path. Raises
    UsageProblem, ModelsMissing.
    """
    originals = inputs([against])[0] if against else None
    session = Session(Policy(), settings, FilesLocation.named(copies))  # faces are looked for, as by every policy
    session.install_models()
    return _verify(session, originals)


def _verify(session: Session, originals: Path | None) -> Generator[Judgement]:
    with session:
        found = counted(session.source.walk(), session.settings.progress)
        tasks = (_task(one, originals, session.ledger, session.key) for one in found)
        for task, result in session.run(start_judging, tasks):
            if isinstance(result, Held):
                result = Judgement(task.relative if task else "", Verdict(False, (str(result),)))
            yield result


def _task(found: Item, originals: Path | None, ledger: Ledger, key: bytes) -> _Task | Solved[Judgement]:
    if found.what is not What.FILE:
        return Solved(Judgement(found.relative, Verdict(False, (_("not a picture file; it has no place among copies"),))))
    path = Path(found.identity)
    row, unchanged = _known(path, ledger, key)
    regions = row.regions if row else None
    if originals is None:
        return _Task(path, found.relative, None, regions, paired=False, unchanged=unchanged)
    inputs = (Path(one.input) for one in ledger.same_source(row)) if row else (originals / found.relative, originals)
    original = next((path for path in inputs if path.is_relative_to(originals) and path.is_file()), None)
    return _Task(path, found.relative, original, regions, paired=True, unchanged=unchanged)


def _known(path: Path, ledger: Ledger, key: bytes) -> tuple[Row | None, bool]:
    """What the ledger knows of a copy, and whether by what it holds; else by its place: one that was changed since is found
    too."""
    try:
        with opened(path, VideoLimits().file_bytes) as file:
            row = ledger.of_copy(keyed_hash_of(key, file))
    except Held:
        row = None
    return (row, True) if row else (ledger.of_output(path), False)


def _judge(detector: CenterFace, task: _Task) -> Judgement:
    spec = format_of(task.path)
    if spec is not None and spec.is_video:
        spec.require()
        verdict, other = _judge_video(detector, task)
    else:
        verdict, other = _judge_still(detector, task)
    if other is not None:
        verdict = Verdict(verdict.ok and other.ok, verdict.problems + other.problems, (*verdict.notes, *other.notes))
    elif task.paired:
        verdict = Verdict(False, (*verdict.problems, _("its original was not found")), verdict.notes)
    return Judgement(task.relative, verdict)


def _judge_still(detector: CenterFace, task: _Task) -> tuple[Verdict, Verdict | None]:
    """The file by itself, and beside its original if there is one."""
    from paravent.verify import compare, judge_file  # noqa: PLC0415

    verdict = judge_file(task.path, detector, opened_pages, task.regions or (), unchanged=task.unchanged)
    return verdict, compare(task.path, task.original, task.regions, opened_pages) if task.original else None


def _judge_video(detector: CenterFace, task: _Task) -> tuple[Verdict, Verdict | None]:
    from paravent.verify.video import comparing, judging  # noqa: PLC0415  (loads libav)

    verdict = judging.judge(task.path, detector.network, unchanged=task.unchanged)
    return verdict, comparing.compare(task.path, task.original) if task.original else None


def opened_pages(data: bytes) -> Sequence[Page]:
    """The pictures of a file of any format that is read; see `verify.pages.Opener`."""
    from paravent.formats import HEAD, recognise  # noqa: PLC0415

    form = recognise(data[:HEAD])
    if form is None:
        raise Held("unknown-format")
    return form.open(data, StillLimits()).pages
