"""`paravent names`."""

from __future__ import annotations

from pathlib import Path

import click

from paravent.cli import help as help_pages
from paravent.cli import options
from paravent.i18n.texts import _


@click.command(cls=help_pages.Command, help=_("List which copy came from which original."))
@options.private
def names(private: Path | None) -> int:
    """List which copy came from which original."""
    from paravent.engine import records
    from paravent.inspect.values import shown

    for one in records.names(private):
        click.echo(f"{shown(str(one.copy))}  <-  {shown(str(one.original))}")
    return 0
