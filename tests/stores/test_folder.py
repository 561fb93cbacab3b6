"""Publication: complete, in one step, never over a file, never outside the output folder."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import folder_kit as publishing
from paravent.errors import Held, OutputProblem
from paravent.stores import descent, folder

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX file system calls")


@pytest.fixture(params=["nameless", "linked", "renamed"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each way of publishing: O_TMPFILE; a staging folder with hard links; one on a file system without hard links."""
    if request.param == "nameless" and not sys.platform.startswith("linux"):
        pytest.skip("O_TMPFILE exists on Linux only")
    if request.param != "nameless":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    if request.param == "renamed":

        def refuse(*_: object, **__: object) -> None:
            raise OSError(errno.EPERM, "no hard links here")

        monkeypatch.setattr(os, "link", refuse)
    return str(request.param)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def put(out: Path, destination: str, data: bytes = b"copy") -> None:
    with publishing.stage(out) as staged:
        staged.write(data)
        assert staged.read_back() == data
        publishing.publish(staged, destination)


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_file_appears_complete_and_alone(way: str, out: Path) -> None:
    put(out, "a/b/c.jpg", b"x" * 3_000_001)
    assert everything(out) == ["a", "a/b", "a/b/c.jpg"]
    assert (out / "a/b/c.jpg").read_bytes() == b"x" * 3_000_001
    publishing.empty_staging(out)
    assert everything(out.parent) == ["out", "out/a", "out/a/b", "out/a/b/c.jpg"]


def test_nothing_is_in_the_output_before_publication(way: str, out: Path) -> None:
    with publishing.stage(out) as staged:
        staged.write(b"secret")
        assert everything(out) == []
    publishing.empty_staging(out)
    assert everything(out.parent) == ["out"]


def test_a_file_that_is_there_is_never_replaced(way: str, out: Path) -> None:
    (out / "there.jpg").write_bytes(b"not ours")
    (out / "broken.jpg").symlink_to("nowhere")
    for name in ("there.jpg", "broken.jpg"):
        with pytest.raises(FileExistsError):
            put(out, name)
    assert (out / "there.jpg").read_bytes() == b"not ours"
    assert (out / "broken.jpg").readlink() == Path("nowhere")


def test_one_of_many_at_once_wins(way: str, out: Path) -> None:
    lost: list[int] = []

    def attempt(number: int) -> None:
        try:
            put(out, "new/same.jpg", bytes([number]) * 100_000)
        except FileExistsError:
            lost.append(number)

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lost) == 7
    winner = (set(range(8)) - set(lost)).pop()
    assert (out / "new/same.jpg").read_bytes() == bytes([winner]) * 100_000


@posix
def test_folders_that_are_links_are_not_followed(way: str, out: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (out / "link").symlink_to(elsewhere)
    with pytest.raises(Held) as caught:
        put(out, "link/picture.jpg")
    assert caught.value.code == "cannot-write"
    with pytest.raises(Held):
        put(out, "link/deeper/picture.jpg")
    assert everything(elsewhere) == []


@pytest.mark.parametrize("name", ["../up.jpg", "a/../../up.jpg", "/abs.jpg", "", "a\0b"])
def test_names_that_lead_out_are_refused(out: Path, name: str) -> None:
    with pytest.raises(Held):
        put(out, name)
    assert everything(out.parent) == ["out"]


@posix
def test_ordinary_permissions(way: str, out: Path) -> None:
    before = os.umask(0o027)
    try:
        put(out, "p.jpg")
    finally:
        os.umask(before)
    assert stat.S_IMODE((out / "p.jpg").stat().st_mode) == 0o640


def test_the_time_is_that_of_writing(way: str, out: Path) -> None:
    put(out, "p.jpg")
    assert abs((out / "p.jpg").stat().st_mtime - time.time()) < 60


def test_failed_publication_leaves_no_folder(way: str, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(Held) as caught:
        put(out, "a/b/c.jpg")
    assert caught.value.code == "no-space"
    assert everything(out) == []


def test_where_neither_link_nor_rename_works(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no")

    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(descent.Folder, "rename_from", refuse)
    with pytest.raises(OutputProblem) as caught:
        put(out, "a.jpg")
    assert "\n" not in str(caught.value)
    assert everything(out) == []


def test_staging_of_others_in_use_stays(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    staging = folder.staging_folder(out)
    staging.mkdir(mode=0o700)
    (staging / "left by a kill").write_bytes(b"original")
    with publishing.stage(out) as staged:
        staged.write(b"copy")
        publishing.empty_staging(out)
        assert len(list(staging.iterdir())) == 1
        assert staged.read_back() == b"copy"
        publishing.publish(staged, "ours.jpg")
    publishing.empty_staging(out)
    assert not staging.exists()
    assert (out / "ours.jpg").read_bytes() == b"copy"


@posix
def test_the_staging_folder_is_private(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    with publishing.stage(out):
        assert stat.S_IMODE(folder.staging_folder(out).stat().st_mode) == 0o700


def test_existing_and_withdraw(out: Path) -> None:
    put(out, "a/b.jpg", b"12345")
    assert publishing.existing(out, "a/b.jpg", 5) == b"12345"
    assert publishing.existing(out, "a/b.jpg", 4) is None
    assert publishing.existing(out, "a", 100) is None
    assert publishing.existing(out, "none/b.jpg", 100) is None
    publishing.withdraw(out, "a/b.jpg")
    publishing.withdraw(out, "a/b.jpg")
    assert everything(out) == ["a"]


@posix
def test_existing_follows_no_link_and_waits_for_no_pipe(out: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_bytes(b"outside")
    (out / "link").symlink_to(tmp_path / "outside")
    os.mkfifo(out / "pipe")
    assert publishing.existing(out, "link", 100) is None
    assert publishing.existing(out, "pipe", 100) is None


@posix
def test_a_file_that_grows_too_large_is_held_back(way: str, out: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, limits[1]))
    try:
        with pytest.raises(Held) as caught:
            put(out, "a/large.jpg", b"x" * (1 << 17))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.code == "cannot-write"
    assert everything(out) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> object:
    """A file system of one megabyte, where mounting is permitted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small disk is not permitted here; RLIMIT_FSIZE stands in for it")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@posix
def test_a_full_disk(way: str, small_disk: Path) -> None:
    out = small_disk / "out"
    out.mkdir()
    put(out, "first.jpg", b"x" * 300_000)
    with pytest.raises(Held) as caught:
        put(out, "a/second.jpg", os.urandom(900_000))
    assert caught.value.code == "no-space"
    publishing.empty_staging(out)
    assert everything(small_disk) == ["out", "out/first.jpg"]
