"""The source that is what a person named: files and folders on disk.

Each named folder, and the folder of each named file, is held by a descriptor from the start where the system can do that;
what is below is reached from there without following a link.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath

from paravent.errors import Held, UsageProblem
from paravent.formats import HEAD
from paravent.i18n.texts import _
from paravent.stores import reading
from paravent.stores.base import Mark, Original, Traces
from paravent.stores.descent import Identity, Root, other_folder
from paravent.stores.listing import Item, What, by_name, sorted_out, walked

_HELD_OPEN = 64  # descriptors of roots; of further ones, each is compared when it is entered
_LONGEST_PATH = 4096  # bytes; folders nested deeper have no path that other programs could open
# Access rules and labels that the system itself gives to every file.
_OF_THE_SYSTEM = ("security.", "system.")

Pins = tuple[tuple[str, Identity], ...]


@dataclass(frozen=True, slots=True)
class FilesLocation:
    """Files and folders. on_disk: see `named`. own: absolute paths of what the run itself keeps there, passed over. pins:
    which folders they must be in, where a run has begun."""

    on_disk: tuple[Path, ...]
    own: tuple[Path, ...] = ()
    pins: Pins = ()

    @classmethod
    def named(cls, paths: Sequence[Path], own: Sequence[Path] = ()) -> FilesLocation:
        """What was named, absolute, each once, but what lies inside another named folder. Raises UsageProblem."""
        return cls(tuple(inputs(paths)), tuple(own))

    def open(self) -> FilesSource:
        """Raises UsageProblem if a folder is no longer the one it was."""
        return FilesSource(self)


class FilesSource:
    """Opened files and folders; see `base.Source`. An item's identity is its absolute path."""

    def __init__(self, location: FilesLocation) -> None:
        self._named = location.on_disk
        self._own = frozenset(map(str, location.own))
        self._folders = {str(path) for path in self._named if path.is_dir()}
        self._several = len(self._folders) > 1
        pins = dict(location.pins)
        folders = dict.fromkeys(path if path.is_dir() else path.parent for path in self._named)
        self._roots = {
            str(folder): _root(folder, pins.get(str(folder)), hold=number < _HELD_OPEN)
            for number, folder in enumerate(folders)
        }

    @property
    def location(self) -> FilesLocation:
        """These very folders."""
        pins = tuple((path, root.identity) for path, root in self._roots.items())
        return FilesLocation(self._named, tuple(map(Path, sorted(self._own))), pins)

    def walk(self) -> Iterator[Item]:
        """Everything below the named paths, folder by folder, sorted by name; see `base.Source`.

        Holds the names in the folders on the way, not in the whole tree. No link below a named folder is followed, no
        hidden folder entered unless it is named itself.
        """
        for path in self._named:
            root = self._roots.get(str(path))
            if root is not None:
                top = PurePath(path.name) if self._several else PurePath()
                yield from walked(tuple[str, ...](), partial(self._content, root, top))
            else:
                yield self._named_file(path)

    @contextlib.contextmanager
    def opened(self, identity: str, limit: int) -> Iterator[Original]:
        """See `base.Source`."""
        with reading.opened_by(partial(self._open, identity), limit) as file:
            status = os.fstat(file.fileno())
            yield Original(file, Mark(status.st_size, status.st_mtime_ns), _traces(file.fileno(), status))

    def head(self, identity: str, size: int = HEAD) -> bytes:
        """See `base.Source`."""
        return reading.read_head_by(partial(self._open, identity), size)

    def mark(self, identity: str) -> Mark | None:
        """See `base.Source`."""
        try:
            root, parents, name = self._reach(identity)
            with root.descend(parents) as folder:
                status = folder.status(name)
        except OSError:
            return None
        return Mark(status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None

    def find(self, relative: str) -> str | None:
        """See `base.Source`."""
        for path in self._named:
            if str(path) not in self._folders:
                candidate = path if path.name == relative else None
            elif not self._several:
                candidate = path / relative
            else:
                top, _, inner = relative.partition("/")
                candidate = path / inner if top == path.name and inner else None
            if candidate is not None and self.mark(str(candidate)) is not None:
                return str(candidate)
        return None

    def gone(self, identity: str) -> bool:
        """See `base.Source`. Whatever lies on this disk is known, not only what was named."""
        return Path(identity).is_absolute() and not os.path.lexists(identity)

    def close(self) -> None:
        """See `base.Source`."""
        for root in self._roots.values():
            root.close()

    def _open(self, identity: str, flags: int) -> int:
        root, parents, name = self._reach(identity)
        with root.descend(parents) as folder:
            descriptor = folder.open(name, flags)
            if folder.descriptor is None:
                try:
                    root.check()  # anew: it may have been exchanged between the last look and opening
                except OSError:
                    os.close(descriptor)
                    raise
            return descriptor

    def _reach(self, identity: str) -> tuple[Root, tuple[str, ...], str]:
        """The root that an item lies under, the folders on the way, its name. Raises OSError."""
        path = Path(identity)
        for parent in path.parents:
            root = self._roots.get(str(parent))
            if root and (str(parent) in self._folders or path in self._named):
                *parents, name = path.relative_to(parent).parts
                return root, tuple(parents), name
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), identity)

    def _named_file(self, path: Path) -> Item:
        try:
            with self._roots[str(path.parent)].descend() as folder:
                ordinary = stat.S_ISREG(folder.status(path.name).st_mode)
        except OSError as error:
            return Item(str(path), path.name, What.UNREADABLE, reading.reason(error))
        return Item(str(path), path.name, by_name(path.name) if ordinary else What.SPECIAL)

    def _content(self, root: Root, top: PurePath, parents: tuple[str, ...]) -> Iterator[Item | tuple[str, ...]]:
        """What lies in one folder; folders in it as their names from the root on."""
        path, relative = root.path.joinpath(*parents), top.joinpath(*parents)
        try:
            if len(os.fsencode(path)) >= _LONGEST_PATH:
                raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
            with root.descend(parents) as folder:
                content = folder.entries()
        except OSError as error:
            yield Item(str(path), relative.as_posix(), What.UNREADABLE, reading.reason(error))
            return
        for name, what in sorted_out(content):
            inner = str(path / name)
            if inner in self._own:
                continue
            yield (*parents, name) if what is None else Item(inner, (relative / name).as_posix(), what)


