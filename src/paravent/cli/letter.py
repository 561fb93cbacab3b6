"""`paravent letter`."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

import click

from paravent.cli import help as help_pages
from paravent.cli import options
from paravent.errors import UsageProblem
from paravent.i18n.texts import _
from paravent.report import letters
from paravent.report.letters import Field, Letter


@click.command(
    cls=help_pages.Command,
    help=_(
        "Write a letter that you fill in: erase asks for a picture to be taken down, withdraw takes a consent back,"
        " relative asks kindly, consent is a form to ask with. Your answers are not kept and not sent; what you do not"
        " answer is left blank."
    ),
    examples=(
        (_("Asks you, and shows the letter:"), "paravent letter erase"),
        (_("Into a file, to be printed or sent by yourself:"), "paravent letter withdraw -o letter.txt"),
    ),
)
@click.argument("kind", type=click.Choice([letter.name for letter in letters.LETTERS]))
@options.option(help_pages.SAID, "-o", "--output", type=options.PATH, help=_("Text file to write, of a new name."))
def letter(kind: str, output: Path | None) -> None:
    """Write a letter."""
    chosen = letters.named(kind)
    text = letters.filled(chosen, _asked(chosen) if sys.stdin.isatty() else {}, date.today())
    options.say(_(letters.LAW))
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise UsageProblem(_("{path}: cannot be written ({reason})").format(path=output, reason=error.strerror)) from None
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123  (a descriptor)
        file.write(text)


def _asked(chosen: Letter) -> dict[str, str]:
    """Answers, by names of fields; questions go where they do not mix with the letter."""
    click.echo(_(chosen.about), err=True)
    return {field.name: _answer(field) for field in chosen.fields}


def _answer(field: Field) -> str:
    if not field.choices:
        answer: str = click.prompt(_(field.label), default="", show_default=False, err=True)
        return answer
    for number, (_value, words) in enumerate(field.choices, 1):
        click.echo(f"  {number}  {_(words)}", err=True)
    numbers = click.IntRange(1, len(field.choices))
    return field.choices[click.prompt(_(field.label), type=numbers, default=1, err=True) - 1][0]
