"""Names, links and things that are no files, through the real command: said, escaped, never followed, never copied."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import paravent
from kill_kit import PATTERN, draw
from paravent.detect.models import store

pytestmark = pytest.mark.skipif(os.name == "nt", reason="names and files that Windows does not have")

SCRIPT = "<img src=x onerror=alert(1)>\x1b[31m.jpg"
BROKEN = os.fsdecode(b"br\xffken.jpg")
NAMES = (SCRIPT, "a\nb.jpg", "gpj.\u202eexe", BROKEN, "-rf.jpg", "'; rm -rf $HOME.jpg", '"&amp;.jpg')


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small picture without a face, full of what must not be said."""
    store.install(print)
    folder = tmp_path_factory.mktemp("drawn")
    draw(folder, 1)
    return (folder / "IMG_0000.jpg").read_bytes()


def command(folder: Path, *arguments: str | bytes) -> subprocess.CompletedProcess[bytes]:
    source = str(Path(paravent.__file__).parents[1])
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([source, os.environ.get("PYTHONPATH", "")]),
        "PARAVENT_MODELS": str(store.folder()),
        "PARAVENT_PRIVATE": str(folder / "private"),
        "LANGUAGE": "en",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        [sys.executable, "-m", "paravent", *arguments],
        env=environment,
        cwd=folder,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    return done


def protect(folder: Path, *options: str) -> dict[str, dict[str, object]]:
    """A run over `in`; file records of its report by path. Nothing in what was said steers a terminal or a browser."""
    done = command(folder, "protect", "in", "-o", "out", "--report", "r.json", "--workers", "1", *options)
    assert done.returncode in (0, 3), done.stderr
    for said in (done.stdout, done.stderr, (folder / "r.json").read_bytes()):
        assert not {sign for sign in said.decode("utf-8") if not sign.isprintable() and sign != "\n"}
        assert PATTERN not in said
    records = [json.loads(line) for line in (folder / "r.json").read_text(encoding="utf-8").splitlines()]
    return {str(record["path"]): record for record in records if record["record"] == "file"}


def copies(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder / "out")) for path in (folder / "out").rglob("*") if not path.is_dir())


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)


@pytest.mark.slow
def test_names_are_said_and_do_nothing(tmp_path: Path, picture: bytes) -> None:
    (tmp_path / "in").mkdir()
    made = 0
    for name in NAMES:
        with contextlib.suppress(OSError):  # some file systems take no bytes that are not UTF-8
            (tmp_path / "in" / name).write_bytes(picture)
            made += 1
    (tmp_path / "in" / f"held {SCRIPT}").write_bytes(b"%PDF-1.7 " + bytes(60))
    files = protect(tmp_path)
    assert sorted(file["status"] for file in files.values()) == ["held-back", *["prepared"] * made]
    assert len(copies(tmp_path)) == made >= len(NAMES) - 1
    assert all(copy.startswith("photo-") for copy in copies(tmp_path))
    for arguments in (
        ["protect", "in", "-o", "other", "--report", "p.html", "--keep-names"],
        ["scan", "in", "--metadata-only", "--html", "s.html"],
        ["verify", "in"],
        ["names"],
    ):
        said = command(tmp_path, *arguments).stdout.decode("utf-8")
        assert not {sign for sign in said if not sign.isprintable() and sign != "\n"}
    for page in ("p.html", "s.html"):
        text = (tmp_path / page).read_text(encoding="utf-8")
        assert "onerror=alert(1)" in text
        assert not _Tags(text).found & {"img", "script"}
        assert not {sign for sign in text if not sign.isprintable() and sign != "\n"}
    for kept in (tmp_path / "other").iterdir():
        assert kept.name.isprintable()
        assert not set(kept.name) & set("<>")


