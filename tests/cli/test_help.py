"""`--help`: groups, examples that are commands, completion."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

import click
import pytest

from cli_kit import run
from paravent.cli.help import OTHER, Command, grouped
from paravent.cli.main import cli

COMMANDS = sorted(cli.commands.items())


def test_protect_has_groups_examples_and_codes(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("protect", "--help") == 0
    said = capfd.readouterr().out
    headings = [line for line in said.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert {"What is covered:", "Films:", "What is said:", "Examples:", "Exit codes:"} <= set(headings)
    assert headings[-2:] == ["Examples:", "Exit codes:"]


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_option_has_a_group(name: str, command: click.Command) -> None:
    assert OTHER not in dict(grouped(command.params)), name


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_examples_are_commands_as_they_are_typed(name: str, command: click.Command) -> None:
    assert isinstance(command, Command)
    for _what, typed in command.examples:
        program, called, *rest = shlex.split(typed)
        assert (program, called) == ("paravent", name)
        command.make_context(name, rest)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_are_told_what_may_follow(shell: str) -> None:
    def completed(typed: str, last: str) -> str:
        environment = {
            **os.environ,
            "_PARAVENT_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": typed if shell == "fish" else f"{typed} {last}",
            "COMP_CWORD": last if shell == "fish" else str(len(typed.split())),
        }
        command = [sys.executable, "-m", "paravent"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert "protect" in completed("paravent", "pro")
    assert "--dry-run" in completed("paravent protect", "--d")
    assert "left-out" in completed("paravent protect --fail-on", "l")
