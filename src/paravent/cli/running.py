"""Goes through a run: progress, closing lines; or one line of JSON a file. And what its end means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import click

from paravent.cli import lines
from paravent.cli.progress import Progress
from paravent.engine.runs import Run
from paravent.errors import Interrupted
from paravent.i18n.texts import _
from paravent.inspect.values import shown
from paravent.model.report import FileReport, Status
from paravent.report import jsonl, summary
from paravent.report.wording import describe

# Exit codes.
SOME_HELD = 3
NO_MEDIA = 6
_LISTED = 50  # files; a longer list belongs into a report


@dataclass(frozen=True, slots=True)
class Manner:
    """How a run is told of. fail_on: see `options.FAIL_ON`. quiet: only of what went wrong."""

    progress: Progress
    fail_on: str = "held"
    quiet: bool = False

    def exit_code(self, *, media: int, held: int = 0, left_out: int = 0) -> int:
        """What the end of a run means. media: pictures and films; held, left_out: files."""
        if self.fail_on == "never":
            return 0
        if held or (left_out and self.fail_on == "left-out"):
            return SOME_HELD
        return 0 if media else NO_MEDIA

    @property
    def wrong(self) -> tuple[Status, ...]:
        """What counts as wrong."""
        return (Status.HELD, Status.LEFT_OUT) if self.fail_on == "left-out" else (Status.HELD,)


def follow(run: Run, manner: Manner, tell: Callable[[FileReport, Progress], None] | None = None) -> int:
    """Go through a run. Ctrl-C and a full disk end it."""
    with manner.progress as progress:
        try:
            for one in run:
                progress.advance()
                if tell and not manner.quiet:
                    progress.clear()
                    tell(one, progress)
        except KeyboardInterrupt:
            run.close()
            done = run.totals.statuses.total()
            raise Interrupted(
                _("ended after {done} files; the same command goes on from there").format(done=done)
            ) from None
    for line in summary.of_troubles(run.totals, manner.wrong) if manner.quiet else run.closing:
        lines.say(line, run.totals.named)
    return _exit_code(run, manner)


def as_json(run: Run, manner: Manner) -> int:
    """JSON Lines on standard output."""
    click.echo(jsonl.line(run.header), nl=False)
    for one in run:
        click.echo(jsonl.line(jsonl.file(one)), nl=False)
    click.echo(jsonl.line(jsonl.totals(run.totals, complete=True)), nl=False)
    return _exit_code(run, manner)


def _exit_code(run: Run, manner: Manner) -> int:
    totals = run.totals
    return manner.exit_code(media=totals.media, held=totals.held, left_out=totals.statuses[Status.LEFT_OUT])


def told(one: FileReport, progress: Progress) -> None:
    """A file's findings in the terminal, unless there are many files."""
    if one.findings and progress.are_at_most(_LISTED):
        lines.say(shown(one.path) + ":", [shown(one.path)])
        for finding in one.findings:
            lines.say(f"  {describe(finding)}")


def foreseen(one: FileReport, progress: Progress) -> None:
    """What would become of a file."""
    del progress
    path = shown(one.path)
    lines.say(f"{path}: {summary.foreseen(one)}", [path])
