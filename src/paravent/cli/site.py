"""`paravent site`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from paravent.cli import help as help_pages
from paravent.cli import lines, options
from paravent.errors import UsageProblem
from paravent.i18n.texts import _
from paravent.model.style import STYLES

if TYPE_CHECKING:
    from paravent.cli.running import Manner
    from paravent.engine import session


_EXAMPLES = (
    (_("A copy of your website, with a list for the upload:"), "paravent site WEBSITE -o READY --manifest upload.json"),
    (_("Whether a later copy of it still holds old files:"), "paravent site WEBSITE --check"),
)


@click.command(
    cls=help_pages.Command,
    exit_codes=help_pages.EXIT_CODES,
    examples=_EXAMPLES,
    help=_(
        "Prepare a copy of your own website, the folder FOLDER: every size of a picture is covered as one, and what"
        " changes is written under the same names."
    ),
)
@click.argument("folder", required=True, type=options.PATH)
@options.option(
    help_pages.COPIES,
    "-o",
    "--output",
    type=options.PATH,
    help=_("Folder for the prepared copies; nothing else lies there."),
)
@options.option(help_pages.RUN, "--check", is_flag=True, help=_("Say what is still as it was before; write no copy."))
@options.preset_name
@options.policy_file
@options.covering
@options.option(help_pages.LOOK, "--style", type=click.Choice(STYLES), help=_("How it is covered."))
@options.option(help_pages.SAID, "--manifest", type=options.PATH, help=_("List of all files to write, .json."))
@options.option(
    help_pages.RUN, "--mine", is_flag=True, help=_("Say that it is your own website; else you are asked, once.")
)
@options.option(help_pages.RUN, "--force", is_flag=True, help=_("Prepare again what is done."))
@options.limits
def site(
    folder: Path,
    output: Path | None,
    check: bool,
    mine: bool,
    manifest: Path | None,
    settings: session.Settings,
    manner: Manner,
    **asked: Any,
) -> int:
    """Prepare a copy of one's own website."""
    from paravent.cli import running
    from paravent.site import runs, words

    if (output is None) != check:
        raise UsageProblem(_("say either where copies go, with -o, or --check"))

    def confirm() -> bool:
        question = _("Is this your own website, or one that you keep for a club or school?")
        return mine or click.confirm(question, err=True)

    if output is not None:
        prepared = runs.prepare(folder, output, options.policy_with(**asked), settings, confirm, manifest)
        return running.follow(prepared, manner)
    found = runs.check(folder, settings, confirm, manifest)
    for line in words.of_check(found):
        lines.say(line)
    media = len(found.old) + found.prepared + found.unknown
    return manner.exit_code(media=media, held=len(found.old) + len(found.unreadable))
