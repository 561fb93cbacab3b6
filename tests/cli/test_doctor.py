"""`paravent doctor`, as a process: what it says with everything there, without extras, without models."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
from pathlib import Path

import pytest

from paravent.formats import specs
from paravent.model import schema
from paravent.model.diagnosis import Diagnosis
from project import ROOT

# Finds no module of these names, as if they had not been installed.
HIDING = """
import sys
class Without:
    def __init__(self, finder): self.finder = finder
    def __getattr__(self, name): return getattr(self.finder, name)
    def find_spec(self, name, *rest):
        return None if name.split(".")[0] in {hidden!r} else self.finder.find_spec(name, *rest)
sys.meta_path[:] = [Without(one) for one in sys.meta_path]
from paravent.__main__ import main
main()
"""
EXTRAS = {
    "heif": {"pillow_heif"},
    "deep": {"imagecodecs"},
    "video": {"av"},
    "people": {"contourpy"},
    "codes": {"zxingcpp"},
    "logo": {"cv2"},
}


def asked(*arguments: str, hidden: frozenset[str] = frozenset(), **changed: str) -> subprocess.CompletedProcess[str]:
    start = ["-c", HIDING.format(hidden=set(hidden) or {""})] if hidden else ["-m", "paravent"]
    environment = {**os.environ, "LANGUAGE": "en", **changed}
    return subprocess.run(
        [sys.executable, *start, "doctor", *arguments], env=environment, capture_output=True, text=True, check=False
    )


def everything(*folders: Path) -> list[str]:
    return sorted(str(path) for folder in folders for path in folder.rglob("*"))


@pytest.mark.slow
def test_all_is_there_and_nothing_is_left_behind(apart: Path) -> None:
    home = apart / "Emma Example"
    for folder in (home, apart / "tmp"):
        folder.mkdir()
    before = everything(apart)
    moved = {"HOME": str(home), "TMPDIR": str(apart / "tmp"), "PARAVENT_PRIVATE": str(home / "state")}
    done = asked("--json", **moved)
    assert (done.returncode, done.stderr) == (0, "")
    found = schema.read_text(Diagnosis, done.stdout)
    assert (found.works, found.trial, found.memory_limit) == (True, "works", "works")
    assert [lack for lack in found.lacks if lack.code != "jpeg-exact"] == []
    assert [one.name for one in found.formats] == [spec.name for spec in specs()]
    assert all(one.works for one in (*found.formats, *found.detectors))
    assert everything(apart) == before
    assert done.stdout.isascii()
    for private in ("Emma", str(apart), apart.name, *([getpass.getuser()] if getpass.getuser() != "root" else [])):
        assert private not in done.stdout


@pytest.mark.slow
def test_in_the_terminal_the_own_folder_is_not_named(apart: Path) -> None:
    home = apart / "Emma Example"
    home.mkdir()
    done = asked(HOME=str(home), PARAVENT_PRIVATE=str(home / "state"), COLUMNS="60")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert any("~/state" in line.replace(os.sep, "/") for line in lines)
    assert "Emma" not in done.stdout
    assert lines[-1] == "Ordinary pictures can be prepared here."
    assert [line for line in lines if len(line) > 60 and str(apart) not in line] == []  # no path is broken


@pytest.mark.slow
def test_without_extras_it_says_what_mends_each(apart: Path) -> None:
    done = asked("--json", hidden=frozenset().union(*EXTRAS.values()))
    assert done.returncode == 0, done.stderr  # ordinary pictures can be prepared
    found = schema.read_text(Diagnosis, done.stdout)
    lacking = {lack.of: lack.command for lack in found.lacks if lack.code == "library-missing"}
    assert lacking == {extra: f"pip install 'paravent[{extra}]'" for extra in EXTRAS}
    assert [one.name for one in found.detectors if one.works] == ["faces", "text"]
    assert {one.needs for one in found.detectors if not one.works} == {"people", "codes", "logo"}
    assert all(one.state == "missing" for one in found.libraries)


@pytest.mark.slow
def test_it_says_of_formats_what_the_table_in_the_documentation_says(apart: Path) -> None:
    found = schema.read_text(Diagnosis, asked("--json", hidden=frozenset().union(*EXTRAS.values())).stdout)
    rows = [line.strip("| ").split(" | ") for line in (ROOT / "docs" / "formats.md").read_text("utf-8").splitlines()]
    titles = {spec.title or spec.name: spec.name for spec in specs()}
    table = {titles[row[0]]: row[-1] for row in rows if row[0] in titles and len(row) > 5}
    told = {one.name: one for one in found.formats}
    assert len(table) >= 8
    for name, needs in table.items():
        one = told[name]
        above = "" if one.works is False else " above 8 bits"
        assert needs == (f"`[{one.needs}]`{above}" if one.needs else "nothing"), name
        assert one.works == (needs == "nothing" or needs.endswith("bits")), name


@pytest.mark.slow
def test_a_library_that_cannot_be_loaded_is_said_to_be_broken(apart: Path) -> None:
    broken = apart / "broken"
    (broken / "zxingcpp").mkdir(parents=True)
    (broken / "zxingcpp" / "__init__.py").write_text("raise OSError('libGL.so.1: cannot open shared object file')\n")
    done = asked("--json", PYTHONPATH=os.pathsep.join(filter(None, (str(broken), os.environ.get("PYTHONPATH")))))
    assert done.returncode == 0, done.stderr
    (lack,) = (one for one in schema.read_text(Diagnosis, done.stdout).lacks if one.code == "library-broken")
    assert (lack.of, lack.command) == ("codes", "pip install --force-reinstall 'paravent[codes]'")


@pytest.mark.parametrize(("language", "last"), [("en", "Pictures cannot"), ("fr", "Aucune image ne peut")])
def test_without_models_it_ends_with_another_code(apart: Path, language: str, last: str) -> None:
    models = apart / "models"
    models.mkdir()
    done = asked(PARAVENT_MODELS=str(models), LANGUAGE=language)
    assert (done.returncode, done.stderr) == (3, "")
    assert sum(line.endswith(": paravent models install") for line in done.stdout.splitlines()) == 2
    assert done.stdout.splitlines()[-1].startswith(last)
    assert list(models.iterdir()) == []
