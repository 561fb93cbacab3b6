"""Paravent among the programs of the desktop, and started without a command."""

from __future__ import annotations

import configparser
import os
import shlex
import signal
import subprocess
import sys
import time
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
