"""Whole runs: file by file, summed up at the end, with a report on disk if one is wanted."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from paravent.engine import forecasting, protecting, scanning
from paravent.engine.session import Settings, output_of
from paravent.i18n.texts import _
from paravent.model.policy import Policy
from paravent.model.report import FileReport
from paravent.report import jsonl, summary, writer
from paravent.report.summary import Totals
from paravent.report.writer import ReportFile
from paravent.state.private import path_of
from paravent.stores.base import OutputLocation, SourceLocation


class Run(Iterator[FileReport]):
    """The reports of a run, one a file, as they come. However it ends, what came until then is in the totals and in the
    report on disk, which says whether it is all. To end it early, call `close`.

    header: see `jsonl.header`. totals: so far. closing: at the end, the lines that a terminal shows. complete: whether
    every file was looked at.
    """

    def __init__(self, header: jsonl.HeaderRecord, lines: Callable[[Totals], Iterator[str]]) -> None:
        self.header = header
        self.totals = Totals()
        self.closing: list[str] = []
        self.complete = False
        self._lines = lines
        self._kept = ExitStack()
        self._reports: Iterator[FileReport] = iter(())
        weakref.finalize(self, self._kept.close)

    def begin(self, start: Callable[[Settings], Iterable[FileReport]], settings: Settings, report: Path | None) -> Run:
        """Check what can be checked before the work. report: where to write one; checked. Raises ParaventError."""
        written = self._kept.enter_context(ReportFile(report, self.header)) if report else None
        try:
            reports = start(replace(settings, own=(*settings.own, *(written.own if written else ()))))
        except BaseException:
            self._kept.close()
            raise
        self._reports = self._gone_through(reports, written)
        return self

    def __next__(self) -> FileReport:
        return next(self._reports)

    def close(self) -> None:
        """End it here."""
        close = getattr(self._reports, "close", None)
        if close is not None:
            close()
        self._kept.close()

    def _gone_through(self, reports: Iterable[FileReport], written: ReportFile | None) -> Iterator[FileReport]:
        with self._kept:
            try:
                for one in reports:
                    self.totals.add(one)
                    if written:
                        written.add(one)
                    yield one
                self.complete = True
            finally:
                self.closing = list(self._lines(self.totals))
                if not self.complete:
                    self.closing.insert(0, _("This run ended early: what is missing here was not looked at."))
                if written:
                    written.finish(self.totals, self.closing, complete=self.complete)


def protect(
    paths: Sequence[Path] | SourceLocation,
    output: Path | OutputLocation,
    policy: Policy,
    settings: Settings,
    report: Path | None = None,
) -> Run:
    """See `protecting.protect`. report: .json (JSON Lines) or .html. Raises UsageProblem, OutputProblem for it too."""
    # Offered once, to those who have not met it: afterwards it is known and would only be noise.
    offer = not policy.people and not path_of(settings.private).exists()
    copies = output_of(output)
    checked = writer.checked(report, copies.on_disk) if report else None
    run = Run(
        jsonl.header("protect", policy),
        lambda totals: summary.of_protect(totals, keep_names=policy.keep_names, offer_people=offer),
    )
    left_over = run.totals.left_over.add
    return run.begin(
        lambda settings: protecting.protect(paths, copies, policy, settings, left_over=left_over), settings, checked
    )


def forecast(paths: Sequence[Path] | SourceLocation, output: Path, policy: Policy, settings: Settings) -> Run:
    """See `forecasting.forecast`."""
    run = Run(jsonl.header("forecast", policy), summary.of_forecast)
    return run.begin(lambda settings: forecasting.forecast(paths, output, policy, settings), settings, None)


def scan(
    paths: Sequence[Path] | SourceLocation,
    policy: Policy,
    settings: Settings,
    *,
    faces: bool = True,
    page: Path | None = None,
) -> Run:
    """See `scanning.scan`. page: HTML to write."""
    checked = writer.checked_page(page) if page else None
    run = Run(jsonl.header("scan", policy, faces=faces), lambda totals: summary.of_scan(totals, faces=faces))
    return run.begin(lambda settings: scanning.scan(paths, policy, settings, faces=faces), settings, checked)
