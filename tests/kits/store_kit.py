"""The stores that the shared suite goes through: a new one is one line in `OUTPUTS` or `SOURCES`.

Run as a program, it publishes without end what `content` says, for a test to kill it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paravent.errors import Held
from paravent.stores import descent
from paravent.stores.archive import ArchiveLocation
from paravent.stores.base import Output, OutputLocation, SourceLocation
from paravent.stores.files import FilesLocation
from paravent.stores.folder import FolderLocation
from paravent.stores.memory import BytesLocation
from toy_store import Shelf, ToyLocation, serving
from zip_kit import write_zip

MISSING = object()


def _refuse(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, "no hard links here")


# Ways in which a folder publishes: what is different on systems that have less. (object, attribute, value)
WAYS: dict[str, list[tuple[Any, str, Any]]] = {
    "nameless": [],
    "linked": [(os, "O_TMPFILE", MISSING)],
    "renamed": [(os, "O_TMPFILE", MISSING), (os, "link", _refuse)],
    "by-path": [(os, "O_TMPFILE", MISSING), (descent, "_BY_DESCRIPTOR", False)],
}


@contextlib.contextmanager
def way(name: str) -> Iterator[None]:
    """Make this process work as one does on such a system."""
    before = [(owner, attribute, getattr(owner, attribute, MISSING)) for owner, attribute, _ in WAYS[name]]
    try:
        for change in WAYS[name]:
            _set(*change)
        yield
    finally:
        for change in before:
            _set(*change)


def _set(owner: Any, attribute: str, value: Any) -> None:
    if value is not MISSING:
        setattr(owner, attribute, value)
    elif hasattr(owner, attribute):
        delattr(owner, attribute)


@dataclass(frozen=True)
class Place:
    """An output under test. copies: what people would upload, by name. rest: whatever else lies about, as text."""

    location: OutputLocation
    copies: Callable[[], dict[str, bytes]]
    rest: Callable[[], list[str]]

    @contextlib.contextmanager
    def opened(self) -> Iterator[Output]:
        with contextlib.closing(self.location.open()) as output:
            yield output


def _files(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_symlink() or not path.is_dir())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def folder_place(root: Path) -> Place:
    """An output folder in a folder of its own, with empty folders in it and all around it being the rest."""

    def rest() -> list[str]:
        around = [path for path in root.parent.iterdir() if path != root]
        empty = [path for path in root.rglob("*") if path.is_dir() and not any(path.iterdir())]
        return [str(path.relative_to(root.parent)) for path in around + empty]

    return Place(FolderLocation(root), lambda: _files(root), rest)


def toy_place(shelf: Shelf, location: ToyLocation) -> Place:
    """The toy."""
    copies = lambda: {name: found[1] for name in shelf.names() if (found := shelf.get(name))}  # noqa: E731
    return Place(location, copies, shelf.pending)


@contextlib.contextmanager
def _folder(name: str, base: Path) -> Iterator[Place]:
    (base / "around").mkdir(parents=True)
    with way(name):
        yield folder_place(base / "around" / "out")


@contextlib.contextmanager
def _toy(base: Path, room: int = 1 << 40) -> Iterator[Place]:
    shelf = Shelf(room)
    with serving(shelf) as location:
        yield toy_place(shelf, location)


@contextlib.contextmanager
def _small_folder(name: str, base: Path) -> Iterator[Place | None]:
    """On a file system of one megabyte, where mounting is permitted; else None."""
    disk = base / "disk"
    disk.mkdir(parents=True)
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        yield None
        return
    try:
        with _folder(name, disk) as place:
            yield place
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@dataclass(frozen=True)
class OutputMaker:
    """make: a place below an empty folder. small: one with a megabyte of room, None where that cannot be had. way: what a
    process must go through that opens it."""

    make: Callable[[Path], contextlib.AbstractContextManager[Place]]
    small: Callable[[Path], contextlib.AbstractContextManager[Place | None]]
    way: str = "nameless"


def _of_folder(name: str) -> OutputMaker:
    return OutputMaker(lambda base: _folder(name, base), lambda base: _small_folder(name, base), name)


OUTPUTS: dict[str, OutputMaker] = {
    **{f"folder-{name}": _of_folder(name) for name in WAYS},
    "toy": OutputMaker(_toy, lambda base: _toy(base, 1 << 20)),
}


@dataclass(frozen=True)
class Origin:
    """A source under test. change: writes a file anew, None where nobody can."""

    location: SourceLocation
    change: Callable[[str, bytes], None] | None


@contextlib.contextmanager
def _disk(base: Path, files: dict[str, bytes]) -> Iterator[Origin]:
    def write(name: str, data: bytes) -> None:
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    for name, data in files.items():
        write(name, data)
    yield Origin(FilesLocation.named([base]), write)


@contextlib.contextmanager
def _disk_by_path(base: Path, files: dict[str, bytes]) -> Iterator[Origin]:
    with way("by-path"), _disk(base, files) as origin:
        yield origin


@contextlib.contextmanager
def _bytes(base: Path, files: dict[str, bytes]) -> Iterator[Origin]:
    del base
    yield Origin(BytesLocation(files), None)


@contextlib.contextmanager
def _toy_source(base: Path, files: dict[str, bytes]) -> Iterator[Origin]:
    del base
    shelf = Shelf()
    for name, data in files.items():
        shelf.put(name, data)
    with serving(shelf) as location:
        yield Origin(location, shelf.put)


@contextlib.contextmanager
def _archive(base: Path, files: dict[str, bytes]) -> Iterator[Origin]:
    yield Origin(ArchiveLocation.named([write_zip(base / "a.zip", files)]), None)


SourceMaker = Callable[[Path, dict[str, bytes]], contextlib.AbstractContextManager[Origin]]
SOURCES: dict[str, SourceMaker] = {
    "disk": _disk,
    "disk-by-path": _disk_by_path,
    "bytes": _bytes,
    "archive": _archive,
    "toy": _toy_source,
}


def put(output: Output, destination: str, data: bytes = b"copy") -> None:
    """Stage, read back, publish."""
    with output.stage() as staged:
        staged.write(data)
        assert staged.read_back() == data
        output.publish(staged, destination)


def content(name: str) -> bytes:
    """What belongs to a name; two hundred kilobytes."""
    return (name.encode() + b".") * (200_000 // (len(name) + 1))


def publishing_without_end(location: OutputLocation, way_name: str, seed: str) -> subprocess.Popen[bytes]:
    """A process that publishes `content` under names with this seed. It says so when it begins."""
    process = subprocess.Popen(
        [sys.executable, __file__, way_name, seed],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(pickle.dumps(location))
    process.stdin.flush()
    assert process.stdout.read(1) == b"."
    return process


def _main(way_name: str, seed: str) -> None:
    location: OutputLocation = pickle.load(sys.stdin.buffer)
    with way(way_name), contextlib.closing(location.open()) as output:
        sys.stdout.buffer.write(b".")
        sys.stdout.buffer.flush()
        for number in range(1_000_000):
            name = f"folder-{number % 5}/deeper-{number}/{seed}-{number}.jpg"
            with contextlib.suppress(FileExistsError), output.stage() as staged:
                if number % 2:
                    staged.write(content(name))
                else:
                    with staged.writing() as file:
                        for at in range(0, len(content(name)), 50_000):
                            file.write(content(name)[at : at + 50_000])
                if staged.read_back() != content(name):
                    raise Held("cannot-write", reason="read back")
                output.publish(staged, name)


if __name__ == "__main__":
    _main(*sys.argv[1:])
