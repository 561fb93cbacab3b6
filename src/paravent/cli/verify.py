"""`paravent verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from paravent.cli import options
from paravent.i18n.texts import _, ngettext

if TYPE_CHECKING:
    from paravent.cli.progress import Progress
    from paravent.engine import session


@click.command(epilog=options.EPILOG, help=_("Judge COPIES from their bytes alone, whoever wrote them."))
@click.argument("copies", nargs=-1, required=True, type=options.PATH)
@click.option("--against", type=options.PATH, help=_("Folder of the originals."))
@options.limits
def verify(copies: tuple[Path, ...], against: Path | None, settings: session.Settings, progress: Progress) -> int:
    """Judge COPIES from their bytes alone, whoever wrote them."""
    from paravent.cli import running
    from paravent.engine import judging
    from paravent.inspect.values import shown

    bad = total = 0
    with progress:
        for judgement in judging.verify(copies, against, settings):
            progress.advance()
            total += 1
            bad += not judgement.verdict.ok
            said = "; ".join((*judgement.verdict.problems, *judgement.verdict.notes))
            click.echo(f"{shown(judgement.path)}: {said}")
    click.echo(
        ngettext("{total} file, problems in {bad}.", "{total} files, problems in {bad}.", total).format(
            total=total, bad=bad
        )
    )
    return running.SOME_HELD if bad else 0
