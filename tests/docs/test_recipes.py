"""The scripts of the recipes do what they say, called as their programs call them."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import draw_scenes
from project import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="these are shell scripts")]

RECIPES = ROOT / "docs" / "recipes"


def block(page: str, language: str) -> str:
    text = (RECIPES / f"{page}.md").read_text(encoding="utf-8")
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return found


@pytest.fixture
def desk(apart: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a picture of people and the command on the path."""
    command = apart / "bin" / "paravent"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m paravent "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.setenv("HOME", str(apart))
    draw_scenes.write(draw_scenes.ALBUM[0], apart / "photos", (800, 600))
    (drawn,) = [path for path in (apart / "photos").rglob("*") if path.is_file()]
    drawn.rename(apart / "Emma's picture.jpg")
    return apart


def script(desk: Path, page: str, language: str = "sh") -> Path:
    path = desk / f"{page}.{language}"
    path.write_text(block(page, language), encoding="utf-8")
    path.chmod(0o755)
    return path


def run(*command: object, **changed: str) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(words, env={**os.environ, **changed}, capture_output=True, text=True, check=False, timeout=120)


def copies(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []


def test_digikam_gets_one_copy_under_the_name_it_chose(desk: Path) -> None:
    one, picture, out = script(desk, "digikam"), desk / "Emma's picture.jpg", desk / "out"
    out.mkdir()
    done = run(one, picture, out / "copy.jpg")
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in out.iterdir()] == ["copy.jpg"]
    assert (out / "copy.jpg").read_bytes() != picture.read_bytes()
    before = (out / "copy.jpg").read_bytes()
    assert run(one, picture, out / "copy.jpg").returncode == 5
    assert (out / "copy.jpg").read_bytes() == before
    (desk / "damaged.jpg").write_bytes(picture.read_bytes()[:2000])
    assert run(one, desk / "damaged.jpg", out / "other.jpg").returncode == 3
    assert [path.name for path in out.iterdir()] == ["copy.jpg"]


def test_darktable_in_a_terminal(desk: Path) -> None:
    stand_in = desk / "bin" / "darktable-cli"
    stand_in.write_text('#!/bin/sh\nexec cp "$1" "$2"\n')
    stand_in.chmod(0o755)
    before = set(desk.iterdir())
    done = run(script(desk, "darktable"), desk / "Emma's picture.jpg", desk / "ready", TMPDIR=str(desk))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(copies(desk / "ready")) == 1
    assert {path.name for path in set(desk.iterdir()) - before} == {"ready", "private", "darktable.sh"}


@pytest.mark.skipif(not shutil.which("lua"), reason="there is no Lua")
def test_darktable_export(desk: Path) -> None:
    plugin = script(desk, "darktable", "lua")
    exported = desk / "it's exported.jpg"
    exported.write_bytes((desk / "Emma's picture.jpg").read_bytes())
    calling = desk / "calling.lua"
    calling.write_text(
        "local stored\npackage.loaded.darktable = {register_storage = function(a, b, c, d) stored = d end, print = error}\n"
        f'dofile("{plugin}")\nstored(nil, {{one = "{exported}"}})\n'
    )
    done = run("lua", calling, READY=str(desk / "ready"))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(copies(desk / "ready")) == 1
    assert not exported.exists()


def test_nextcloud(desk: Path) -> None:
    one = script(desk, "nextcloud")
    places = {"READY": str(desk / "ready"), "STATE": str(desk / "state")}
    done = run(one, desk / "Emma's picture.jpg", **places)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(copies(desk / "ready")) == 1
    assert run(one, "", **places).returncode == 2


def test_cron(desk: Path) -> None:
    (line,) = block("cron", "cron").splitlines()
    command = line.split(" ", 5)[5]
    assert "%" not in command, "cron reads it as the end of the line"
    (desk / "To prepare").mkdir()
    shutil.copy(desk / "Emma's picture.jpg", desk / "To prepare")
    for _ in range(2):
        done = run("/bin/sh", "-c", command)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert len(copies(desk / "Ready")) == 1


def test_git_refuses_the_original_and_takes_the_copy(desk: Path) -> None:
    site = desk / "site"
    run("git", "init", "-q", site)
    for name, value in (("user.name", "Somebody"), ("user.email", "somebody@site.example")):
        run("git", "-C", site, "config", name, value)
    shutil.copy(script(desk, "git-hook"), site / ".git" / "hooks" / "pre-commit")
    shutil.copy(desk / "Emma's picture.jpg", site / "one.jpg")
    run("git", "-C", site, "add", ".")
    refused = run("git", "-C", site, "commit", "-qm", "original")
    assert refused.returncode == 1
    assert "Not committed" in refused.stderr
    run("paravent", "protect", site / "one.jpg", "-o", desk / "ready", "--quiet")
    (copy,) = copies(desk / "ready")
    shutil.copy(copy, site / "one.jpg")
    run("git", "-C", site, "add", ".")
    taken = run("git", "-C", site, "commit", "-qm", "copy")
    assert (taken.returncode, taken.stderr) == (0, "")
