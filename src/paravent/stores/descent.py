"""Folders below the output root, entered without following a link that leads out of it."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

_RENAME_NOREPLACE = 1  # linux/fs.h
_RENAME_EXCL = 4  # sys/stdio.h of macOS
_BY_DESCRIPTOR = os.open in os.supports_dir_fd


class Folder:
    """An entered folder. descriptor: open on it, or None on systems that cannot work relative to one."""

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self.path = path
        self.descriptor = descriptor
        self.made: list[str] = []

    def enter(self, name: str, *, create: bool) -> Folder:
        """The folder `name` in this one, made if need be. Raises OSError, also if it is a link or a file."""
        if create and self._make(name):
            self.made.append(name)
        if self.descriptor is None:
            return Folder(self._contained(name), None)
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        return Folder(self.path / name, os.open(name, flags, dir_fd=self.descriptor))

    def _make(self, name: str) -> bool:
        try:
            os.mkdir(self._name(name), dir_fd=self.descriptor)
        except FileExistsError:
            return False
        return True

    def _contained(self, name: str) -> Path:
        path = self.path / name
        if path.resolve(strict=True) != self.path.resolve() / name:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
        return path

    def _name(self, name: str) -> str:
        return name if self.descriptor is not None else str(self.path / name)

    def read(self, name: str, limit: int) -> bytes | None:
        """An ordinary file of at most `limit` bytes, never through a link; None for anything else. Raises OSError."""
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        try:
            descriptor = os.open(self._name(name), flags, dir_fd=self.descriptor)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENXIO):  # a link; a pipe or socket
                return None
            raise
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
                return None
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read(limit)
        finally:
            os.close(descriptor)

    def link(self, source: str, name: str) -> None:
        """A second name for `source` here. Raises FileExistsError, OSError."""
        os.link(source, self._name(name), dst_dir_fd=self.descriptor)

    def rename_into(self, source: str, name: str) -> None:
        """Move `source` here without ever replacing a file. Raises FileExistsError, OSError (ENOSYS: no such call)."""
        if os.name == "nt":
            os.rename(source, self._name(name))  # noqa: PTH104  (refuses to replace on Windows)
            return
        call = _RENAMES.get(sys.platform)
        function = getattr(ctypes.CDLL(None, use_errno=True), call[0], None) if call else None
        if call is None or function is None or self.descriptor is None:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        at_cwd, flag = call[1:]
        if function(at_cwd, os.fsencode(source), self.descriptor, os.fsencode(name), flag) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), name)

    def unlink(self, name: str) -> None:
        """Delete a file in this folder. Raises OSError."""
        os.unlink(self._name(name), dir_fd=self.descriptor)

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
                os.rmdir(self._name(name), dir_fd=self.descriptor)
            except OSError:
                self.sync()

    def close(self) -> None:
        """Let go of the descriptor."""
        if self.descriptor is not None:
            os.close(self.descriptor)


# platform -> (function, its AT_FDCWD, its flag for "never replace"): for file systems without hard links
_RENAMES = {
    "linux": ("renameat2", -100, _RENAME_NOREPLACE),
    "darwin": ("renameatx_np", -2, _RENAME_EXCL),
}


@contextlib.contextmanager
def descend(root: Path, parents: Sequence[str], *, create: bool) -> Iterator[Folder]:
    """Enter `root` (which may be reached through links) and then each of `parents` (which may not).

    Folders made on the way that hold nothing at the end are taken away. Raises OSError.
    """
    with contextlib.ExitStack() as stack:
        descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) if _BY_DESCRIPTOR else None
        folder = Folder(root, descriptor)
        stack.callback(folder.close)
        for name in parents:
            stack.callback(folder.tidy)
            folder = folder.enter(name, create=create)
            stack.callback(folder.close)
        yield folder
