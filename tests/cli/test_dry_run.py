"""`protect --dry-run`: says what would happen, and nothing on disk is another afterwards."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from cli_kit import run

pytestmark = pytest.mark.usefixtures("apart")
Known = dict[str, tuple[int, int, int, bytes]]


def everything(folder: Path) -> Known:
    """Each file and folder with its kind, its times of change (its times of reading are the system's), and its bytes."""
    found: Known = {}
    for path in sorted((folder, *folder.rglob("*"))):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found[str(path)] = (status.st_mode, status.st_mtime_ns, status.st_ctime_ns, content)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for number in (1, 2, 3):
        Image.new("RGB", (64, 48), (90, 140, 20 * number)).save(tmp_path / "in" / f"IMG_000{number}.jpg")
    (tmp_path / "in" / "list.txt").write_text("Emma")
    (tmp_path / "in" / "scan.pdf").write_bytes(b"%PDF-1.7")
    return tmp_path


def forecast(folder: Path, capfd: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, str], list[str]]:
    """Exit code, what was said of each file, and the lines at the end; nothing on disk changed meanwhile."""
    capfd.readouterr()
    before = everything(folder)
    code = run("protect", "in", "-o", "out", "--dry-run", *options)
    assert everything(folder) == before
    said, complaint = capfd.readouterr()
    assert complaint == ""
    rows = said.splitlines()
    told = dict(row.split(": ", 1) for row in rows if (folder / "in" / row.split(": ")[0]).exists())
    return code, told, rows[len(told) :]


def test_before_anything_was_prepared(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, told, rows = forecast(folder, capfd)
    assert code == 3
    assert [told[f"IMG_000{number}.jpg"] for number in (1, 2, 3)] == ["would be prepared"] * 3
    assert told["list.txt"].startswith("would be left out: neither a picture nor a film")
    assert told["scan.pdf"].startswith("would be held back: PDF")
    assert rows[:3] == ["3 files would be prepared.", "1 file would be held back.", "1 file would be left out."]
    assert not (folder / "out").exists()
    assert not (folder / "private").exists()


@pytest.mark.slow
def test_it_foretells_what_happens_then(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("protect", "in/IMG_0001.jpg", "in/IMG_0002.jpg", "-o", "out") == 0
    Image.new("RGB", (64, 48), (1, 2, 3)).save(folder / "in" / "IMG_0002.jpg")
    _, told, rows = forecast(folder, capfd)
    assert told["IMG_0001.jpg"] == "its copy is there already"
    assert told["IMG_0002.jpg"] == told["IMG_0003.jpg"] == "would be prepared"
    assert rows[:2] == ["2 files would be prepared.", "1 copy was there already."]
    assert forecast(folder, capfd, "--style", "solid")[1]["IMG_0001.jpg"] == "would be prepared"
    assert forecast(folder, capfd, "--force")[1]["IMG_0001.jpg"] == "would be prepared"
    assert run("protect", "in", "-o", "out") == 3
    assert "2 copies prepared.\n1 copy was there already.\n" in capfd.readouterr().out
    (folder / "out" / "IMG_0003.jpg").unlink()
    _, told, _ = forecast(folder, capfd)
    assert [told[f"IMG_000{number}.jpg"] for number in (1, 2)] == ["its copy is there already"] * 2
    assert told["IMG_0003.jpg"] == "would be prepared"


def test_a_log_that_a_killed_run_left_is_read_and_stays(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What a run knew that never closed its ledger counts."""
    import sqlite3  # noqa: PLC0415

    assert run("protect", "in/IMG_0001.jpg", "-o", "out") == 0
    database = sqlite3.connect(folder / "private" / "ledger.sqlite")
    database.execute("PRAGMA journal_mode = WAL").fetchall()
    database.execute("UPDATE copies SET recipe = 'another'")
    database.commit()
    assert (folder / "private" / "ledger.sqlite-wal").stat().st_size
    capfd.readouterr()
    assert run("protect", "in", "-o", "out", "--dry-run") == 3
    assert "IMG_0001.jpg: would be prepared" in capfd.readouterr().out
    database.close()


@pytest.mark.parametrize(
    "arguments",
    [("-o", "in/out"), ("-o", "out", "--private", "out/private"), ("-o", "out", "--report", "r.html"), ("-o", "private")],
)
def test_what_could_not_be_done_is_refused(
    folder: Path, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    before = everything(folder)
    assert run("protect", "in", *arguments, "--dry-run") == 2
    assert everything(folder) == before


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_it_works_where_nothing_can_be_written(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("protect", "in/IMG_0001.jpg", "-o", "out") == 0
    for path in (folder / "private", folder / "out", folder):
        path.chmod(0o500)
    try:
        _, told, _ = forecast(folder, capfd)
    finally:
        for path in (folder, folder / "private", folder / "out"):
            path.chmod(0o700)
    assert told["IMG_0001.jpg"] == "its copy is there already"
