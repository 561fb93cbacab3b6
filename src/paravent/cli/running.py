"""Goes through a run: progress, report, closing lines; or one line of JSON a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path

import click

from paravent.cli.progress import Progress
from paravent.engine import discovery, session
from paravent.errors import Interrupted, ParaventError
from paravent.i18n.texts import _
from paravent.inspect.values import shown
from paravent.model.report import FileReport
from paravent.report import jsonl, writer
from paravent.report.summary import Totals
from paravent.report.wording import describe

SOME_HELD = 3  # exit code


def follow(
    start: Callable[[session.Settings], Iterable[FileReport]],
    settings: session.Settings,
    paths: tuple[Path, ...],
    header: jsonl.Header,
    report: Path | None,
    lines: Callable[[Totals], Iterator[str]],
    quiet: bool,
    totals: Totals,
) -> int:
    """Go through a run: progress, report, closing lines. Ctrl-C and a full disk end it, with a report of what was done."""
    ended: KeyboardInterrupt | ParaventError | None = None
    with ExitStack() as stack:
        written = stack.enter_context(writer.ReportFile(report, header)) if report else None
        settings = replace(settings, report=written.own if written else ())
        progress = Progress(quiet=quiet)
        reports = start(replace(settings, beat=progress.partly))
        with progress.of(count(paths, settings)):
            try:
                for one in reports:
                    totals.add(one)
                    progress.advance()
                    if written:
                        written.add(one)
            except (KeyboardInterrupt, ParaventError) as error:
                ended = error
        closing = list(lines(totals))
        if ended is not None:
            closing.insert(0, _("This run ended early: what is missing here was not looked at."))
        if written:
            written.finish(totals, closing, complete=ended is None)
    if isinstance(ended, KeyboardInterrupt):
        done = totals.statuses.total()
        raise Interrupted(_("ended after {done} files; the same command goes on from there").format(done=done))
    if ended is not None:
        raise ended
    click.echo("\n".join(closing))
    return SOME_HELD if totals.held else 0


def as_json(reports: Iterable[FileReport], header: jsonl.Header) -> int:
    """JSON Lines on standard output."""
    totals = Totals()
    click.echo(jsonl.line(header), nl=False)
    for one in reports:
        totals.add(one)
        click.echo(jsonl.line(jsonl.file(one)), nl=False)
    click.echo(jsonl.line(jsonl.totals(totals, complete=True)), nl=False)
    return SOME_HELD if totals.held else 0


def told(reports: Iterable[FileReport]) -> Iterator[FileReport]:
    """Each file's findings in the terminal as they come."""
    for one in reports:
        if one.findings:
            click.echo(shown(one.path) + ":")
            for finding in one.findings:
                click.echo(f"  {describe(finding)}")
        yield one


def count(paths: tuple[Path, ...], settings: session.Settings, most: int | None = None) -> int:
    """Number of files below `paths`, `most` at most."""
    return sum(1 for _found in islice(discovery.walk(discovery.inputs(paths), settings.own), most))
