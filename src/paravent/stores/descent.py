"""Folders entered by descriptor, without following a link that leads out of where the work began."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from paravent.i18n.texts import _

_RENAME_NOREPLACE = 1  # linux/fs.h
_RENAME_EXCL = 4  # sys/stdio.h of macOS
_BY_DESCRIPTOR = os.open in os.supports_dir_fd
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_ANY_FILE = _NO_FOLLOW | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_ANY_FOLDER = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
# Listing leaves no access time; whoever does not own the folder cannot ask for that; whoever may pass through a folder
# but not list it can still enter it.
_WAYS_IN = tuple(
    flags | _ANY_FOLDER | _NO_FOLLOW
    for flags in (os.O_RDONLY | getattr(os, "O_NOATIME", 0), os.O_RDONLY, getattr(os, "O_PATH", os.O_RDONLY))
)

# Device and number by which a file system knows a folder, whatever its name is.
Identity: TypeAlias = tuple[int, int]


class Folder:
    """An entered folder. descriptor: open on it, or None on systems that cannot work relative to one."""

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self.path = path
        self.descriptor = descriptor
        self.made: list[str] = []

    def enter(self, name: str, *, create: bool = False) -> Folder:
        """The folder `name` in this one, made if need be. Raises OSError, also if it is a link or a file."""
        if create and self.make(name):
            self.made.append(name)
        if self.descriptor is None:
            return Folder(self._contained(name), None)
        return Folder(self.path / name, _open_folder(name, self.descriptor))

    def make(self, name: str, mode: int = 0o777) -> bool:
        """Make a folder; False if something is there. Raises OSError."""
        try:
            os.mkdir(self.name(name), mode, dir_fd=self.descriptor)
        except FileExistsError:
            return False
        return True

    def name(self, name: str) -> str:
        """What a call takes that is also given `descriptor` as its `dir_fd`."""
        return name if self.descriptor is not None else str(self.path / name)

    def open(self, name: str, flags: int, mode: int = 0o666) -> int:
        """A descriptor of a file here, never through a link. Raises OSError."""
        if self.descriptor is None and not flags & os.O_CREAT:
            self._contained(name)
        return os.open(self.name(name), flags | _ANY_FILE, mode, dir_fd=self.descriptor)

    def status(self, name: str) -> os.stat_result:
        """Of what has this name here, be it a link. Raises OSError."""
        return os.stat(self.name(name), dir_fd=self.descriptor, follow_symlinks=False)

    def entries(self) -> list[tuple[str, int]]:
        """Names of all that lies here, sorted, each with its type as in `stat.S_IFMT`. Raises OSError.

        Everything but a plain file or folder is special: a link, S_IFLNK, or S_IFIFO for all else.
        """
        with os.scandir(self.path if self.descriptor is None else self.descriptor) as entries:
            return sorted((entry.name, _type(entry)) for entry in entries)

    def link_from(self, other: Folder, source: str, name: str) -> None:
        """A second name here for the file `source` in `other`. Raises FileExistsError, OSError."""
        os.link(other.name(source), self.name(name), src_dir_fd=other.descriptor, dst_dir_fd=self.descriptor)

    def rename_from(self, other: Folder, source: str, name: str) -> None:
        """Move the file `source` in `other` here without ever replacing one. Raises FileExistsError, OSError (ENOSYS: no
        such call)."""
        if os.name == "nt":
            os.rename(other.name(source), self.name(name))  # noqa: PTH104  (refuses to replace on Windows)
            return
        call = _RENAMES.get(sys.platform)
        function = getattr(ctypes.CDLL(None, use_errno=True), call[0], None) if call else None
        if call is None or function is None:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        here, flag = call[1:]
        ends = (
            (here if folder.descriptor is None else folder.descriptor, os.fsencode(folder.name(called)))
            for folder, called in ((other, source), (self, name))
        )
        (source_at, source_name), (at, its_name) = ends
        if function(source_at, source_name, at, its_name, flag) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), name)

    def unlink(self, name: str) -> None:
        """Delete a file in this folder. Raises OSError."""
        os.unlink(self.name(name), dir_fd=self.descriptor)

    def remove(self, name: str) -> None:
        """Delete an empty folder in this one. Raises OSError."""
        os.rmdir(self.name(name), dir_fd=self.descriptor)

    def sync(self) -> None:
        """Wait until the names in this folder are on the disk, where the system can do that."""
        if self.descriptor is not None:
            try:
                os.fsync(self.descriptor)
            except OSError as error:
                if error.errno not in (errno.EINVAL, errno.EBADF, errno.ENOTSUP):
                    raise

    def tidy(self) -> None:
        """Take away the folders made here that are empty; sync those that are not."""
        for name in self.made:
            try:
                self.remove(name)
            except OSError:
                self.sync()

    def close(self) -> None:
        """Let go of the descriptor."""
        if self.descriptor is not None:
            os.close(self.descriptor)

    def _contained(self, name: str) -> Path:
        path = self.path / name
        if path.resolve(strict=True) != self.path.resolve() / name:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
        return path


class Root:
    """The folder where work begins, held from the start: whatever takes its name meanwhile is not entered.

    path: absolute. pinned: which folder it must be; the one found if None. hold: keep a descriptor; without one, as where
    the system has none, the folder is compared each time it is entered. Raises OSError, with ESTALE if it is another.
    """

    def __init__(self, path: Path, pinned: Identity | None = None, *, hold: bool = True) -> None:
        self.path = path
        self.identity = pinned or _identity(path.stat())
        self._descriptor = self._opened() if hold else None
        if self._descriptor is None:
            self.check()

    @contextlib.contextmanager
    def descend(self, parents: Sequence[str] = (), *, create: bool = False) -> Iterator[Folder]:
        """Enter the root and then each of `parents`, none of which may be a link.

        Folders made on the way that hold nothing at the end are taken away. Raises OSError.
        """
        with contextlib.ExitStack() as stack:
            folder = self._entered(stack)
            if folder.descriptor is not None and parents and not create:
                folder = Folder(folder.path.joinpath(*parents), _open_nested(parents, folder.descriptor))
                stack.callback(folder.close)
                parents = ()
            for name in parents:
                stack.callback(folder.tidy)
                folder = folder.enter(name, create=create)
                stack.callback(folder.close)
            yield folder

    def check(self) -> None:
        """Raises OSError with ESTALE if what has the root's name now is another folder."""
        if _identity(self.path.stat()) != self.identity:
            raise _stale(self.path)

    def outer(self) -> Folder:
        """The folder that the root lies in. Raises OSError."""
        if self._descriptor is None:
            return Folder(self.path.parent, None)
        return Folder(self.path.parent, os.open("..", os.O_RDONLY | _ANY_FOLDER, dir_fd=self._descriptor))

    def close(self) -> None:
        """Let go of the descriptor."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _entered(self, stack: contextlib.ExitStack) -> Folder:
        if self._descriptor is not None:
            return Folder(self.path, self._descriptor)
        folder = Folder(self.path, self._opened())
        stack.callback(folder.close)
        if folder.descriptor is None:
            self.check()
        return folder

    def _opened(self) -> int | None:
        """None where folders have no descriptors, or this one gives none."""
        if not _BY_DESCRIPTOR:
            return None
        try:
            descriptor = _open_folder(str(self.path), None)
        except PermissionError:
            return None
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENOTDIR):  # a link or a file now
                raise _stale(self.path) from None
            raise
        if _identity(os.fstat(descriptor)) != self.identity:
            os.close(descriptor)
            raise _stale(self.path)
        return descriptor


def other_folder(path: Path) -> str:
    """What is said of a root that is not the pinned one."""
    return _("{path}: another folder took its place during the work; look at both, then run the same command again").format(
        path=path
    )


def _open_folder(name: str, inside: int | None) -> int:
    for flags in _WAYS_IN:
        try:
            return os.open(name, flags, dir_fd=inside)
        except PermissionError as error:
            refused = error
    raise refused


def _open_nested(names: Sequence[str], inside: int) -> int:
    """The last of folders that lie in one another; few descriptors are open at once, however deep it lies."""
    current = _open_folder(names[0], inside)
    for name in names[1:]:
        try:
            inner = _open_folder(name, current)
        finally:
            os.close(current)
        current = inner
    return current


def _identity(status: os.stat_result) -> Identity:
    return status.st_dev, status.st_ino


def _stale(path: Path) -> OSError:
    return OSError(errno.ESTALE, os.strerror(errno.ESTALE), str(path))


def _type(entry: os.DirEntry[str]) -> int:
    # Windows junctions are links too.
    if entry.is_symlink() or (hasattr(entry, "is_junction") and entry.is_junction()):
        return stat.S_IFLNK
    if entry.is_dir(follow_symlinks=False):
        return stat.S_IFDIR
    return stat.S_IFREG if entry.is_file(follow_symlinks=False) else stat.S_IFIFO


# platform -> (function, its AT_FDCWD, its flag for "never replace"): for file systems without hard links
_RENAMES = {
    "linux": ("renameat2", -100, _RENAME_NOREPLACE),
    "darwin": ("renameatx_np", -2, _RENAME_EXCL),
}
