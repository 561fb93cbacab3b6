"""`paravent review`, and `paravent` alone: the page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paravent.cli import help as help_pages
from paravent.cli import options
from paravent.i18n.texts import _

if TYPE_CHECKING:
    from paravent.web.review.session import ReviewRequest


@click.command(
    cls=help_pages.Command,
    help=_("Open the pictures in PHOTOS in your browser, where you decide on each."),
    examples=((_("Look, decide, and let the copies appear in READY:"), "paravent review PHOTOS -o READY"),),
)
@click.argument("photos", type=options.PATH)
@options.output
@options.option(
    help_pages.COPIES,
    "--private-output",
    type=options.PATH,
    help=_("Folder for copies that only a private audience sees."),
)
@options.preset_name
@options.policy_file
@options.option(help_pages.RUN, "--no-browser", is_flag=True, help=_("Only print the link."))
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
    from paravent.stores.files import inputs
    from paravent.web.review import folders
    from paravent.web.review.session import ReviewRequest

    policy = options.policy_of(preset_name, policy_file)
    (named,) = inputs([photos])
    other = private_output or folders.proposed(output.absolute(), folders.PRIVATE)
    open_page(private, ReviewRequest(named, output.absolute(), other.absolute(), policy), browser=not no_browser)


def open_page(private: Path | None = None, request: ReviewRequest | None = None, *, browser: bool = True) -> None:
    """Serve the page until it was closed for a while; Ctrl-C ends it as well. request: a folder to begin with."""
    from paravent.engine import session
    from paravent.model.limits import WorkerLimits
    from paravent.web.review.server import Serving, serve

    serving = Serving(WorkerLimits(session.cores()), private, say=options.say)
    if not browser:
        serving = replace(serving, show=None)
    try:
        serve(serving, request)
    except KeyboardInterrupt:
        options.say(_("Ended. Your decisions are kept."))
