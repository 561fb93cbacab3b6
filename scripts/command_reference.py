"""Writes the reference in docs/cli.md anew from the commands themselves."""

from __future__ import annotations

import os
from pathlib import Path

import click

os.environ["LANGUAGE"] = "en"  # before the sentences are looked up

from paravent.cli.main import cli

PAGE = Path(__file__).parent.parent / "docs" / "cli.md"
START, END = "<!-- reference: written by make docs -->", "<!-- end of reference -->"


def reference() -> str:
    """Every command with its arguments and options, as Markdown."""
    return "\n\n".join(_command(name, command) for name, command in sorted(cli.commands.items()))


def _command(name: str, command: click.Command) -> str:
    arguments = [_argument(one) for one in command.params if isinstance(one, click.Argument)]
    options = [_option(one) for one in command.params if isinstance(one, click.Option)]
    title = " ".join(["paravent", name, *arguments])
    table = ["| option | |", "| --- | --- |", *options] if options else []
    return "\n".join([f"### `{title}`", "", *(command.help or "").splitlines(), "", *table]).strip()


def _argument(argument: click.Argument) -> str:
    name = "|".join(argument.type.choices) if isinstance(argument.type, click.Choice) else (argument.name or "").upper()
    name += "..." if argument.nargs == -1 else ""
    return name if argument.required else f"[{name}]"


def _option(option: click.Option) -> str:
    words = ", ".join(f"`{name}`" for name in option.opts)
    if isinstance(option.type, click.Choice):
        words += " " + ", ".join(f"`{choice}`" for choice in option.type.choices)
    said = (option.help or "").replace("  [", " [").strip()
    if option.show_default:
        said += f" [default: {option.default}]"
    if option.envvar:
        said += f" [`{option.envvar}`]"
    return f"| {words} | {said} |"


def page(text: str) -> str:
    """The page's text with the reference as it should be."""
    before, rest = text.split(START)
    after = rest.split(END)[1]
    return f"{before}{START}\n{reference()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
