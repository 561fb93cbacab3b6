"""What `--help` looks like: options in groups, examples, exit codes, broken between words at any width."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from paravent.cli import lines
from paravent.i18n.texts import _

# Code and meaning, of every command that works on many files.
EXIT_CODES = (
    (0, _("everything was prepared, or found in order")),
    (1, _("an unexpected error")),
    (2, _("the command cannot be carried out as given")),
    (3, _("some files were held back, or problems were found; see --fail-on")),
    (4, _("the models are missing and cannot be fetched")),
    (5, _("the output folder cannot take files")),
    (6, _("there was no picture and no film; see --fail-on")),
    (130, _("ended by Ctrl-C; the same command goes on from there")),
)

# Groups of options.
COVERED = _("What is covered")
LOOK = _("The covering")
COPIES = _("Copies")
VIDEOS = _("Films")
RUN = _("The run")
SAID = _("What is said")
OTHER = _("Other")

_WIDEST = 100  # columns of prose that is read easily
_NARROW = 28  # columns; with fewer, an explanation stands below its term


class Option(click.Option):
    """An option of a group."""

    def __init__(self, *names: Any, group: str = OTHER, **given: Any) -> None:
        super().__init__(*names, **given)
        self.group = group


class Formatter(click.HelpFormatter):
    """Breaks nothing inside a word, however narrow the terminal is."""

    def __init__(self, *_: object, **__: object) -> None:
        super().__init__(width=min(lines.columns(sys.stdout) or 80, _WIDEST))

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """See `click.HelpFormatter`, as are all that follow."""
        self.write_text(" ".join((prefix or _("Usage:"), prog, args)))

    def write_text(self, text: str) -> None:  # noqa: D102
        for paragraph in text.split("\n\n"):
            self._write(" ".join(paragraph.split()), self.current_indent)

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:  # noqa: D102
        rows = tuple(rows)
        column = min(max((lines.cells(term) for term, _said in rows), default=0), col_max) + col_spacing
        stacked = self.width - self.current_indent - column < _NARROW
        for term, said in rows:
            if stacked or lines.cells(term) > column - col_spacing:
                self._write(term, self.current_indent)
                first = ""
            else:
                first = " " * self.current_indent + term
            begin = self.current_indent + (4 if stacked else column)
            text = lines.wrapped(" ".join(said.split()), self.width - begin).split("\n")
            for row in filter(None, text):
                self.write(first.ljust(begin) + row + "\n")
                first = ""

    def _write(self, text: str, indent: int) -> None:
        for row in lines.wrapped(text, self.width - indent).split("\n"):
            self.write(" " * indent + row + "\n")


class _Context(click.Context):
    formatter_class = Formatter


class Command(click.Command):
    """A command with examples, and with exit codes that say how it went."""

    context_class = _Context

    def __init__(
        self,
        *given: Any,
        examples: Iterable[tuple[str, str]] = (),
        exit_codes: Sequence[tuple[int, str]] = (),
        **named: Any,
    ) -> None:
        super().__init__(*given, **named)
        self.examples = tuple(examples)
        self.exit_codes = tuple(exit_codes)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See `click.Command`."""
        for heading, options in grouped(self.get_params(ctx)):
            with formatter.section(heading):
                formatter.write_dl([record for one in options if (record := one.get_help_record(ctx))])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See `click.Command`."""
        if self.examples:
            with formatter.section(_("Examples")):
                for what, command in self.examples:
                    formatter.write_text(what)
                    formatter.indent()
                    formatter.write_text(command)
                    formatter.dedent()
        write_exit_codes(self.exit_codes, formatter)


class Group(click.Group):
    """The program itself."""

    context_class = _Context

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See `click.Group`."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, command.help or "") for name, command in sorted(self.commands.items())])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See `click.Command`."""
        write_exit_codes(EXIT_CODES, formatter)


def write_exit_codes(codes: Sequence[tuple[int, str]], formatter: click.HelpFormatter) -> None:
    """A section with what they mean, if there are any."""
    if codes:
        with formatter.section(_("Exit codes")):
            formatter.write_dl([(str(code), said) for code, said in codes])


def grouped(parameters: Iterable[click.Parameter]) -> list[tuple[str, list[click.Option]]]:
    """Options by heading, in the order in which the headings first occur; those of no group last."""
    groups: dict[str, list[click.Option]] = {}
    for one in parameters:
        if isinstance(one, click.Option):
            groups.setdefault(getattr(one, "group", OTHER), []).append(one)
    last = groups.pop(OTHER, None)
    return [*groups.items(), *([(OTHER, last)] if last else [])]
