"""Writes the manual page, docs/paravent.1, from the commands themselves: read it with `man -l docs/paravent.1`."""

from __future__ import annotations

from pathlib import Path

import click

import command_reference as reference
from paravent.cli.help import EXIT_CODES, Command, grouped
from paravent.cli.main import cli
from paravent.version import VERSION

PAGE = Path(__file__).parent.parent / "docs" / "paravent.1"
_ENVIRONMENT = (
    ("PARAVENT_MODELS", "Where models live, instead of the user's cache folder."),
    ("PARAVENT_PRIVATE", "Where private state lives, instead of the user's state folder; --private comes first."),
    ("PARAVENT_DEBUG", "Set to 1, it shows where in the program an unexpected error came from."),
)


def page(_text: str = "") -> str:
    """The whole page, in the language of `man`."""
    parts = [
        f'.TH PARAVENT 1 "" "paravent {VERSION}"',
        ".SH NAME",
        "paravent \\- prepares photos and films of people for publication",
        ".SH SYNOPSIS",
        ".B paravent",
        ".I COMMAND",
        "[OPTIONS]",
        ".SH DESCRIPTION",
        _escaped(cli.help or ""),
        "Without a command, a page opens in the browser.",
        ".SH COMMANDS",
        *(line for name, command in sorted(cli.commands.items()) for line in _command(name, command)),
        ".SH EXIT STATUS",
        *(line for code, said in EXIT_CODES for line in _term(str(code), said)),
        ".SH ENVIRONMENT",
        *(line for name, said in _ENVIRONMENT for line in _term(name, said)),
    ]
    return "\n".join(parts) + "\n"


def _command(name: str, command: click.Command) -> list[str]:
    lines = [f'.SS "{_escaped(reference.title(name, command))}"', _escaped(command.help or "")]
    for heading, options in grouped(command.params):
        lines += [".PP", f".B {_escaped(heading)}"]
        for one in options:
            choices = " ".join(one.type.choices) if isinstance(one.type, click.Choice) else ""
            lines += _term(" ".join(filter(None, (", ".join(one.opts), choices))), reference.said(one))
    if isinstance(command, Command) and command.examples:
        lines += [".PP", ".B Examples"]
        for what, typed in command.examples:
            lines += [".PP", _escaped(what), ".PP", ".RS 4", ".nf", _escaped(typed), ".fi", ".RE"]
    return lines


def _term(term: str, said: str) -> list[str]:
    return [".TP", f".B {_escaped(term)}", _escaped(said)]


def _escaped(text: str) -> str:
    text = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
