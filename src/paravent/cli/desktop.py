"""`paravent desktop`."""

from __future__ import annotations

import click

from paravent.cli import help as help_pages
from paravent.cli import lines
from paravent.i18n.texts import _


@click.command("desktop", cls=help_pages.Command, help=_("Put Paravent among the programs of your desktop."))
@click.argument("action", type=click.Choice(["install"]))
def desktop_entry(action: str) -> None:
    """Put Paravent among the programs of your desktop."""
    from paravent.web import desktop

    del action  # there is only one
    lines.say(_("Paravent is among your programs now: {path}").format(path=desktop.install()))
