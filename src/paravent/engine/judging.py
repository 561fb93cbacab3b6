"""Judges many files, each in a worker process; with originals, pairs each copy with its own."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
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
from paravent.formats import HEAD, FormatSpec, recognise
from paravent.i18n.texts import _
from paravent.model.geometry import Region
from paravent.model.keyed_hash import keyed_hash_of
from paravent.model.limits import StillLimits, VideoLimits
from paravent.model.policy import Policy
from paravent.state.ledger import Row
from paravent.stores.base import Source, SourceLocation, read_once
from paravent.stores.files import FilesLocation
from paravent.stores.listing import Item, What
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
    """copy: by which the source of copies opens it; original: that of originals, None if there is none. regions: what was
    covered, None if unknown. unchanged: whether the file is, to the byte, what was verified when it was written."""

    copy: str
    relative: str
    original: str | None
    regions: tuple[Region, ...] | None
    unchanged: bool


def start_judging(against: SourceLocation | None, setup: WorkerSetup) -> Callable[[_Task], Judgement]:
    """What a worker of `verify` begins with. against: where originals are. Raises ModelsMissing, UsageProblem."""
    from paravent.detect.faces.centerface import CenterFace  # noqa: PLC0415  (loads the libraries that only workers need)

    return _Judge(CenterFace(), setup.source.open(), against.open() if against else None)


def verify(
    copies: Sequence[Path] | SourceLocation, against: Path | SourceLocation | None, settings: Settings
) -> Generator[Judgement]:
    """Judge every file below `copies`, or of another source, from its bytes, and against its original where `against` says
    where originals are.

    Originals are found by the ledger, in whichever place they were prepared from, else by the same relative path. Raises
    UsageProblem, ModelsMissing.
    """
    originals = FilesLocation.named([against]) if isinstance(against, Path) else against
    source = copies if isinstance(copies, SourceLocation) else FilesLocation.named(copies)
    session = Session(Policy(), settings, source)  # faces are looked for, as by every policy
    session.install_models()
    return _verify(session, originals)


def _verify(session: Session, against: SourceLocation | None) -> Generator[Judgement]:
    with session, _Originals(against) as originals:
        found = counted(session.source.walk(), session.settings.progress)
        tasks = (_task(one, originals, session) for one in found)
        for task, result in session.run(partial(start_judging, originals.location), tasks):
            if isinstance(result, Held):
                result = Judgement(task.relative if task else "", Verdict(False, (str(result),)))
            yield result


class _Originals:
    """Where originals are, opened as a context manager; maybe nowhere."""

    def __init__(self, against: SourceLocation | None) -> None:
        self._source: Source | None = against.open() if against else None
        # One file that was named by itself is the original whatever it is called.
        alone = against is not None and len(against.on_disk) == 1 and against.on_disk[0].is_file()
        self._only = next(self._source.walk()).identity if self._source and alone else None

    def __enter__(self) -> _Originals:
        return self

    def __exit__(self, *error: object) -> None:
        if self._source:
            self._source.close()

    @property
    def location(self) -> SourceLocation | None:
        """What a worker opens."""
        return self._source.location if self._source else None

    def of(self, relative: str, known: Iterable[Row] | None) -> str | None:
        """The identity of a copy's original. known: what the ledger knows of inputs that it was made from."""
        if self._source is None:
            return None
        if known is None:
            return self._source.find(relative) or self._only
        return next((row.input for row in known if self._source.mark(row.input)), None)


def _task(found: Item, originals: _Originals, session: Session) -> _Task | Solved[Judgement]:
    if found.what is not What.FILE:
        return Solved(Judgement(found.relative, Verdict(False, (_("not a picture file; it has no place among copies"),))))
    row, unchanged = _known(found.identity, session)
    regions = row.regions if row else None
    original = originals.of(found.relative, session.ledger.same_source(row) if row else None)
    return _Task(found.identity, found.relative, original, regions, unchanged)


def _known(identity: str, session: Session) -> tuple[Row | None, bool]:
    """What the ledger knows of a copy, and whether by what it holds; else by its place: one that was changed since is found
    too."""
    try:
        with session.source.opened(identity, VideoLimits().file_bytes) as copy:
            row = session.ledger.of_copy(keyed_hash_of(session.key, copy.file))
    except Held:
        row = None
    return (row, True) if row else (session.ledger.of_place(identity), False)


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges one file after the other. originals: None where there is nothing to compare with."""

    detector: CenterFace
    copies: Source
    originals: Source | None

    def __call__(self, task: _Task) -> Judgement:
        """The file by itself, and beside its original if there is one."""
        spec = recognise(self.copies.head(task.copy))
        try:
            verdicts = tuple(self._video(task, spec) if spec is not None and spec.is_video else self._still(task))
        except Held as held:
            verdicts = (Verdict(False, (str(held),)),)
        if self.originals is not None and task.original is None:
            verdicts += (Verdict(False, (_("its original was not found"),)),)
        problems = tuple(problem for one in verdicts for problem in one.problems)
        notes = tuple(note for one in verdicts for note in one.notes)
        return Judgement(task.relative, Verdict(all(one.ok for one in verdicts), problems, notes))

    def _still(self, task: _Task) -> Iterator[Verdict]:
        from paravent.verify import compare, judge_file  # noqa: PLC0415

        limit = StillLimits().file_bytes
        data = read_once(self.copies, task.copy, limit).data
        yield judge_file(data, self.detector, opened_pages, task.regions or (), unchanged=task.unchanged)
        if self.originals is not None and task.original is not None:
            yield compare(data, read_once(self.originals, task.original, limit).data, task.regions, opened_pages)

    def _video(self, task: _Task, spec: FormatSpec) -> Iterator[Verdict]:
        spec.require()
        from paravent.verify.video import comparing, judging  # noqa: PLC0415  (loads libav)

        limit = VideoLimits().file_bytes
        with self.copies.opened(task.copy, limit) as copy:
            yield judging.judge(copy.file, spec.name, self.detector.network, unchanged=task.unchanged)
        if self.originals is None or task.original is None:
            return
        source = recognise(self.originals.head(task.original))
        with self.copies.opened(task.copy, limit) as new, self.originals.opened(task.original, limit) as old:
            before = comparing.VideoFile(old.file, source.name if source else "")
            yield comparing.compare(comparing.VideoFile(new.file, spec.name), before)


def opened_pages(data: bytes) -> Sequence[Page]:
    """The pictures of a file of any format that is read; see `verify.pages.Opener`."""
    form = recognise(data[:HEAD])
    if form is None:
        raise Held("unknown-format")
    return form.open(data, StillLimits()).pages
