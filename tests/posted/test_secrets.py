"""What nobody may open is not opened: reads of archives and of folders are traced, and no secret is said or kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from cli_kit import run
from export_kit import FIXTURES, SECRET, facebook_page, picture, write_folder
from paravent.containers import zip as zips
from paravent.stores import reading
from paravent.stores.archive import ArchiveLocation
from paravent.stores.base import read_once
from zip_kit import write_zip

# More than the end of an archive in which its end is looked for.
PADDING = {"zzz/padding": os.urandom(70_000)}
_opened: list[str] = []
_tracing = [False]


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _tracing[0] and event == "open" and isinstance(arguments[0], str | bytes):
        _opened.append(os.fsdecode(arguments[0]))


@contextmanager
def opened_names() -> Iterator[list[str]]:
    """The last parts of the names of all files that this process opens."""
    if _hook not in _HOOKED:
        sys.addaudithook(_hook)
        _HOOKED.append(_hook)
    _opened.clear()
    _tracing[0] = True
    try:
        yield _opened
    finally:
        _tracing[0] = False


_HOOKED: list[object] = []


class Traced:
    """A file that remembers which bytes were read."""

    def __init__(self, file: BinaryIO, reads: list[tuple[int, int]]) -> None:
        self._file, self._reads = file, reads

    def read(self, size: int = -1) -> bytes:
        start = self._file.tell()
        data = self._file.read(size)
        self._reads.append((start, start + len(data)))
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Every stretch of an archive that is read."""
    found: list[tuple[int, int]] = []
    real = reading.opened

    @contextmanager
    def opened(path: Path, limit: int) -> Iterator[BinaryIO]:
        with real(path, limit) as file:
            yield Traced(file, found)  # type: ignore[misc]

    monkeypatch.setattr(reading, "opened", opened)
    return found


def touched(path: Path, stretches: list[tuple[int, int]]) -> set[str]:
    """The members of an archive of which anything was read, what stands before them too."""
    with path.open("rb") as file:
        members = sorted(zips.members(file), key=lambda one: one.start)
    ends = [one.start for one in members[1:]] + [members[-1].start + 30]
    return {
        one.name
        for one, end in zip(members, ends, strict=True)
        if any(start < end and stop > one.start for start, stop in stretches)
    }


def allowed(fixture_files: dict[str, bytes]) -> set[str]:
    """Lists, and what says whose account it is. No picture and no film."""
    return {name for name in fixture_files if not name.endswith((".jpg", ".png", ".mp4"))}


@pytest.mark.parametrize("name", list(FIXTURES))
def test_no_secret_in_an_archive_is_read(
    name: str, apart: Path, reads: list[tuple[int, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    fixture = FIXTURES[name][1]()
    path = write_zip(apart / "export.zip", {**fixture.all(), **PADDING})
    assert run("posted", path, "--mine", "--private", apart / "private") == 0
    found = touched(path, reads)
    assert found - {*PADDING} == allowed(fixture.files)
    assert found.isdisjoint(fixture.secrets)
    said = "".join(capsys.readouterr())
    assert SECRET.decode() not in said
    for kept in (apart / "private").rglob("*"):
        assert kept.is_dir() or SECRET not in kept.read_bytes()


@pytest.mark.parametrize("name", list(FIXTURES))
def test_no_secret_in_a_folder_is_opened(name: str, apart: Path) -> None:
    fixture = FIXTURES[name][1]()
    folder = write_folder(apart / "export", fixture.all())
    with opened_names() as found:
        assert run("posted", folder, "--mine", "--private", apart / "private") == 0
    last = {Path(one).name for one in found}
    assert {Path(one).name for one in allowed(fixture.files)} <= last
    # A name that an open list has too tells nothing: the archives above tell those apart.
    closed = {Path(one).name for one in fixture.secrets} - {Path(one).name for one in allowed(fixture.files)}
    assert closed
    assert last.isdisjoint(closed)
    assert last.isdisjoint(Path(one).name for one in fixture.files if one.endswith((".jpg", ".mp4")))


def test_a_secret_that_is_read_is_noticed(apart: Path, reads: list[tuple[int, int]]) -> None:
    fixture = facebook_page()
    path = write_zip(apart / "export.zip", {**fixture.all(), **PADDING})
    source = ArchiveLocation.named([path]).open()
    name = fixture.secrets[0]
    assert SECRET in read_once(source, source.find(name) or "", 1 << 20).data
    assert name in touched(path, reads)
    folder = write_folder(apart / "folder", {"secret.json": SECRET})
    with opened_names() as found:
        (folder / "secret.json").read_bytes()
    assert "secret.json" in {Path(one).name for one in found}


def test_nothing_is_written_beside_the_private_folder(apart: Path) -> None:
    path = write_zip(apart / "export.zip", {**facebook_page().all(), "a.jpg": picture()})
    before, status = sorted(apart.rglob("*")), path.stat()
    assert run("posted", path, "--mine", "--private", apart / "own" / "private") == 0
    after = [one for one in apart.rglob("*") if not one.is_relative_to(apart / "own")]
    assert sorted(after) == before
    assert (path.stat().st_mtime_ns, path.stat().st_size) == (status.st_mtime_ns, status.st_size)
