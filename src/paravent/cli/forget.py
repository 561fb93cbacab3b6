"""`paravent forget`."""

from __future__ import annotations

from pathlib import Path

import click

from paravent.cli import options
from paravent.i18n.texts import _, ngettext


@click.command(help=_("Delete what the private state knows of PATH (original or copy, file or folder), or everything."))
@click.argument("path", required=False, type=options.PATH)
@click.option("--yes", is_flag=True, help=_("Do not ask before forgetting everything."))
@options.private
def forget(path: Path | None, yes: bool, private: Path | None) -> int:
    """Delete what the private state knows of PATH (original or copy, file or folder), or everything."""
    from paravent.engine import records

    if path is not None:
        count = records.forget(path, private)
        click.echo(ngettext("Forgotten: {count} file.", "Forgotten: {count} files.", count).format(count=count))
        return 0
    if not yes:
        question = _("Forget everything? Copies made later will get other names, and nothing is recognised as done.")
        if not click.confirm(question):
            click.echo(_("Nothing was forgotten."))
            return 0
    records.forget_everything(private)
    click.echo(_("Everything is forgotten."))
    return 0
