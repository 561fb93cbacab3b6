"""The command line in this process."""

from __future__ import annotations

import pytest

from paravent.cli import main as cli


def run(*arguments: object) -> int:
    """One command in this process; its exit code."""
    with pytest.raises(SystemExit) as ended:
        cli.main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)
