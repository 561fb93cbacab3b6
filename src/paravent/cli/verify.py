"""`paravent verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from paravent.cli import help as help_pages
from paravent.cli import lines, options
from paravent.i18n.texts import _, ngettext

if TYPE_CHECKING:
    from paravent.cli.running import Manner
    from paravent.engine import session


_EXAMPLES = (
    (_("Copies by themselves, whoever made them:"), "paravent verify READY"),
    (_("Whether anything besides the covered places changed:"), "paravent verify READY --against PHOTOS"),
)


@click.command(
    cls=help_pages.Command,
    exit_codes=help_pages.EXIT_CODES,
    examples=_EXAMPLES,
    help=_("Judge COPIES from their bytes alone, whoever wrote them."),
)
@click.argument("copies", nargs=-1, required=True, type=options.PATH)
@options.option(help_pages.RUN, "--against", type=options.PATH, help=_("Folder of the originals."))
@options.limits
def verify(copies: tuple[Path, ...], against: Path | None, settings: session.Settings, manner: Manner) -> int:
    """Judge COPIES from their bytes alone, whoever wrote them."""
    from paravent.engine import judging
    from paravent.inspect.values import shown
    from paravent.report import summary

    bad = total = 0
    with manner.progress as progress:
        for judgement in judging.verify(copies, against, settings):
            progress.advance()
            total += 1
            bad += not judgement.verdict.ok
            if not (manner.quiet and judgement.verdict.ok):
                progress.clear()
                said = "; ".join((*judgement.verdict.problems, *judgement.verdict.notes))
                lines.say(f"{shown(judgement.path)}: {said}", [shown(judgement.path)])
    if not total:
        lines.say(_(summary.NO_FILE))
    elif not manner.quiet:
        sentence = ngettext("{total} file, problems in {bad}.", "{total} files, problems in {bad}.", total)
        lines.say(sentence.format(total=total, bad=bad))
    return manner.exit_code(media=total, held=bad)
