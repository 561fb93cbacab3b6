"""`paravent protect`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paravent.cli import options
from paravent.i18n.texts import _
from paravent.model.policy import SOUNDS
from paravent.model.style import STICKERS, STYLES

if TYPE_CHECKING:
    from paravent.cli.progress import Progress
    from paravent.engine import session


@click.command(epilog=options.EPILOG, help=_("Write a prepared copy of every picture in PATHS."))
@click.argument("paths", nargs=-1, required=True, type=options.PATH)
@options.output
@options.preset_name
@options.policy_file
@options.covering
@click.option(
    "--words",
    "words_file",
    type=options.PATH,
    help=_("A file of words, one a line, that identify too (with --text identifying)."),
)
@click.option("--style", type=click.Choice(STYLES), help=_("How it is covered."))
@click.option("--color", help=_("Colour of solid and sticker, like #336699."))
@click.option("--sticker", type=click.Choice(STICKERS), help=_("Shape of a sticker."))
@click.option("--margin", type=float, help=_("Size of the cover over the face, from 1 to 4."))
@click.option("--max-size", type=int, help=_("Longest side of a copy in pixels; 0 keeps it."))
@click.option("--reencode", is_flag=True, default=None, help=_("Compress JPEG anew."))
@click.option("--keep-names", is_flag=True, default=None, help=_("Keep the names of files and folders."))
@click.option(
    "--ask-no-ai", is_flag=True, default=None, help=_("Write into the copy a request not to use it for data mining and AI.")
)
@click.option("--credit", metavar="TEXT", help=_("Write a copyright line into the copy; it is public."))
@click.option(
    "--convert", type=click.Choice(["jpeg"]), help=_("Write as JPEG what can be read but not written in its own format.")
)
@click.option("--sound", type=click.Choice(SOUNDS), help=_("What becomes of a film's sound."))
@click.option("--from", "begin", type=options.Seconds(), metavar="TIME", help=_("Begin films there: seconds, or h:mm:ss."))
@click.option("--to", "end", type=options.Seconds(), metavar="TIME", help=_("End films there: seconds, or h:mm:ss."))
@click.option(
    "--keep-subtitles",
    is_flag=True,
    default=None,
    help=_("Keep a film's subtitles, as plain text; words that are said in them may name people."),
)
@click.option("--salvage", is_flag=True, default=None, help=_("Prepare a damaged film as far as it can be read."))
@click.option(
    "--recheck", type=click.IntRange(1, 100), metavar="N", help=_("Look at every Nth frame of a film's copy again.")
)
@click.option("--report", type=options.PATH, help=_("Report to write, .json (JSON Lines) or .html."))
@click.option("--force", is_flag=True, help=_("Prepare again what is done."))
@options.limits
def protect(
    paths: tuple[Path, ...],
    output: Path,
    report: Path | None,
    settings: session.Settings,
    progress: Progress,
    **asked: Any,
) -> int:
    """Write a prepared copy of every picture in PATHS."""
    from paravent.cli import running
    from paravent.engine import runs

    return running.follow(runs.protect(paths, output, options.policy_with(**asked), settings, report), progress)
