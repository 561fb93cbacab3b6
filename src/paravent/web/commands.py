"""The commands around the review page."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paravent import batch, desktop, discover
from paravent.errors import UsageProblem
from paravent.inspect.values import shown
from paravent.ledger import Ledger
from paravent.policy import PRESETS, load, preset
from paravent.pool import Limits
from paravent.private import PrivateFolder
from paravent.review_store import ReviewStore
from paravent.texts import _, ngettext
from paravent.web import places

if TYPE_CHECKING:
    from paravent.web.desk import Order

_path = click.Path(path_type=Path)
_private = click.option("--private", type=_path, envvar="PARAVENT_PRIVATE", help=_("Folder for private state."))


@click.command(help=_("Open the pictures in PHOTOS in your browser, where you decide on each."))
@click.argument("photos", type=_path)
@click.option(
    "-o", "--output", required=True, type=_path, help=_("Folder for the prepared copies; nothing else lies there.")
)
@click.option("--private-output", type=_path, help=_("Folder for copies that only a private audience sees."))
@click.option("--preset", "preset_name", type=click.Choice(list(PRESETS)), help=_("What is covered.  [default: family]"))
@click.option("--policy", "policy_file", type=_path, help=_("A TOML file instead of a preset."))
@click.option("--no-browser", is_flag=True, help=_("Only print the link."))
@_private
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
    from paravent.web.desk import Order  # noqa: PLC0415  (no other command needs a server)

    if preset_name and policy_file:
        raise UsageProblem(_("--preset and --policy exclude each other; a policy file names its preset"))
    policy = load(policy_file) if policy_file else preset(preset_name or "family")
    (named,) = discover.inputs([photos])
    other = private_output or places.proposed(output.absolute(), "private")
    open_page(private, Order(named, output.absolute(), other.absolute(), policy), browser=not no_browser)


def open_page(private: Path | None = None, order: Order | None = None, *, browser: bool = True) -> None:
    """Serve the page until it was closed for a while; Ctrl-C ends it as well. order: a folder to begin with."""
    from paravent.web.server import Serving, serve  # noqa: PLC0415

    serving = Serving(Limits(batch.cores()), private, say=lambda sentence: click.echo(sentence, err=True))
    if not browser:
        serving = replace(serving, show=lambda _: None)
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
@_private
def withdraw(form: str | None, private: Path | None) -> None:
    """List the copies to take down."""
    folder = PrivateFolder(private)
    with ExitStack() as stack:
        store = stack.enter_context(ReviewStore(folder.reviews))
        ledger = stack.enter_context(Ledger(folder.ledger))
        keys = store.relying(form) if form else store.lapsed(date.today())
        if form:
            store.withdraw(form)
        copies = [row.copy for row in ledger.copies() if row.copy_key in keys and row.copy.exists()]
    for copy in copies:
        click.echo(shown(str(copy)))
    sentence = ngettext(
        "{count} copy to take down, here and wherever it was posted.",
        "{count} copies to take down, here and wherever they were posted.",
        len(copies),
    )
    click.echo(sentence.format(count=len(copies)) if copies else _("No copy relies on it."), err=True)


@click.command("desktop", help=_("Put Paravent among the programs of your desktop."))
@click.argument("action", type=click.Choice(["install"]))
def desktop_entry(action: str) -> None:
    """Put Paravent among the programs of your desktop."""
    del action  # there is only one
    click.echo(_("Paravent is among your programs now: {path}").format(path=desktop.install()))