def inputs(paths: Sequence[Path]) -> list[Path]:
    """See `FilesLocation.named`."""
    if not paths:
        raise UsageProblem(_("name at least one file or folder"))
    wanted: list[Path] = []
    for path in paths:
        if not os.path.lexists(path):
            raise UsageProblem(_("{path}: there is no such file or folder").format(path=path))
        wanted.append(_absolute(path))
    unique = list(dict.fromkeys(wanted))
    folders = {path for path in unique if path.is_dir() and not path.is_symlink()}
    return [path for path in unique if not any(parent in folders for parent in path.parents)]


def _absolute(path: Path) -> Path:
    """Absolute and without "..", through the folders' links but not through that of the file itself."""
    absolute = path.absolute()
    if absolute.is_dir():
        return absolute.resolve()
    return absolute.parent.resolve() / absolute.name


def _root(path: Path, pinned: Identity | None, *, hold: bool) -> Root:
    try:
        return Root(path, pinned, hold=hold)
    except OSError as error:
        if error.errno == errno.ESTALE:
            raise UsageProblem(other_folder(path)) from None
        raise UsageProblem(f"{path}: {Held('unreadable', reason=reading.reason(error))}") from None


def _traces(descriptor: int, status: os.stat_result) -> Traces:
    """Attributes are counted where Python can list them, which is on Linux."""
    names: list[str] = []
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):  # a file system without them
            names = os.listxattr(descriptor)
    return Traces(status.st_mtime_ns, sum(not name.startswith(_OF_THE_SYSTEM) for name in names))
