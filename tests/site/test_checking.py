"""`paravent site --check`: what of a later copy is still as it was."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

import site_kit
from cli_kit import run
from paravent import api
from paravent.errors import UsageProblem

pytestmark = pytest.mark.usefixtures("apart")


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """A later copy of a website that was prepared; nothing of it was uploaded yet."""
    site = tmp_path / "site"
    exif = Image.Exif()
    exif[0x0110] = "Camera"
    for number in range(3):
        site_kit.save(Image.new("RGB", (64, 48), (90, 140, 60 * number)), site / f"{number}.jpg", exif=exif)
    assert run("site", site, "-o", "ready", "--mine", "--quiet") == 0
    shutil.copytree(site, tmp_path / "later")
    return tmp_path / "later"


def test_what_was_not_uploaded_is_old(tmp_path: Path, later: Path, capfd: pytest.CaptureFixture[str]):
    shutil.copy(tmp_path / "ready/0.jpg", later / "0.jpg")
    (later / "1.jpg").rename(later / "moved.jpg")
    Image.new("RGB", (64, 48)).save(later / "new.jpg")
    capfd.readouterr()
    assert run("site", later, "--check", "--mine", "--manifest", "check.json") == 3
    said = capfd.readouterr().out
    assert "2 files are still as they were before they were prepared: 2.jpg, moved.jpg" in said
    found = json.loads((tmp_path / "check.json").read_text())
    assert (found["schema"], found["old"], found["prepared"], found["unknown"]) == (
        *("paravent-site/1", ["2.jpg", "moved.jpg"]),
        *(1, 1),
    )


def test_what_was_uploaded_is_in_its_place(tmp_path: Path, later: Path, capfd: pytest.CaptureFixture[str]):
    shutil.copytree(tmp_path / "ready", later, dirs_exist_ok=True)
    capfd.readouterr()
    assert run("site", later, "--check", "--mine") == 0
    assert "3 prepared copies are in their place." in capfd.readouterr().out


def test_copies_or_a_check_are_asked_for(later: Path):
    assert run("site", later) == 2
    assert run("site", later, "-o", "ready", "--check") == 2


def test_somebody_says_once_that_it_is_their_own(tmp_path: Path, later: Path):
    with pytest.raises(UsageProblem):
        api.check_site(later, mine=False)
    assert len(api.check_site(later, mine=True).old) == 3
    assert len(api.check_site(later, mine=False).old) == 3
    shutil.copytree(later, tmp_path / "other")
    with pytest.raises(UsageProblem):
        api.prepare_site(tmp_path / "other", tmp_path / "out", mine=False)
