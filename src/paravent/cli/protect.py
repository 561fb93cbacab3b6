"""`paravent protect`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paravent.cli import help as help_pages
from paravent.cli import options
from paravent.errors import UsageProblem
from paravent.i18n.texts import _
from paravent.model.policy import SOUNDS
from paravent.model.style import STICKERS, STYLES

if TYPE_CHECKING:
    from paravent.cli.running import Manner
    from paravent.engine import session


_EXAMPLES = (
    (_("All at once, with a report:"), "paravent protect PHOTOS -o READY --report report.html"),
    (_("What would happen, without writing anything:"), "paravent protect PHOTOS -o READY --dry-run"),
    (_("For the website of a school:"), "paravent protect PHOTOS -o WEBSITE --preset school"),
    (_("Whole persons and number plates too:"), "paravent protect PHOTOS -o READY --people --text identifying"),
    (_("A part of a film, with its sound:"), "paravent protect film.mp4 -o READY --from 0:10 --to 1:30 --sound keep"),
    (_("In a script, which hears only of what went wrong:"), "paravent protect PHOTOS -o READY --quiet --fail-on left-out"),
)


@click.command(
    cls=help_pages.Command,
    exit_codes=help_pages.EXIT_CODES,
    examples=_EXAMPLES,
    help=_("Write a prepared copy of every picture in PATHS."),
)
@click.argument("paths", nargs=-1, required=True, type=options.PATH)
@options.output
@options.preset_name
@options.policy_file
@options.covering
@options.option(
    help_pages.COVERED,
    "--words",
    "words_file",
    type=options.PATH,
    help=_("A file of words, one a line, that identify too (with --text identifying)."),
)
@options.option(help_pages.LOOK, "--style", type=click.Choice(STYLES), help=_("How it is covered."))
@options.option(help_pages.LOOK, "--color", help=_("Colour of solid and sticker, like #336699."))
@options.option(help_pages.LOOK, "--sticker", type=click.Choice(STICKERS), help=_("Shape of a sticker."))
@options.option(help_pages.LOOK, "--margin", type=float, help=_("Size of the cover over the face, from 1 to 4."))
@options.option(help_pages.COPIES, "--max-size", type=int, help=_("Longest side of a copy in pixels; 0 keeps it."))
@options.option(help_pages.COPIES, "--reencode", is_flag=True, default=None, help=_("Compress JPEG anew."))
@options.option(
    help_pages.COPIES, "--keep-names", is_flag=True, default=None, help=_("Keep the names of files and folders.")
)
@options.option(
    help_pages.COPIES,
    "--ask-no-ai",
    is_flag=True,
    default=None,
    help=_("Write into the copy a request not to use it for data mining and AI."),
)
@options.option(
    help_pages.COPIES, "--credit", metavar="TEXT", help=_("Write a copyright line into the copy; it is public.")
)
@options.option(
    help_pages.COPIES,
    "--convert",
    type=click.Choice(["jpeg"]),
    help=_("Write as JPEG what can be read but not written in its own format."),
)
@options.option(help_pages.VIDEOS, "--sound", type=click.Choice(SOUNDS), help=_("What becomes of a film's sound."))
@options.option(
    help_pages.VIDEOS,
    "--from",
    "begin",
    type=options.Seconds(),
    metavar="TIME",
    help=_("Begin films there: seconds, or h:mm:ss."),
)
@options.option(
    help_pages.VIDEOS,
    "--to",
    "end",
    type=options.Seconds(),
    metavar="TIME",
    help=_("End films there: seconds, or h:mm:ss."),
)
@options.option(
    help_pages.VIDEOS,
    "--keep-subtitles",
    is_flag=True,
    default=None,
    help=_("Keep a film's subtitles, as plain text; words that are said in them may name people."),
)
@options.option(
    help_pages.VIDEOS, "--salvage", is_flag=True, default=None, help=_("Prepare a damaged film as far as it can be read.")
)
@options.option(
    help_pages.VIDEOS,
    "--recheck",
    type=click.IntRange(1, 100),
    metavar="N",
    help=_("Look at every Nth frame of a film's copy again."),
)
@options.option(help_pages.SAID, "--report", type=options.PATH, help=_("Report to write, .json (JSON Lines) or .html."))
@options.option(help_pages.RUN, "--force", is_flag=True, help=_("Prepare again what is done."))
@options.option(help_pages.RUN, "--dry-run", is_flag=True, help=_("Say what would be prepared, and write nothing."))
@options.limits
def protect(
    paths: tuple[Path, ...],
    output: Path,
    report: Path | None,
    dry_run: bool,
    settings: session.Settings,
    manner: Manner,
    **asked: Any,
) -> int:
    """Write a prepared copy of every picture in PATHS."""
    from paravent.cli import running
    from paravent.engine import runs

    policy = options.policy_with(**asked)
    if dry_run:
        if report:
            raise UsageProblem(_("--dry-run and --report exclude each other: a dry run writes nothing"))
        return running.follow(runs.forecast(paths, output, policy, settings), manner, running.foreseen)
    return running.follow(runs.protect(paths, output, policy, settings, report), manner)
