"""`paravent withdraw`."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from pathlib import Path

import click

from paravent.cli import options
from paravent.i18n.texts import _, ngettext


@click.command(
    help=_(
        "List the copies to take down that rely on the form of that number, and cover those people from now on; without a"
        " number, the copies whose permission has ended."
    )
)
@click.argument("form", required=False)
@options.private
def withdraw(form: str | None, private: Path | None) -> None:
    """List the copies to take down."""
    from paravent.inspect.values import shown
    from paravent.state.ledger import Ledger
    from paravent.state.private import PrivateFolder
    from paravent.state.reviews import ReviewStore

    folder = PrivateFolder(private)
    with ExitStack() as stack:
        store = stack.enter_context(ReviewStore(folder.reviews))
        ledger = stack.enter_context(Ledger(folder.ledger))
        keys = store.relying(form) if form else store.lapsed(date.today())
        ended = store.withdraw(form) if form else 0
        copies = [row.copy for row in ledger.copies() if row.copy_key in keys and row.copy.exists()]
    for copy in copies:
        click.echo(shown(str(copy)))
    sentence = ngettext(
        "{count} copy to take down, here and wherever it was posted.",
        "{count} copies to take down, here and wherever they were posted.",
        len(copies),
    )
    if copies:
        click.echo(sentence.format(count=len(copies)), err=True)
    elif form and not ended and not keys:
        click.echo(_("Nobody is visible by form {form}: is the number right?").format(form=shown(form)), err=True)
    else:
        click.echo(_("No copy relies on it."), err=True)
