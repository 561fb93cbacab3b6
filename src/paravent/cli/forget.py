"""`paravent forget`."""

from __future__ import annotations

from pathlib import Path

import click

from paravent.cli import options
from paravent.errors import UsageProblem
from paravent.i18n.texts import _, ngettext


@click.command(help=_("Delete what the private state knows of PATH (original or copy, file or folder), or everything."))
@click.argument("path", required=False, type=options.PATH)
@click.option("--yes", is_flag=True, help=_("Do not ask before forgetting everything."))
@options.private
def forget(path: Path | None, yes: bool, private: Path | None) -> int:
    """Delete what the private state knows of PATH (original or copy, file or folder), or everything."""
    from paravent.state.ledger import Ledger
    from paravent.state.private import PrivateFolder
    from paravent.state.reviews import ReviewStore

    folder = PrivateFolder(private)
    if path is not None:
        named = path.parent.resolve() / path.name
        with Ledger(folder.ledger) as ledger, ReviewStore(folder.reviews) as reviews:
            count = max(ledger.forget(named), reviews.forget(named))  # most files are known to both
        if not count:
            raise UsageProblem(_("{path}: nothing is known of it, so nothing was forgotten").format(path=path))
        click.echo(ngettext("Forgotten: {count} file.", "Forgotten: {count} files.", count).format(count=count))
        return 0
    if not yes:
        question = _("Forget everything? Copies made later will get other names, and nothing is recognised as done.")
        if not click.confirm(question):
            click.echo(_("Nothing was forgotten."))
            return 0
    folder.delete()
    click.echo(_("Everything is forgotten."))
    return 0