@pytest.mark.slow
def test_links_and_devices_are_held_back_and_never_followed(tmp_path: Path, picture: bytes) -> None:
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "in"
    elsewhere.mkdir()
    folder.mkdir()
    (elsewhere / "secret.jpg").write_bytes(picture)
    (folder / "IMG_0001.jpg").write_bytes(picture)
    (folder / "link.jpg").symlink_to(elsewhere / "secret.jpg")
    (folder / "broken.jpg").symlink_to("nowhere.jpg")
    (folder / "itself.jpg").symlink_to("itself.jpg")
    (folder / "round").symlink_to(folder)
    (folder / "up").symlink_to("..")
    (folder / "out").symlink_to(elsewhere)
    (folder / "null.jpg").symlink_to("/dev/null")
    os.mkfifo(folder / "pipe.jpg")
    expected = ["broken.jpg", "itself.jpg", "link.jpg", "null.jpg", "out", "pipe.jpg", "round", "up"]
    with contextlib.suppress(OSError):  # needs rights that few have
        os.mknod(folder / "zero.jpg", 0o20644, os.makedev(1, 5))
        expected.append("zero.jpg")
    here = Path.cwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("socket.jpg")
    finally:
        os.chdir(here)
    files = protect(tmp_path)
    assert {path for path, file in files.items() if file["hold"] == "not-a-file"} == {*expected, "socket.jpg"}
    assert copies(tmp_path) == ["IMG_0001.jpg"]
    for named in ("in/link.jpg", "in/pipe.jpg", "/dev/zero"):
        assert command(tmp_path, "protect", named, "-o", "alone").returncode == 3
    assert list((tmp_path / "alone").iterdir()) == []


@pytest.mark.slow
def test_names_that_meet_get_a_copy_each(tmp_path: Path, picture: bytes) -> None:
    folder = tmp_path / "in"
    for name in ("IMG_0001.jpg", "IMG_0001.jpeg", "IMG_0001.png", "img_0001.JPG", "one/IMG_0001.jpg", "One/IMG_0001.jpg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(picture)
    count = sum(path.is_file() for path in folder.rglob("*"))  # fewer where case does not count
    for options in ((), ("--keep-names",)):
        files = protect(tmp_path, *options, "--private", f"private{len(options)}")
        assert {file["status"] for file in files.values()} == {"prepared"}
        assert len({str(file["output"]).lower() for file in files.values()}) == len(copies(tmp_path)) == count
        assert all((tmp_path / "out" / str(file["output"])).is_file() for file in files.values())
        for path in sorted((tmp_path / "out").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()


@pytest.mark.slow
def test_an_output_folder_that_leads_elsewhere_is_not_entered(tmp_path: Path, picture: bytes) -> None:
    (tmp_path / "in" / "DCIM").mkdir(parents=True)
    (tmp_path / "in" / "DCIM" / "IMG_0001.jpg").write_bytes(picture)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "DCIM").symlink_to(tmp_path / "elsewhere")
    (file,) = protect(tmp_path).values()
    assert file["status"] == "held-back"
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.slow
def test_what_lies_beside_a_picture_is_left_out_with_a_reason(tmp_path: Path, picture: bytes) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "IMG_0001.jpg").write_bytes(picture)
    beside = {
        "IMG_0001.xmp": "sidecar",
        "IMG_0001.jpg.xmp": "sidecar",
        "IMG_0001.AAE": "sidecar",
        "IMG_0001.json": "sidecar",
        "IMG_0001.jpg.supplemental-metadata.json": "sidecar",
        "IMG_0001.MOV": "companion-film",
        ".DS_Store": "system-file",
    }
    for name in beside:
        (tmp_path / "in" / name).write_bytes(b"Emma")
    files = protect(tmp_path)
    assert {path: file["hold"] for path, file in files.items() if file["status"] == "left-out"} == beside
    assert copies(tmp_path) == ["IMG_0001.jpg"]
    assert b"do not post it" in command(tmp_path, "protect", "in", "-o", "out").stdout


@pytest.mark.slow
def test_marks_and_copyright_line(tmp_path: Path, picture: bytes) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "IMG_0001.jpg").write_bytes(picture)
    for wrong in ("x" * 201, "a\nb", "\x1b[31m"):
        done = command(tmp_path, "protect", "in", "-o", "out", "--credit", wrong)
        assert (done.returncode, (tmp_path / "out").exists()) == (2, False)
        assert done.stderr.count(b"\n") == 1
    assert command(tmp_path, "protect", "in", "-o", "out", "--ask-no-ai", "--credit", "© Club <x>").returncode == 0
    data = (tmp_path / "out" / "IMG_0001.jpg").read_bytes()
    assert b"DMI-PROHIBITED" in data
    assert "© Club &lt;x&gt;".encode() in data
    assert data.count(b"xpacket") == 2
    assert PATTERN not in data
    said = command(tmp_path, "verify", "out", "--against", "in")
    assert said.returncode == 0
    assert b"it carries a copyright line" in said.stdout
