"""`paravent withdraw`."""

from __future__ import annotations

from pathlib import Path

import click

from paravent.cli import help as help_pages
from paravent.cli import options
from paravent.i18n.texts import _, ngettext


@click.command(
    cls=help_pages.Command,
    help=_(
        "List the copies to take down that rely on the form of that number, and cover those people from now on; without a"
        " number, the copies whose permission has ended."
    ),
)
@click.argument("form", required=False)
@options.private
def withdraw(form: str | None, private: Path | None) -> None:
    """List the copies to take down."""
    from paravent.engine import records
    from paravent.inspect.values import shown

    found = records.withdraw(form, private)
    for copy in found.copies:
        click.echo(shown(str(copy)))
    sentence = ngettext(
        "{count} copy to take down, here and wherever it was posted.",
        "{count} copies to take down, here and wherever they were posted.",
        len(found.copies),
    )
    if found.copies:
        options.say(sentence.format(count=len(found.copies)))
    elif form and not found.known:
        options.say(_("Nobody is visible by form {form}: is the number right?").format(form=shown(form)))
    else:
        options.say(_("No copy relies on it."))
    if found.damaged:
        sentence = ngettext(
            "{count} decision cannot be read any more, so its copy may rely on it too: look at it in the review page.",
            "{count} decisions cannot be read any more, so copies may rely on it too: look at them in the review page.",
            found.damaged,
        )
        options.say(sentence.format(count=found.damaged))
