"""A format from another package goes everywhere: one module, one registration."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import paravent
import toy_format
from paravent.detect.models import store
from portraits import hopper
from web_kit import serving

WORD = b"Fictional Quokka"
SOURCES = str(Path(paravent.__file__).parents[1])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy, as pip would have installed it."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(toy_format.__file__, folder)
    facts = folder / "paravent_toy-1.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: paravent-toy\nVersion: 1\n")
    (facts / "entry_points.txt").write_text("[paravent.formats]\ntoy = toy_format:OFFER\n")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("toy")
    (folder / "in").mkdir()
    (folder / "in" / "Mia.toy").write_bytes(toy_format.written(np.asarray(hopper()), WORD))
    return folder


def run(site: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([SOURCES, str(site)])}
    command = [sys.executable, "-m", "paravent", *arguments, "--private", "private"]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


def of_mia(told: str) -> dict[str, object]:
    (report,) = [row for row in map(json.loads, told.splitlines()) if row.get("path") == "Mia.toy"]
    return report


@pytest.mark.slow
def test_it_is_scanned(site: Path, folder: Path) -> None:
    done = run(site, folder, "scan", "in", "--json")
    report = of_mia(done.stdout)
    assert (report["status"], report["format"], report["faces"]) == ("scanned", "TOY", 1), done.stderr
    assert {(one["kind"], one["where"]) for one in report["findings"]} >= {("caption", "TOY")}
    assert WORD.decode() not in done.stdout


@pytest.mark.slow
def test_it_is_protected_and_verified(site: Path, folder: Path) -> None:
    done = run(site, folder, "protect", "in", "-o", "out", "--keep-names", "--report", "report.json", "--quiet")
    report = of_mia((folder / "report.json").read_text())
    assert (report["status"], report["output"], report["faces"]) == ("prepared", "Mia.toy", 1), done.stderr
    copy = (folder / "out" / "Mia.toy").read_bytes()
    before, after = (toy_format._pixels(one) for one in ((folder / "in" / "Mia.toy").read_bytes(), copy))
    assert len(copy) == toy_format.HEAD.size + before.size
    assert np.array_equal(before[:5], after[:5])
    assert not np.array_equal(before, after)
    assert run(site, folder, "verify", "out", "--against", "in").returncode == 0
    (folder / "spoiled").mkdir()
    (folder / "spoiled" / "Mia.toy").write_bytes(copy + WORD)
    assert "TOY" in run(site, folder, "verify", "spoiled").stdout


@pytest.mark.slow
def test_it_is_reviewed(site: Path, folder: Path, tmp_path: Path) -> None:
    store.install(print)
    with serving(tmp_path, folder / "in", tmp_path / "out", beside=(site,)) as server:
        assert server.looked()["counts"]["held"] == 0
        assert server.picture(0)["review"]["places"]
        server.accept(0)
        server.settled(0)
        assert [path.suffix for path in (tmp_path / "out").rglob("*.toy")] == [".toy"]


def test_one_that_cannot_be_loaded_ends_the_command(folder: Path, tmp_path: Path) -> None:
    facts = tmp_path / "paravent_broken-1.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: paravent-broken\nVersion: 1\n")
    (facts / "entry_points.txt").write_text("[paravent.formats]\nbroken = no_such_module:OFFER\n")
    done = run(tmp_path, folder, "scan", "in", "--metadata-only")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "broken" in done.stderr
