"""Goes through a run: progress, closing lines; or one line of JSON a file."""

from __future__ import annotations

from collections.abc import Callable

import click

from paravent.cli.progress import Progress
from paravent.engine.runs import Run
from paravent.errors import Interrupted
from paravent.i18n.texts import _
from paravent.inspect.values import shown
from paravent.model.report import FileReport
from paravent.report import jsonl
from paravent.report.wording import describe

SOME_HELD = 3  # exit code
_LISTED = 50  # files; a longer list belongs into a report


def follow(run: Run, progress: Progress, tell: Callable[[FileReport, Progress], None] | None = None) -> int:
    """Go through a run. Ctrl-C and a full disk end it."""
    with progress:
        try:
            for one in run:
                progress.advance()
                if tell:
                    tell(one, progress)
        except KeyboardInterrupt:
            run.close()
            done = run.totals.statuses.total()
            raise Interrupted(
                _("ended after {done} files; the same command goes on from there").format(done=done)
            ) from None
    click.echo("\n".join(run.closing))
    return SOME_HELD if run.totals.held else 0


def as_json(run: Run) -> int:
    """JSON Lines on standard output."""
    click.echo(jsonl.line(run.header), nl=False)
    for one in run:
        click.echo(jsonl.line(jsonl.file(one)), nl=False)
    click.echo(jsonl.line(jsonl.totals(run.totals, complete=True)), nl=False)
    return SOME_HELD if run.totals.held else 0


def told(one: FileReport, progress: Progress) -> None:
    """A file's findings in the terminal, unless there are many files."""
    if one.findings and progress.are_at_most(_LISTED):
        click.echo(shown(one.path) + ":")
        for finding in one.findings:
            click.echo(f"  {describe(finding)}")
