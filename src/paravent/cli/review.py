"""The commands around the review page."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paravent.cli import options
from paravent.cli.options import PATH, policy_of
from paravent.engine import discovery, session
from paravent.i18n.texts import _, ngettext
from paravent.inspect.values import shown
from paravent.model.limits import WorkerLimits
from paravent.state.ledger import Ledger
from paravent.state.private import PrivateFolder
from paravent.state.reviews import ReviewStore
from paravent.web import desktop
from paravent.web.review import places

if TYPE_CHECKING:
    from paravent.web.review.desk import Order


@click.command(help=_("Open the pictures in PHOTOS in your browser, where you decide on each."))
@click.argument("photos", type=PATH)
@options.output
@click.option("--private-output", type=PATH, help=_("Folder for copies that only a private audience sees."))
@options.preset_name
@options.policy_file
@click.option("--no-browser", is_flag=True, help=_("Only print the link."))
@options.private
def review(
    photos: Path,
    output: Path,
    private_output: Path | None,
    preset_name: str | None,
    policy_file: Path | None,
    no_browser: bool,
    private: Path | None,
) -> None:
    """Open the pictures in PHOTOS in your browser, where you decide on each."""
    from paravent.web.review.desk import Order  # noqa: PLC0415  (no other command needs a server)

    policy = policy_of(preset_name, policy_file)
    (named,) = discovery.inputs([photos])
    other = private_output or places.proposed(output.absolute(), "private")
    open_page(private, Order(named, output.absolute(), other.absolute(), policy), browser=not no_browser)


def open_page(private: Path | None = None, order: Order | None = None, *, browser: bool = True) -> None:
    """Serve the page until it was closed for a while; Ctrl-C ends it as well. order: a folder to begin with."""
    from paravent.web.review.server import Serving, serve  # noqa: PLC0415

    serving = Serving(WorkerLimits(session.cores()), private, say=lambda sentence: click.echo(sentence, err=True))
    if not browser:
        serving = replace(serving, show=None)
    try:
        serve(serving, order)
    except KeyboardInterrupt:
        click.echo(_("Ended. Your decisions are kept."), err=True)


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


@click.command("desktop", help=_("Put Paravent among the programs of your desktop."))
@click.argument("action", type=click.Choice(["install"]))
def desktop_entry(action: str) -> None:
    """Put Paravent among the programs of your desktop."""
    del action  # there is only one
    click.echo(_("Paravent is among your programs now: {path}").format(path=desktop.install()))
