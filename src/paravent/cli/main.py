"""The command line: a thin skin over the Python interface. One file a command; every error ends here."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from paravent.cli import lines
from paravent.cli.desktop import desktop_entry
from paravent.cli.doctor import doctor
from paravent.cli.forget import forget
from paravent.cli.help import Group
from paravent.cli.letter import letter
from paravent.cli.models import models
from paravent.cli.names import names
from paravent.cli.posted import posted, todo
from paravent.cli.protect import protect
from paravent.cli.review import open_page, review
from paravent.cli.scan import scan
from paravent.cli.site import site
from paravent.cli.verify import verify
from paravent.cli.withdraw import withdraw
from paravent.errors import Interrupted, ParaventError
from paravent.i18n.texts import _, how_to_report
from paravent.process import origin
from paravent.version import VERSION

_COMMANDS = (
    desktop_entry,
    doctor,
    forget,
    letter,
    models,
    names,
    posted,
    protect,
    review,
    scan,
    site,
    todo,
    verify,
    withdraw,
)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and end the process with its exit code. Every error ends here, in one line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(args=arguments, prog_name="paravent", standalone_mode=False) or 0
    except click.ClickException as error:
        _show(error)
        code = error.exit_code
    except ParaventError as error:
        _tell(arguments, str(error))
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        code = Interrupted.exit_code
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception as error:
        # The text of an unknown error may hold anything; its kind, and where in our code it was, may be told.
        failed = _("Paravent failed ({kind}); please report this").format(kind=origin.kind(error))
        _tell(arguments, failed, how_to_report())
        code = 1
    sys.exit(code)


def _tell(arguments: list[str] | None, *messages: str) -> None:
    """In the terminal; whoever started it without one, and without a command, gets a page."""
    for message in messages:
        _complain(message)
    if not (sys.argv[1:] if arguments is None else arguments):
        from paravent.web import telling

        if telling.nobody_reads():
            telling.tell(list(messages))


def _complain(message: str) -> None:
    # One line, and nothing in it (names of files) that a terminal acts on.
    line = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in " ".join(message.split()))
    lines.say(f"paravent: {line}", _named(), err=True)


def _show(error: click.ClickException) -> None:
    written = io.StringIO()
    error.show(written)
    for line in written.getvalue().splitlines():
        lines.say(line, _named(), err=True)


def _named() -> tuple[str, ...]:
    """Where we are and what was named: errors may hold both."""
    return (str(Path.cwd()), *sys.argv[1:])


@click.group(
    cls=Group,
    help=_("Prepares photos of people for publication: covers faces, rebuilds the files, checks its own work."),
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
)
@click.version_option(VERSION, prog_name="paravent", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Prepares photos of people for publication: covers faces, rebuilds the files, checks its own work."""
    if context.invoked_subcommand is None:
        open_page()


for _command in _COMMANDS:
    cli.add_command(_command)
