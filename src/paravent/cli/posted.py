"""`paravent posted` and `paravent todo`."""

from __future__ import annotations

from pathlib import Path

import click

from paravent.cli import help as help_pages
from paravent.cli import lines, options
from paravent.i18n.texts import _

_UNREAD = 3
_export = click.argument("export", nargs=-1, required=True, type=options.PATH)
_as_json = options.option(help_pages.SAID, "--json", "as_json", is_flag=True, help=_("JSON on standard output."))
_mine = options.option(
    help_pages.RUN, "--mine", is_flag=True, help=_("Say that it is your own account; else you are asked, once.")
)


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
@_export
@_as_json
@_mine
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


@click.command(
    cls=help_pages.Command,
    help=_("List what was posted, post by post, from the EXPORT of your own account, with what can be done there."),
    examples=(
        (_("A list to print and to go through:"), "paravent todo facebook-1.zip facebook-2.zip"),
        (_("What is still there, by an export of later:"), "paravent todo facebook-1.zip --again newer-1.zip"),
    ),
)
@_export
@options.option(
    help_pages.RUN,
    "--again",
    "newer",
    multiple=True,
    type=options.PATH,
    help=_("A part of a newer export of the same account: say what is gone and what is still there. Once for each part."),
)
@_as_json
@_mine
@options.private
def todo(export: tuple[Path, ...], newer: tuple[Path, ...], as_json: bool, mine: bool, private: Path | None) -> int:
    """List what was posted, post by post, from the EXPORT of your own account, with what can be done there."""
    from paravent.model import schema
    from paravent.posted import survey
    from paravent.report import posted as report

    found = survey.todo(export, lambda title: mine or _asked(title), private, newer)
    if as_json:
        click.echo(schema.text(found))
    else:
        for line in report.todo_lines(found):
            lines.say(line)
    return 0


def _asked(title: str) -> bool:
    question = _("Is this the export of your own account at {title}, or of one that you keep for a club or school?")
    return click.confirm(question.format(title=title), err=True)
