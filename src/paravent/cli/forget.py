"""`paravent forget`."""

from __future__ import annotations

from pathlib import Path

import click

from paravent.cli import help as help_pages
from paravent.cli import lines, options
from paravent.i18n.texts import _, ngettext


@click.command(
    cls=help_pages.Command,
    help=_("Delete what the private state knows of PATH (original or copy, file or folder), or everything."),
    examples=(
        (_("What is known of one folder of copies:"), "paravent forget READY"),
        (_("Everything:"), "paravent forget"),
    ),
)
@click.argument("path", required=False, type=options.PATH)
@options.option(help_pages.RUN, "--yes", is_flag=True, help=_("Do not ask before forgetting everything."))
@options.private
def forget(path: Path | None, yes: bool, private: Path | None) -> int:
    """Delete what the private state knows of PATH (original or copy, file or folder), or everything."""
    from paravent.engine import records

    if path is not None:
        count = records.forget(path, private)
        lines.say(ngettext("Forgotten: {count} file.", "Forgotten: {count} files.", count).format(count=count))
        return 0
    if not yes:
        question = _("Forget everything? Copies made later will get other names, and nothing is recognised as done.")
        if not click.confirm(question):
            lines.say(_("Nothing was forgotten."))
            return 0
    records.forget_everything(private)
    lines.say(_("Everything is forgotten."))
    return 0
