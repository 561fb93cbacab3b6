"""Paravent among the programs of the desktop, and started without a command."""

from __future__ import annotations

import configparser
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import paravent
from paravent.errors import UsageProblem
from paravent.web import desktop


def test_linux_gets_an_entry_of_the_menu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    path = desktop.install("linux", tmp_path)
    assert path == tmp_path / ".local" / "share" / "applications" / "paravent.desktop"
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(path, encoding="utf-8")
    shown = entry["Desktop Entry"]
    assert shlex.split(shown["Exec"]) == [sys.executable, "-P", "-m", "paravent"]
    assert Path(shown["Icon"]).read_text(encoding="utf-8").startswith("<svg")
    assert shown["Terminal"] == "false"


@pytest.mark.parametrize(("platform", "name"), [("darwin", "Paravent.command"), ("win32", "Paravent.cmd")])
def test_others_get_a_file_to_double_click(platform: str, name: str, tmp_path: Path) -> None:
    path = desktop.install(platform, tmp_path)
    assert path.name == name
    assert sys.executable in path.read_text(encoding="utf-8")
    assert os.access(path, os.X_OK)


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "Desktop").write_text("a file")
    with pytest.raises(UsageProblem, match="Desktop"):
        desktop.install("win32", tmp_path)


@pytest.mark.slow
def test_without_a_command_the_page_is_served_until_ctrl_c(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(paravent.__file__).parents[1]), "BROWSER": "true", "LANGUAGE": "en"}
    environment |= {"PARAVENT_PRIVATE": str(tmp_path / "private"), "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "paravent"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stderr is not None
    try:
        said = process.stderr.readline() + process.stderr.readline()
        assert "http://127.0.0.1:" in said
        time.sleep(0.5)
        os.killpg(process.pid, signal.SIGINT)
        _, rest = process.communicate(timeout=120)
        assert process.returncode == 0
        assert "Your decisions are kept" in rest
        assert "Traceback" not in rest
    finally:
        process.kill()
        process.stderr.close()


@pytest.mark.slow
def test_folders_that_overlap_are_refused_before_a_browser_opens(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(paravent.__file__).parents[1]),
        "BROWSER": "false",
        "LANGUAGE": "en",
    }
    (tmp_path / "in").mkdir()
    command = [sys.executable, "-m", "paravent", "review", str(tmp_path / "in"), "-o", str(tmp_path / "in" / "out")]
    done = subprocess.run(
        [*command, "--private", str(tmp_path / "private")], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "choose one outside" in done.stderr


def browser(tmp_path: Path, does: str) -> str:
    """A stand-in for a browser, as BROWSER names it: a Python program that has the link as `link` and a `folder`."""
    program = tmp_path / "browser.py"
    program.write_text(
        f"import pathlib, sys, urllib.request\nlink, folder = sys.argv[1], pathlib.Path({str(tmp_path)!r})\n{does}\n"
    )
    return f"{shlex.quote(sys.executable)} {shlex.quote(str(program))} %s"


def started(tmp_path: Path, opens: str, **changed: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(paravent.__file__).parents[1]), "BROWSER": opens, "LANGUAGE": "en"}
    environment |= {"PARAVENT_PRIVATE": str(tmp_path / "private"), "HOME": str(tmp_path), **changed}
    command = [sys.executable, "-m", "paravent"]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)


def until(true: Callable[[], bool]) -> None:
    for _ in range(300):
        if true():
            return
        time.sleep(0.1)
    pytest.fail("it did not happen within half a minute")


def test_a_second_start_shows_the_page_of_the_first(tmp_path: Path) -> None:
    opens = browser(tmp_path, "(folder / 'links').open('a').write(link + '\\n')")
    links = tmp_path / "links"
    first = started(tmp_path, opens)
    try:
        until(links.exists)
        second = started(tmp_path, opens)
        _, said = second.communicate(timeout=60)
        assert second.returncode == 0
        assert "is open already" in said
        until(lambda: len(links.read_text().split()) == 2)
        one, other = links.read_text().split()
        assert one.partition("#")[0] == other.partition("#")[0], "the same server"
        assert one != other, "a link works once"
        assert not (tmp_path / "private" / "page-wanted").exists()
    finally:
        os.killpg(first.pid, signal.SIGINT)
        first.communicate(timeout=60)
    third = started(tmp_path, opens)  # what is gone is not waited for
    try:
        until(lambda: len(links.read_text().split()) == 3)
        assert links.read_text().split()[2].partition("#")[0] != one.partition("#")[0]
    finally:
        os.killpg(third.pid, signal.SIGINT)
        third.communicate(timeout=60)


def test_an_error_before_the_page_is_there_is_a_page(tmp_path: Path) -> None:
    (tmp_path / "a <b> file").write_bytes(b"")
    fetch = "(folder / 'shown').write_bytes(urllib.request.urlopen(link).read())"
    process = started(tmp_path, browser(tmp_path, fetch), PARAVENT_PRIVATE=str(tmp_path / "a <b> file"))
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    shown = (tmp_path / "shown").read_text("utf-8")
    assert "Paravent could not start" in shown
    assert "cannot keep private state there" in shown
    assert "a &lt;b&gt; file" in shown
    assert "cannot keep private state there" in said, "the terminal is told as well"
