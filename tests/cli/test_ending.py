"""How a command ends and what it says of that: exit codes, `--fail-on`, `--quiet`, `--silent`; from outside."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from cli_kit import run
from paravent.errors import UsageProblem

pytestmark = pytest.mark.usefixtures("apart")

HELD, ALONE, TEXT, NOTHING = "held", "alone", "text", "nothing"


def said(*arguments: str | Path) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "paravent", *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout, ended.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Folders with a picture; with one and a list; with one and what is held back; with a list alone; with nothing."""
    for name in (ALONE, "beside", HELD, TEXT, NOTHING):
        (tmp_path / name).mkdir()
        if name in (ALONE, "beside", HELD):
            Image.new("RGB", (64, 48), (90, 140, 60)).save(tmp_path / name / "IMG_0001.jpg")
    for name in ("beside", TEXT):
        (tmp_path / name / "list.txt").write_text("Emma, Ida")
    (tmp_path / HELD / "scan.pdf").write_bytes(b"%PDF-1.7")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("named", "fail_on", "code"),
    [
        (ALONE, "held", 0), (ALONE, "left-out", 0), (ALONE, "never", 0),
        ("beside", "held", 0), ("beside", "left-out", 3), ("beside", "never", 0),
        (HELD, "held", 3), (HELD, "left-out", 3), (HELD, "never", 0),
        (TEXT, "held", 6), (TEXT, "left-out", 3), (TEXT, "never", 0),
        (NOTHING, "held", 6), (NOTHING, "left-out", 6), (NOTHING, "never", 0),
    ],
)  # fmt: skip
def test_what_is_a_failure_is_what_was_asked_for(folder: Path, named: str, fail_on: str, code: int) -> None:
    given = ("--metadata-only", "--fail-on", fail_on)
    assert run("scan", named, *given) == code
    if fail_on == "held":
        assert run("scan", named, "--json", *given) == code


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [("scan",), ("protect", "-o", "out"), ("protect", "-o", "out", "--dry-run"), ("verify",)]
)
def test_an_empty_folder_has_a_sentence_and_a_code(folder: Path, command: tuple[str, ...]) -> None:
    code, told, complaint = said(*command, NOTHING)
    assert (code, complaint) == (6, "")
    assert "There is no file at all." in told
    assert said(*command, NOTHING, "--fail-on", "never")[0] == 0


@pytest.mark.slow
def test_quiet_says_what_went_wrong_and_nothing_else(folder: Path) -> None:
    for command in (("protect", "-o", "out"), ("scan",)):
        assert said(*command, ALONE, "--quiet") == (0, "", "")
        assert said(*command, "beside", "--quiet") == (0, "", "")
        code, told, complaint = said(*command, HELD, "--quiet")
        assert (code, complaint) == (3, "")
        assert told.startswith("1 file held back:\n  scan.pdf: ")
        assert "IMG_0001" not in told
        assert "Not posting" not in told
        code, told, _ = said(*command, "beside", "--quiet", "--fail-on", "left-out")
        assert (code, told.splitlines()[0]) == (3, "1 file left out:")
        assert said(*command, NOTHING, "--quiet")[1] == "There is no file at all.\n"
    (folder / "out" / "notes.txt").write_text("no picture")
    code, told, _ = said("verify", "out", "--quiet")
    assert code == 3
    assert [line.split(":")[0] for line in told.splitlines()] == ["notes.txt"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("protect", HELD, "-o", "out"), 3),
        (("protect", ALONE, "-o", "out"), 0),
        (("scan", NOTHING), 6),
        (("verify", HELD), 3),
        (("scan", "missing"), UsageProblem.exit_code),
        (("protect", ALONE, "-o", "out", "--preset", "unknown"), UsageProblem.exit_code),
    ],
)
def test_silent_says_nothing_at_all(folder: Path, arguments: tuple[str, ...], code: int) -> None:
    assert said(*arguments, "--silent") == (code, "", "")
