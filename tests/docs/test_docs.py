"""The documentation says what the program does: tables are fresh, links lead somewhere, commands run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

import api_reference
import command_reference
import draw_scenes
import formats_table
import man_page
import presets_table
from paravent.cli import running
from paravent.cli.help import EXIT_CODES
from paravent.cli.main import cli
from paravent.errors import ParaventError
from paravent.stores.policy_files import load
from project import PAGES, ROOT

COMMANDS = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks(kind: str) -> list[str]:
    return [text for language, text in _BLOCK.findall(COMMANDS) if language == kind]


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "generator",
    [presets_table, command_reference, man_page, formats_table, api_reference],
    ids=["presets", "reference", "manual", "formats", "api"],
)
def test_generated_parts_are_fresh(generator: object) -> None:
    page: Path = generator.PAGE  # type: ignore[attr-defined]
    renewed: Callable[[str], str] = generator.page  # type: ignore[attr-defined]
    text = page.read_text(encoding="utf-8")
    assert renewed(text) == text, "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        if link.startswith(("http://", "https://")):
            continue
        target, _, anchor = link.partition("#")
        there = (page.parent / target).resolve() if target else page
        assert there.exists(), link
        assert not anchor or anchor in anchors(there), link


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_option_is_explained(name: str) -> None:
    for parameter in cli.commands[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert all(f"`{option}`" in COMMANDS for option in parameter.opts)


def test_every_exit_code_is_documented() -> None:
    codes = {0, 1, running.SOME_HELD, running.NO_MEDIA} | {kind.exit_code for kind in ParaventError.__subclasses__()}
    assert codes == {int(code) for code in re.findall(r"^\| (\d+) \|", COMMANDS, re.MULTILINE)}
    assert codes == {code for code, _said in EXIT_CODES}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pictures to try the commands on."""
    desk = tmp_path_factory.mktemp("desk")
    for picture in draw_scenes.ALBUM:
        draw_scenes.write(picture, desk / "PHOTOS", (800, 600))
    return desk


def run(command: list[str], desk: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PARAVENT_PRIVATE": str(desk / "private"),
        "LANGUAGE": "en",
        "PYTHONPATH": str(ROOT / "src"),
    }
    return subprocess.run(command, cwd=desk, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.slow
def test_commands_run_as_written_in_their_order(desk: Path) -> None:
    lines = [line.removeprefix("$ ") for block in blocks("console") for line in block.splitlines()]
    assert len(lines) > 5
    for line in lines:
        words = shlex.split(line)
        assert words[0] == "paravent"
        ended = run([sys.executable, "-m", "paravent", *words[1:]], desk)
        # Without a plan a covering may look like a face to the detector: `verify` then says so (docs/verification.md).
        allowed = {0, 3} if words[1] == "verify" else {0}
        assert ended.returncode in allowed, (line, ended.stdout, ended.stderr)
        assert "outside the covered places nothing differs" in ended.stdout or words[1] != "verify"
        assert "Traceback" not in ended.stderr
    copies = {path for path in (desk / "READY").rglob("*") if path.is_file()}
    assert len(copies) == len(draw_scenes.ALBUM)
    assert (desk / "report.html").read_text(encoding="utf-8").count('scope="row"') == len(draw_scenes.ALBUM)


@pytest.mark.slow
def test_python_example_runs(desk: Path) -> None:
    (example,) = blocks("python")
    (desk / "example.py").write_text(example, encoding="utf-8")
    ended = run([sys.executable, "example.py"], desk)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("prepared") == len(draw_scenes.ALBUM)


def test_policy_example_is_a_policy(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
    (example,) = [block for language, block in _BLOCK.findall(text) if language == "toml"]
    (tmp_path / "policy.toml").write_text(example, encoding="utf-8")
    policy = load(tmp_path / "policy.toml")
    assert (policy.margin, policy.max_size, policy.style.color) == (1.8, 2048, (0x33, 0x66, 0x99))


def test_the_album_gives_away_what_it_should(tmp_path: Path) -> None:
    for picture in draw_scenes.ALBUM:
        draw_scenes.write(picture, tmp_path / "first", (160, 120))
        draw_scenes.write(picture, tmp_path / "second", (160, 120))
        first, second = ((tmp_path / folder / picture.name).read_bytes() for folder in ("first", "second"))
        assert first == second
        assert b"Exemple" in first or b"Paravent Test Optics" in first
