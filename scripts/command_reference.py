"""Writes the reference in docs/cli.md anew from the commands themselves."""

from __future__ import annotations

import os
from pathlib import Path

import click

os.environ["LANGUAGE"] = "en"  # before the sentences are looked up

from paravent.cli.help import grouped
from paravent.cli.main import cli

PAGE = Path(__file__).parent.parent / "docs" / "cli.md"
START, END = "<!-- reference: written by make docs -->", "<!-- end of reference -->"


def reference() -> str:
    """Every command with its arguments and options, as Markdown."""
    return "\n\n".join(_command(name, command) for name, command in sorted(cli.commands.items()))


def title(name: str, command: click.Command) -> str:
    """How the command is typed."""
    arguments = [_argument(one) for one in command.params if isinstance(one, click.Argument)]
    return " ".join(["paravent", name, *arguments])


def said(option: click.Option) -> str:
    """What an option does, its default, and the variable that may stand for it."""
    text = (option.help or "").replace("  [", " [").strip()
    if option.show_default:
        text += f" [default: {option.default}]"
    if option.envvar:
        text += f" [{option.envvar}]"
    return text


def _command(name: str, command: click.Command) -> str:
    tables = [line for heading, options in grouped(command.params) for line in _table(heading, options)]
    return "\n".join([f"### `{title(name, command)}`", "", *(command.help or "").splitlines(), "", *tables]).strip()


def _table(heading: str, options: list[click.Option]) -> list[str]:
    return [f"| {heading} | |", "| --- | --- |", *map(_option, options), ""]


def _argument(argument: click.Argument) -> str:
    name = "|".join(argument.type.choices) if isinstance(argument.type, click.Choice) else (argument.name or "").upper()
    name += "..." if argument.nargs == -1 else ""
    return name if argument.required else f"[{name}]"


def _option(option: click.Option) -> str:
    words = ", ".join(f"`{name}`" for name in option.opts)
    if isinstance(option.type, click.Choice):
        words += " " + ", ".join(f"`{choice}`" for choice in option.type.choices)
    return f"| {words} | {said(option)} |"


def page(text: str) -> str:
    """The page's text with the reference as it should be."""
    before, rest = text.split(START)
    after = rest.split(END)[1]
    return f"{before}{START}\n{reference()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
