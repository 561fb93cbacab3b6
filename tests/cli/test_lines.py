"""Terminal lines: at any width every word and every path is whole."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from paravent.cli.lines import cells, fitting, wrapped
from paravent.cli.main import cli

LONG = "a picture of Emma and Ida at the lake"


def in_terminal(columns: int, *arguments: str | Path) -> list[str]:
    """What a command shows in a terminal of that many columns (0: it does not say), row by row as it was written."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    command = [sys.executable, "-m", "paravent", *map(str, arguments)]
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    try:
        while now := os.read(ours, 1 << 16):
            shown += now
    except OSError:  # it was closed
        pass
    process.wait()
    os.close(ours)
    rows = shown.decode().replace("\r\n", "\n").split("\n")
    return [row.rsplit("\r", 1)[-1] for row in rows]  # what a line of progress wrote is gone


def words(rows: Sequence[str]) -> list[str]:
    return " ".join(rows).split()


@pytest.fixture
def folder(apart: Path) -> Path:
    (apart / "in").mkdir()
    (apart / "in" / f"{LONG}.pdf").write_bytes(b"%PDF-1.7")
    Image.new("RGB", (64, 48), (90, 140, 60)).save(apart / "in" / f"{LONG} again.jpg")
    return apart


@pytest.mark.slow
@pytest.mark.parametrize("columns", [0, 24, 61, 200])
def test_no_row_is_wider_than_the_terminal_and_no_word_or_path_is_broken(folder: Path, columns: int) -> None:
    command = ("scan", "in", "--metadata-only")
    whole = subprocess.run([sys.executable, "-m", "paravent", *command], capture_output=True, text=True, check=False)
    rows = in_terminal(columns, *command)
    assert words(rows) == whole.stdout.split()
    path = f"{LONG}.pdf:"
    assert any(path in row for row in rows), rows
    assert all(cells(row) <= (columns or 80) or LONG in row for row in rows), rows


@pytest.mark.parametrize("columns", [24, 61])
@pytest.mark.parametrize("command", [*sorted(cli.commands), ""])
def test_help_is_whole_at_any_width(apart: Path, columns: int, command: str) -> None:
    arguments = [command, "--help"] if command else ["--help"]
    rows = in_terminal(columns, *arguments)
    known = set(words(in_terminal(400, *arguments)))
    assert set(words(rows)) <= known, "a word was broken"
    assert all(cells(row) <= columns or len(row.split()) == 1 for row in rows), rows


def test_errors_are_whole_too(folder: Path) -> None:
    rows = in_terminal(40, "protect", f"in/{LONG}", "-o", "out")
    assert any(f"in/{LONG}" in row for row in rows), rows
    rows = in_terminal(40, "protect", "in", "-o", "out", "--preset", "none")
    assert all(cells(row) <= 40 for row in rows), rows
    assert "'school'," in words(rows)


TEXTS = st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs", "Z")), min_size=1), min_size=1).map(" ".join)


@given(TEXTS, st.integers(1, 90), st.sampled_from(["", "  "]))
def test_only_spaces_are_broken_at(text: str, width: int, indent: str) -> None:
    rows = wrapped(indent + text, width).split("\n")
    assert " ".join(rows).split(" ") == text.split(" ") or words(rows) == (indent + text).split()
    assert all(cells(row) <= width or " " not in row.strip(" ") for row in rows)


def test_what_is_kept_together_stays_together() -> None:
    assert wrapped("see a b c: there", 8, ["a b c"]) == "see\na b c:\nthere"
    assert wrapped("  one two", 6) == "  one\n    two"
    assert wrapped("日本 の 写真", 7) == "日本 の\n写真"


def test_of_progress_only_whole_parts_are_shown() -> None:
    line = "3 of 1000, 2.0 a second, 8:20 left"
    assert [fitting(line, width) for width in (80, 30, 12)] == [line, "3 of 1000, 2.0 a second", "3 of 1000"]
