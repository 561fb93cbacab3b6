"""`paravent scan`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paravent.cli import options
from paravent.errors import UsageProblem
from paravent.i18n.texts import _

if TYPE_CHECKING:
    from paravent.cli.progress import Progress
    from paravent.engine import session


@click.command(epilog=options.EPILOG, help=_("Say what PATHS give away, without values and without writing copies."))
@click.argument("paths", nargs=-1, required=True, type=options.PATH)
@click.option("--json", "as_json", is_flag=True, help=_("JSON Lines on standard output."))
@click.option("--html", type=options.PATH, help=_("HTML page to write."))
@click.option("--metadata-only", is_flag=True, help=_("Do not look at the pictures."))
@options.covering
@click.option("--show-values", is_flag=True, help=_("Show the values themselves; one file, in the terminal only."))
@options.limits
def scan(
    paths: tuple[Path, ...],
    as_json: bool,
    html: Path | None,
    metadata_only: bool,
    show_values: bool,
    settings: session.Settings,
    progress: Progress,
    **looked_for: Any,
) -> int:
    """Say what PATHS give away, without values and without writing copies."""
    from paravent.cli import running
    from paravent.engine import runs
    from paravent.engine import values as values_of_one

    policy = options.policy_with(**looked_for)
    if show_values:
        if len(paths) != 1 or as_json or html or not _in_terminal():
            raise UsageProblem(_("--show-values works on one file, in the terminal only"))
        for label, value in values_of_one.read(paths[0], settings):
            click.echo(f"{label}: {value}")
        return 0
    if as_json and html:
        raise UsageProblem(_("--json and --html exclude each other"))
    run = runs.scan(paths, policy, settings, faces=not metadata_only, page=html)
    return running.as_json(run) if as_json else running.follow(run, progress, running.told)


def _in_terminal() -> bool:
    return sys.stdout.isatty()
