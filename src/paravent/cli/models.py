"""`paravent models`."""

from __future__ import annotations

import click

from paravent.cli import help as help_pages
from paravent.cli import lines, options
from paravent.i18n.texts import _


@click.command(cls=help_pages.Command, help=_("Show or install the models."))
@click.argument("action", type=click.Choice(["status", "install"]), default="status")
def models(action: str) -> int:
    """Show or install the models."""
    from paravent.detect import plugins, registry
    from paravent.detect.models import store

    if action == "install":
        store.install(options.say, *registry.usable())
    for model in store.status():
        state = _("installed ({precision})").format(precision=model.precision) if model.installed else _("not installed")
        lines.say(f"{model.name}: {state}")
        lines.say(_("  licence: {licence}").format(licence=model.licence))
        lines.say(_("  trained on: {data}").format(data=model.training_data))
        lines.say(_("  place: {path}").format(path=model.path))
    for name, licence in plugins.offers():
        lines.say(_("{name}: from another package").format(name=name))
        lines.say(_("  licence: {licence}").format(licence=licence))
    return 0
