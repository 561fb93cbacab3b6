"""`paravent verify` from outside: which original a copy is compared with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli_kit import run
from kill_kit import draw

pytestmark = pytest.mark.usefixtures("apart")


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--style", "solid")], ids=["equal copies", "other copies"])
def test_an_original_that_lies_in_two_folders_is_found_in_either(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    """Both folders were prepared, so that equal copies are known under two inputs."""
    (tmp_path / "t1").mkdir()
    draw(tmp_path / "t1", 1)
    shutil.copytree(tmp_path / "t1", tmp_path / "t2")
    (tmp_path / "t2" / "IMG_0000.jpg").rename(tmp_path / "t2" / "Emma.jpg")
    assert run("protect", "t1", "-o", "o1") == 0
    assert run("protect", "t2", "-o", "o2", *options) == 0
    for copies in ("o1", "o2"):
        for originals in ("t1", "t2"):
            capfd.readouterr()
            code = run("verify", copies, "--against", originals)
            said = capfd.readouterr().out
            assert (code, "not found" in said) == (0, False), (copies, originals, said)
            assert "outside the covered places nothing differs" in said


@pytest.mark.slow
def test_an_original_that_was_never_prepared_from_there_is_not_found(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for number, name in enumerate(("in", "other"), 1):
        (tmp_path / name).mkdir()
        draw(tmp_path / name, number)
    (tmp_path / "other" / "IMG_0000.jpg").unlink()
    assert run("protect", "in", "-o", "out") == 0
    capfd.readouterr()
    assert run("verify", "out", "--against", "other") == 3
    assert "its original was not found" in capfd.readouterr().out


@pytest.mark.slow
def test_a_file_that_is_named_is_the_original_whatever_it_is_called(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    draw(tmp_path / "in", 2)
    assert run("protect", "in", "-o", "out") == 0
    (tmp_path / "one").mkdir()
    shutil.copy(tmp_path / "out" / "IMG_0000.jpg", tmp_path / "one" / "posted.jpg")
    files = [tmp_path / "one" / "posted.jpg", *sorted((tmp_path / "in").iterdir())]
    before = [path.stat().st_atime_ns for path in files]
    for private, told in (
        ("private", "outside the covered places nothing differs"),
        ("other", "what was covered is not known"),
    ):
        capfd.readouterr()
        run("verify", "one", "--against", "in/IMG_0000.jpg", "--private", str(tmp_path / private))
        assert told in capfd.readouterr().out
    capfd.readouterr()
    assert run("verify", "one", "--against", "in/IMG_0001.jpg", "--private", str(tmp_path / "private")) == 3
    assert "its original was not found" in capfd.readouterr().out
    assert [path.stat().st_atime_ns for path in files] == before
