"""`paravent scan`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paravent.cli import help as help_pages
from paravent.cli import options
from paravent.errors import UsageProblem
from paravent.i18n.texts import _

if TYPE_CHECKING:
    from paravent.cli.running import Manner
    from paravent.engine import session


_EXAMPLES = (
    (_("What a folder gives away:"), "paravent scan PHOTOS"),
    (_("Only what stands in the files, as a page:"), "paravent scan PHOTOS --metadata-only --html scan.html"),
)


@click.command(
    cls=help_pages.Command,
    exit_codes=help_pages.EXIT_CODES,
    examples=_EXAMPLES,
    help=_("Say what PATHS give away, without values and without writing copies."),
)
@click.argument("paths", nargs=-1, required=True, type=options.PATH)
@options.option(help_pages.SAID, "--json", "as_json", is_flag=True, help=_("JSON Lines on standard output."))
@options.option(help_pages.SAID, "--html", type=options.PATH, help=_("HTML page to write."))
@options.option(help_pages.COVERED, "--metadata-only", is_flag=True, help=_("Do not look at the pictures."))
@options.covering
@options.option(
    help_pages.SAID,
    "--show-values",
    is_flag=True,
    help=_("Show the values themselves; one file, in the terminal only."),
)
@options.limits
def scan(
    paths: tuple[Path, ...],
    as_json: bool,
    html: Path | None,
    metadata_only: bool,
    show_values: bool,
    settings: session.Settings,
    manner: Manner,
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
    return running.as_json(run, manner) if as_json else running.follow(run, manner, running.told)


def _in_terminal() -> bool:
    return sys.stdout.isatty()
