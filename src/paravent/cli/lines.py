"""Lines for a terminal: broken between words at its width, never inside a word or a path."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Collection
from typing import TextIO

import click

_USUAL = 80  # columns of a terminal that does not say how many it has
_GLUE = "\0"  # stands for a space inside what is kept together; no line holds one


def columns(stream: TextIO) -> int | None:
    """Columns of a terminal, or those that the environment asks for; None for a file or another program."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    if not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL
    except OSError:
        return _USUAL


def say(line: str, kept: Collection[str] = (), *, err: bool = False) -> None:
    """A line on standard output, or beside it. kept: words that stay together, such as names of files."""
    click.echo(shaped(line, sys.stderr if err else sys.stdout, kept), err=err)


def shaped(line: str, stream: TextIO, kept: Collection[str] = ()) -> str:
    """The line as it has room in what it is written to; see `wrapped`."""
    width = columns(stream)
    return line if width is None else wrapped(line, width, kept)


def wrapped(line: str, width: int, kept: Collection[str] = ()) -> str:
    """The line as several, each of at most `width` columns where its words allow that. What follows an indented line is
    indented further."""
    for words in sorted(kept, key=len, reverse=True):
        line = line.replace(words, words.replace(" ", _GLUE))
    indent = " " * (len(line) - len(line.lstrip(" ")))
    rows = [""]
    for word in filter(None, line.split(" ")):
        before = f"{rows[-1]} " if rows[-1] else indent if len(rows) == 1 else indent * 2
        if rows[-1] and cells(before + word) > width:
            rows.append(indent * 2 + word)
        else:
            rows[-1] = before + word
    return "\n".join(rows).replace(_GLUE, " ")


def fitting(line: str, width: int) -> str:
    """As many of a line's parts, from its beginning, as have room. Parts end with a comma."""
    parts = line.split(", ")
    while len(parts) > 1 and cells(", ".join(parts)) > width:
        parts.pop()
    return ", ".join(parts)


def cells(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
