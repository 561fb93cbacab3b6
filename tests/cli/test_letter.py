"""`paravent letter`: on a terminal it asks; nothing of the answers is kept anywhere but in the file that was named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli_kit import run


def test_without_a_terminal_it_is_blank(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert run("letter", "consent") == 0
    told = capfd.readouterr()
    assert "…………" in told.out
    assert "no legal advice" in told.err


def test_it_asks_on_a_terminal_and_keeps_nothing(apart: Path) -> None:
    pty = pytest.importorskip("pty", reason="Windows has no such terminals", exc_type=ImportError)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "paravent", "letter", "relative", "-o", "letter.txt"]
    environment = {**os.environ, "LANGUAGE": "en", "HOME": str(apart)}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=apart, env=environment)
    os.close(theirs)
    os.write(ours, b"Grandma\nNoah\nthe one at the lake\n2\nAda\n")
    assert process.wait(60) == 0
    os.close(ours)
    letter = apart / "letter.txt"
    text = letter.read_text(encoding="utf-8")
    for written in ("Dear Grandma,", "Noah", "the one at the lake", "a print, for your wall", "Ada"):
        assert written in text
    assert "private album" not in text
    assert letter.stat().st_mode & 0o777 == 0o600
    assert [path for path in apart.rglob("*") if path.is_file()] == [letter]


def test_a_file_that_is_there_is_not_replaced(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "letter.txt"
    kept.write_text("mine")
    assert run("letter", "erase", "-o", kept) == 2
    assert kept.read_text() == "mine"
    assert "cannot be written" in capfd.readouterr().err
