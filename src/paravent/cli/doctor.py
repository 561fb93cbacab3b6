"""`paravent doctor`."""

from __future__ import annotations

from pathlib import Path

import click

from paravent.cli import help as help_pages
from paravent.cli import lines, options
from paravent.i18n.texts import _

_NOT_YET = 3


@click.command(
    cls=help_pages.Command,
    help=_("Say what is installed, what works here, and what mends the rest."),
    examples=(
        (_("What works here, and what lacks:"), "paravent doctor"),
        (_("The same to send along with a question; no name of a file or of you is in it:"), "paravent doctor --json"),
    ),
    exit_codes=(
        (0, _("ordinary pictures can be prepared here")),
        (_NOT_YET, _("something that is needed for that lacks; it is said what")),
    ),
)
@options.option(help_pages.SAID, "--json", "as_json", is_flag=True, help=_("JSON on standard output."))
@options.private
def doctor(as_json: bool, private: Path | None) -> int:
    """Say what is installed, what works here, and what mends the rest."""
    from paravent.engine import doctor as engine
    from paravent.model import schema
    from paravent.report import diagnosis

    found = engine.examine(private)
    if as_json:
        click.echo(schema.text(found))
    else:
        paths = engine.places(private)
        for line in diagnosis.lines(found, paths):
            lines.say(line, diagnosis.kept(found, paths))
    return 0 if found.works else _NOT_YET
