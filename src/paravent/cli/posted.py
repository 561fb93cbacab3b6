"""`paravent posted`."""

from __future__ import annotations

from pathlib import Path

import click

from paravent.cli import help as help_pages
from paravent.cli import lines, options
from paravent.i18n.texts import _

_UNREAD = 3


@click.command(
    cls=help_pages.Command,
    help=_("Say what was posted already, from the EXPORT that a platform gave you of your own account."),
    examples=(
        (_("All parts of one export together, as they came:"), "paravent posted facebook-1.zip facebook-2.zip"),
        (_("The same for programs:"), "paravent posted facebook-1.zip facebook-2.zip --json"),
    ),
    exit_codes=(
        (0, _("everything was counted")),
        (2, _("it is no export of one's own account in a form that is known; nothing was counted")),
        (_UNREAD, _("some lists were not read; they are named")),
    ),
)
@click.argument("export", nargs=-1, required=True, type=options.PATH)
@options.option(help_pages.SAID, "--json", "as_json", is_flag=True, help=_("JSON on standard output."))
@options.option(
    help_pages.RUN, "--mine", is_flag=True, help=_("Say that it is your own account; else you are asked, once.")
)
@options.private
def posted(export: tuple[Path, ...], as_json: bool, mine: bool, private: Path | None) -> int:
    """Say what was posted already, from the EXPORT that a platform gave you of your own account."""
    from paravent.model import schema
    from paravent.posted import survey
    from paravent.report import posted as report

    found = survey.survey(export, lambda title: mine or _asked(title), private)
    if as_json:
        click.echo(schema.text(found))
    else:
        for line in report.lines(found):
            lines.say(line)
    return _UNREAD if found.unread else 0


def _asked(title: str) -> bool:
    question = _("Is this the export of your own account at {title}, or of one that you keep for a club or school?")
    return click.confirm(question.format(title=title), err=True)
