"""`paravent names`."""

from __future__ import annotations

from pathlib import Path

import click

from paravent.cli import options
from paravent.i18n.texts import _


@click.command(help=_("List which copy came from which original."))
@options.private
def names(private: Path | None) -> int:
    """List which copy came from which original."""
    from paravent.inspect.values import shown
    from paravent.state.ledger import Ledger
    from paravent.state.private import PrivateFolder

    with Ledger(PrivateFolder(private).ledger) as ledger:
        for row in ledger.copies():
            click.echo(f"{shown(str(row.copy))}  <-  {shown(row.input)}")
    return 0
