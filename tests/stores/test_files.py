"""Finding files: stable, once each, nothing opened that is no file, nothing left out in silence."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from paravent.errors import Held, UsageProblem
from paravent.stores.base import refuse_overlap
from paravent.stores.files import FilesLocation
from paravent.stores.folder import FolderLocation
from paravent.stores.listing import Item, What


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def walk(paths: Sequence[Path], own: Sequence[Path] = ()) -> Iterator[Item]:
    with closing(FilesLocation.named(paths, own).open()) as source:
        yield from source.walk()


def found(*paths: Path) -> list[tuple[str, str]]:
    return [(item.relative, item.what.value) for item in walk(paths)]


def test_a_folder_is_walked_in_order(tmp_path: Path) -> None:
    make(tmp_path, "b.jpg", "a/z.png", "a/c/x.txt", ".hidden.jpg", "C.jpg", ".folder/y.jpg")
    names = ["C.jpg", "a/c/x.txt", "a/z.png", "b.jpg"]
    assert found(tmp_path) == [(".folder", "hidden"), (".hidden.jpg", "hidden"), *((name, "file") for name in names)]


@pytest.mark.parametrize(
    "name", [".thumbnails", ".Trash-1000", "@eaDir", "#recycle", ".trashed-1-a.jpg", ".a.jpg", ".Spotlight-V100"]
)
def test_what_is_hidden_is_prepared_only_if_named(tmp_path: Path, name: str) -> None:
    inner = name if name.endswith(".jpg") else f"{name}/a.jpg"
    make(tmp_path, inner)
    assert found(tmp_path) == [(name, "hidden")]
    assert found(tmp_path / name) == [(Path(inner).name, "file")]


@pytest.mark.parametrize("name", ["$RECYCLE.BIN", "System Volume Information", "lost+found", "__MACOSX"])
def test_what_systems_keep_on_each_disk_is_not_entered(tmp_path: Path, name: str) -> None:
    make(tmp_path, f"{name}/a.jpg", f"{name}/._a.jpg", "b.jpg")
    assert sorted(found(tmp_path)) == sorted([(name, "hidden"), ("b.jpg", "file")])


def test_what_the_run_itself_keeps_is_no_input(tmp_path: Path) -> None:
    make(tmp_path, "a.jpg", "report.html", "private/ledger.sqlite", "sub/report.html")
    own = (tmp_path / "report.html", tmp_path / "private")
    assert [one.relative for one in walk([tmp_path], own)] == ["a.jpg", "sub/report.html"]


def test_the_same_file_is_done_once(tmp_path: Path) -> None:
    make(tmp_path, "in/a.jpg", "in/b.jpg")
    inside = tmp_path / "in"
    assert found(inside, inside / "a.jpg", inside / "." / "b.jpg", inside) == [("a.jpg", "file"), ("b.jpg", "file")]
    assert found(inside / "a.jpg", inside / ".." / "in" / "a.jpg") == [("a.jpg", "file")]


def test_several_folders_keep_their_names(tmp_path: Path) -> None:
    make(tmp_path, "one/a.jpg", "two/a.jpg", "c.jpg")
    assert found(tmp_path / "two", tmp_path / "c.jpg", tmp_path / "one") == [
        ("two/a.jpg", "file"),
        ("c.jpg", "file"),
        ("one/a.jpg", "file"),
    ]


@pytest.mark.skipif(os.name == "nt", reason="POSIX special files")
def test_what_is_no_file_is_said_and_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "elsewhere/secret.jpg", "in/a.jpg")
    folder = tmp_path / "in"
    (folder / "link.jpg").symlink_to(tmp_path / "elsewhere" / "secret.jpg")
    (folder / "loop").symlink_to(folder)
    (folder / "broken").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.jpg")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        names = ["broken", "link.jpg", "loop", "pipe.jpg", "socket"]
        assert found(folder) == [("a.jpg", "file"), *((name, "special") for name in names)]
    assert found(folder / "link.jpg", folder / "pipe.jpg") == [("link.jpg", "special"), ("pipe.jpg", "special")]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        (".DS_Store", What.SYSTEM),
        ("Thumbs.db", What.SYSTEM),
        ("desktop.ini", What.SYSTEM),
        ("._a.jpg", What.SYSTEM),
        ("ehthumbs.db", What.SYSTEM),
        pytest.param("Icon\r", What.SYSTEM, marks=pytest.mark.skipif(os.name == "nt", reason="no such name")),
        ("a.xmp", What.SIDECAR),
        ("IMG_1.AAE", What.SIDECAR),
        ("a.json", What.SIDECAR),
        ("A.JPG.json", What.SIDECAR),
        ("other.json", What.FILE),
        ("notes.txt", What.FILE),
        ("A.JPG.supplemental-metadata.json", What.SIDECAR),
        ("A.JPG.xmp", What.SIDECAR),
        ("a.pp3", What.SIDECAR),
        ("a.mov", What.COMPANION),
        ("other.mov", What.FILE),
        ("a.mp4", What.FILE),
        ("a.mov.json", What.SIDECAR),
    ],
)
def test_what_is_left_out_has_a_reason(tmp_path: Path, name: str, what: What) -> None:
    make(tmp_path, "A.JPG", name)
    assert (name, what.value) in found(tmp_path)


def test_the_video_of_a_live_photo_is_one_if_it_is_named(tmp_path: Path) -> None:
    make(tmp_path, "A.JPG", "a.mov")
    assert ("a.mov", What.COMPANION.value) in found(tmp_path)
    assert found(tmp_path / "a.mov") == [("a.mov", "file")]


def test_a_sidecar_named_by_itself_is_one_too(tmp_path: Path) -> None:
    make(tmp_path, "a.xmp", "a.json")
    assert found(tmp_path / "a.xmp", tmp_path / "a.json") == [("a.xmp", "sidecar"), ("a.json", "file")]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_read(tmp_path: Path) -> None:
    make(tmp_path, "locked/a.jpg", "z.jpg")
    (tmp_path / "locked").chmod(0)
    try:
        assert found(tmp_path) == [("locked", "unreadable"), ("z.jpg", "file")]
    finally:
        (tmp_path / "locked").chmod(0o700)


def test_a_folder_that_vanishes_is_said(tmp_path: Path) -> None:
    make(tmp_path, "a/x.jpg", "b/y.jpg")
    rest = walk([tmp_path])
    assert next(rest).relative == "a/x.jpg"
    (tmp_path / "b" / "y.jpg").unlink()
    (tmp_path / "b").rmdir()
    assert [(item.relative, item.what) for item in rest] == [("b", What.UNREADABLE)]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="POSIX descriptors of folders")
def test_very_deep_folders(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1100):
        os.mkdir("d", dir_fd=descriptor)
        inner = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(os.open("deep.jpg", os.O_CREAT, dir_fd=descriptor))
    os.close(descriptor)
    try:
        assert found(tmp_path)[0][0].endswith("d/deep.jpg")
    finally:  # shutil.rmtree, which pytest tidies up with, cannot
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)


@pytest.mark.parametrize("paths", [[], ["missing.jpg"]])
def test_nothing_named_or_not_there(tmp_path: Path, paths: list[str]) -> None:
    with pytest.raises(UsageProblem):
        FilesLocation.named([tmp_path / path for path in paths])


@pytest.mark.parametrize(
    ("named", "output", "refused"),
    [
        ("in", "in", True),
        ("in", "in/out", True),
        ("in", "link/out", True),
        ("in/a.jpg", "in", True),
        ("in", ".", True),
        ("in/a.jpg", "in/out", False),
        ("in", "in-ready", False),
        ("in", "new/deep/out", False),
    ],
)
def test_input_and_output_lie_apart(tmp_path: Path, named: str, output: str, refused: bool) -> None:
    make(tmp_path, "in/a.jpg")
    (tmp_path / "link").symlink_to(tmp_path / "in")
    source = FilesLocation.named([tmp_path / named])
    if refused:
        with pytest.raises(UsageProblem):
            refuse_overlap(source, FolderLocation(tmp_path / output))
    else:
        refuse_overlap(source, FolderLocation(tmp_path / output))


def test_names_of_several_folders_and_of_a_file_are_found(tmp_path: Path) -> None:
    for name in ("one/a.jpg", "two/a.jpg", "beside/b.jpg", "beside/c.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    named = [tmp_path / "one", tmp_path / "two", tmp_path / "beside" / "b.jpg"]
    with closing(FilesLocation.named(named).open()) as source:
        for item in source.walk():
            assert source.find(item.relative) == item.identity
        assert [source.find(name) for name in ("a.jpg", "one", "one/", "c.jpg", "beside/b.jpg")] == [None] * 5
        # What lies beside a file that was named by itself is none of the source's.
        assert source.mark(str(tmp_path / "beside" / "c.jpg")) is None
        with pytest.raises(Held), source.opened(str(tmp_path / "beside" / "c.jpg"), 9):
            pass
