"""Detectors from other packages: the documented example, and everything that is refused."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from paravent.detect import plugins
from paravent.detect.models import store
from paravent.errors import Held, UsageProblem
from project import ROOT

PAGE = ROOT / "docs" / "detectors.md"
SQUARE = [(0, 0), (9, 0), (9, 9)]


def blocks(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return found


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The example of the documentation, as pip would have installed it."""
    site = tmp_path / "site"
    facts = site / "paravent_yellow_plates-1.dist-info"
    facts.mkdir(parents=True)
    (site / "yellow_plates.py").write_text(blocks("python"))
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: paravent-yellow-plates\nVersion: 1\n")
    points = re.search(r'\[project.entry-points."(.*?)"\]\n(.*)', blocks("toml"), re.DOTALL)
    assert points
    (facts / "entry_points.txt").write_text(f"[{points[1]}]\n" + points[2].replace('"', ""))
    return site


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "paravent", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_example_covers_a_yellow_plate(example: Path, tmp_path: Path) -> None:
    store.install(print)
    picture = Image.new("RGB", (640, 480), (90, 110, 120))
    ImageDraw.Draw(picture).rectangle((200, 300, 359, 335), fill=(245, 190, 20))
    folder = tmp_path / "pictures"
    folder.mkdir()
    picture.save(folder / "car.png")
    common = ("protect", str(folder), "--private", str(tmp_path / "private"), "--keep-names")
    plain, covered = tmp_path / "plain", tmp_path / "covered"
    assert run(example, *common, "-o", str(plain)).returncode == 0
    done = run(example, *common, "-o", str(covered), "--detector", "yellow-plates")
    assert done.returncode == 0, done.stderr
    assert "1 number plate" in done.stdout
    before, after = (np.asarray(Image.open(path / "car.png").convert("RGB")).astype(int) for path in (plain, covered))
    assert np.array_equal(before, np.asarray(picture))
    assert (after[305:330, 205:355].max(axis=(0, 1)) - after[305:330, 205:355].min(axis=(0, 1)) == 0).all()
    assert not np.array_equal(after[310, 210], before[310, 210])
    assert np.array_equal(after[:280], before[:280])


def test_the_status_names_it_with_its_licence(example: Path) -> None:
    told = run(example, "models", "status").stdout
    assert "yellow-plates" in told.split("centerface", 1)[1]
    assert "licence: MIT" in told.split("yellow-plates", 1)[1]


class Point:
    def __init__(self, name, made):
        self.name, self.made = name, made

    def load(self):
        return self.made


class Proper:
    version, kinds, licence, longest, again = "1", ("plate",), "MIT", 100, False

    def __init__(self, found=()):
        self.found = found

    def find(self, picture):
        return self.found


def offered(monkeypatch, made):
    points = [Point("theirs", made)]
    monkeypatch.setattr(plugins, "entry_points", lambda group, name="theirs": [one for one in points if one.name == name])


def subclass(**changes):
    return type("Theirs", (Proper,), changes)


@pytest.mark.parametrize(
    ("made", "word"),
    [
        (subclass(kinds=("plate", "smile")), "kinds"),
        (subclass(kinds=()), "kinds"),
        (subclass(kinds="face"), "kinds"),
        (subclass(labels=("a", "b")), "labels"),
        (subclass(embeddings=None), "embeddings"),
        (subclass(attributes={}), "attributes"),
        (subclass(identities=()), "identities"),
        (subclass(version=""), "version"),
        (subclass(licence=None), "licence"),
        (subclass(longest=100_000), "longest"),
        (subclass(longest=True), "longest"),
        (subclass(again=1), "again"),
        (subclass(find=None), "find"),
        (subclass(licence="CC-BY-NC-4.0"), "CC-BY-NC-4.0"),
        (lambda: 1 / 0, "ZeroDivisionError"),
        (None, "TypeError"),
    ],
)
def test_refused_when_loaded(monkeypatch, made, word):
    offered(monkeypatch, made)
    with pytest.raises(UsageProblem, match="theirs.*" + word):
        plugins.factory("theirs")


def test_a_licence_that_is_named_is_accepted_and_no_other(monkeypatch):
    offered(monkeypatch, subclass(licence="CC-BY-NC-4.0"))
    assert plugins.factory("theirs=CC-BY-NC-4.0").name == "theirs"
    with pytest.raises(UsageProblem):
        plugins.factory("theirs=MIT")


def test_one_that_is_not_there(monkeypatch):
    offered(monkeypatch, Proper)
    with pytest.raises(UsageProblem, match="there is no detector 'other'"):
        plugins.factory("other")


class View:
    width, height = 400, 200

    def view(self, longest):
        return np.zeros((50, 100, 3), np.uint8)


@pytest.mark.parametrize(
    "found",
    [
        [("face", SQUARE, 0.5)],
        [("plate", SQUARE, 1.5)],
        [("plate", SQUARE, float("nan"))],
        [("plate", SQUARE[:2], 0.5)],
        [("plate", [(0, 0), (1, float("inf")), (2, 2)], 0.5)],
        [("plate", [(0, 0)] * 10_001, 0.5)],
        [("plate", SQUARE, 0.5, "somebody")],
        [("plate", SQUARE)],
        [{"kind": "plate"}],
        [("plate", SQUARE, 0.5)] * 1001,
        5,
    ],
)
def test_what_it_may_not_say_holds_the_file_back(monkeypatch, found):
    offered(monkeypatch, lambda: Proper(found))
    with pytest.raises(Held) as held:
        plugins.Plugin("theirs").find(View())
    assert held.value.code == "detector"


def test_places_come_in_pixels_of_the_full_picture(monkeypatch):
    offered(monkeypatch, lambda: Proper([("plate", SQUARE, 0.5), ("plate", SQUARE, 0.75)]))
    first, second = plugins.Plugin("theirs").find(View())
    assert (first.score, second.score, first.kind) == (0.75, 0.5, "plate")
    assert first.outline is not None
    assert first.outline.points == ((0.0, 0.0), (36.0, 0.0), (36.0, 36.0))


def test_it_cannot_change_the_picture(monkeypatch):
    def find(self, picture):
        picture[:] = 1
        return ()

    offered(monkeypatch, subclass(find=find))
    with pytest.raises(Held):
        plugins.Plugin("theirs").find(View())
