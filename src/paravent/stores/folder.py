"""The output that is a folder: a copy appears in it in one step, complete, and never replaces a file.

A staged copy lies on the output's file system and in no folder people upload; publishing links it into place. On Linux it
has no name at all (`O_TMPFILE`), so that a kill leaves nothing. Elsewhere it lies in `.NAME.paravent-staging` beside the
output folder, locked while in use, and what a kill leaves is emptied by the next run.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from paravent.errors import Held, OutputProblem
from paravent.i18n.texts import _
from paravent.stores.base import Ours, Staged
from paravent.stores.descent import Folder, Identity, Root, other_folder

if sys.platform != "win32":
    import fcntl

_NO_TMPFILE = {errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL}
_NO_LINK = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV, errno.EMLINK}
_NO_RENAME = {*_NO_LINK, errno.EINVAL}  # a flag that this file system does not know
_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
_NO_FILE = (errno.ELOOP, errno.EMLINK, errno.ENXIO)  # a link, the same on BSD; a pipe or socket
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class FolderLocation:
    """A folder. pinned: which one it must be, where a run has begun; see `descent.Root`."""

    path: Path
    pinned: Identity | None = None

    @property
    def on_disk(self) -> tuple[Path, ...]:
        """See `base.OutputLocation`."""
        return (self.path.resolve(),)

    def open(self) -> FolderOutput:
        """The folder, made if there is none; a link to one is followed now and not again. Raises OutputProblem."""
        if self.pinned is not None:
            return FolderOutput(_root(self.path, self.pinned))
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            path = self.path.resolve(strict=True)
        except OSError as error:
            raise OutputProblem(
                _("{output}: cannot be made ({reason}); choose another output folder").format(
                    output=self.path, reason=error.strerror
                )
            ) from None
        return FolderOutput(_root(path, None))


class FolderOutput:
    """An opened folder; see `base.Output`."""

    def __init__(self, root: Root) -> None:
        self._root = root

    @property
    def location(self) -> FolderLocation:
        """This very folder."""
        return FolderLocation(self._root.path, self._root.identity)

    @property
    def identity(self) -> str:
        """Its absolute path."""
        return str(self._root.path)

    @contextlib.contextmanager
    def stage(self) -> Iterator[StagedFile]:
        """See `base.Output`."""
        try:
            staged = self._stage()
        except OSError as error:
            raise _unusable(self._root.path, error) from None
        try:
            yield staged
        finally:
            staged.close()

    def publish(self, staged: Staged, destination: str) -> None:
        """See `base.Output`. staged: one of this folder's."""
        if not isinstance(staged, StagedFile):
            raise TypeError("staged elsewhere")
        *parents, name = _parts(destination)
        for again in (True, True, False):
            try:
                with self._root.descend(parents, create=True) as folder:
                    staged.link(name, folder)
                    folder.sync()
                    return
            except FileExistsError:
                raise
            except FileNotFoundError as error:
                if not again:  # more than another worker tidying the folder away while it was empty
                    raise held(error) from None
            except OSError as error:
                raise held(error) from None

    @contextlib.contextmanager
    def reading(self, destination: str, limit: int) -> Iterator[BinaryIO | None]:
        """See `base.Output`. No link is followed below the root."""
        descriptor = self._open(destination, limit)
        if descriptor is None:
            yield None
            return
        with open(descriptor, "rb") as file:  # noqa: PTH123  (a descriptor)
            try:
                yield file
            except OSError as error:
                raise held(error) from None

    def withdraw(self, destination: str, ours: Ours) -> bool:
        """See `base.Output`. What takes the name while the file is judged is not taken away."""
        *parents, name = _parts(destination)
        try:
            with self._root.descend(parents) as folder:
                descriptor = _open_ordinary(folder, name)
                if descriptor is None:
                    return False
                with open(descriptor, "rb") as file:  # noqa: PTH123  (a descriptor)
                    judged = os.fstat(descriptor)
                    if not ours(file):
                        return False
                if not os.path.samestat(folder.status(name), judged):
                    return False
                folder.unlink(name)
                folder.sync()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise held(error) from None
        return True

    def exists(self, destination: str) -> bool:
        """See `base.Output`."""
        try:
            *parents, name = _parts(destination)
            with self._root.descend(parents) as folder:
                folder.status(name)
        except (OSError, Held):
            return False
        return True

    def empty_staging(self) -> None:
        """See `base.Output`. The staging folder goes with what is in it."""
        name = _staging_name(self._root.path)
        with contextlib.suppress(OSError), contextlib.closing(self._root.outer()) as outer:
            with contextlib.closing(outer.enter(name)) as staging:
                for left, _type in staging.entries():
                    with contextlib.suppress(OSError):
                        _unlink_unused(staging, left)
            outer.remove(name)

    def close(self) -> None:
        """See `base.Output`."""
        self._root.close()

    def _stage(self) -> StagedFile:
        flag = getattr(os, "O_TMPFILE", 0)
        if flag and Path("/proc/self/fd").exists():
            try:
                with self._root.descend() as folder:
                    return _Nameless(folder, flag)
            except OSError as error:
                if error.errno not in _NO_TMPFILE:
                    raise
        return _Named(self._root)

    def _open(self, destination: str, limit: int) -> int | None:
        *parents, name = _parts(destination)
        try:
            with self._root.descend(parents) as folder:
                descriptor = _open_ordinary(folder, name)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise held(error) from None
        if descriptor is not None and os.fstat(descriptor).st_size > limit:
            os.close(descriptor)
            return None
        return descriptor


class StagedFile(ABC):
    """A file on its way; see `base.Staged`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, data: bytes) -> None:
        """See `base.Staged`."""
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._descriptor, view[:_BLOCK]) :]
            os.fsync(self._descriptor)
        except OSError as error:
            raise held(error) from None

    @contextlib.contextmanager
    def writing(self) -> Iterator[BinaryIO]:
        """See `base.Staged`."""
        try:
            with open(self._descriptor, "r+b", buffering=_BLOCK, closefd=False) as file:
                yield file
                file.flush()
                os.fsync(self._descriptor)
        except OSError as error:
            raise held(error) from None

    @contextlib.contextmanager
    def reading(self) -> Iterator[BinaryIO]:
        """What the disk has, through a descriptor of its own; see `base.Staged`."""
        try:
            with open(self._reopened(), "rb") as file:  # noqa: PTH123  (a descriptor)
                _forget_cached(file.fileno())
                yield file
        except OSError as error:
            raise held(error) from None

    def read_back(self) -> bytes:
        """See `base.Staged`."""
        with self.reading() as file:
            return file.read()

    def clear(self) -> None:
        """See `base.Staged`."""
        try:
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
        except OSError as error:
            raise held(error) from None

    @abstractmethod
    def _reopened(self) -> int:
        """A further descriptor, for reading. Raises OSError."""

    @abstractmethod
    def link(self, name: str, folder: Folder) -> None:
        """Give the file its name in `folder`. Raises FileExistsError, OSError."""

    def close(self) -> None:
        """Let go of the file; without a name it is gone."""
        os.close(self._descriptor)


class _Nameless(StagedFile):
    """An `O_TMPFILE`: it has no name until it is published, and ends with its process."""

    def __init__(self, folder: Folder, flag: int) -> None:
        super().__init__(folder.open(".", flag | os.O_RDWR))
        self._path = f"/proc/self/fd/{self._descriptor}"

    def _reopened(self) -> int:
        return os.open(self._path, os.O_RDONLY)

    def link(self, name: str, folder: Folder) -> None:
        # A folder descriptor makes os.link call linkat with AT_SYMLINK_FOLLOW, without which /proc would be linked.
        os.link(self._path, folder.name(name), dst_dir_fd=folder.descriptor, follow_symlinks=True)


class _Named(StagedFile):
    """A file in the staging folder beside the output folder, locked as long as it is in use."""

    def __init__(self, root: Root) -> None:
        self._root = root.path
        with contextlib.closing(root.outer()) as outer:
            self._folder, self._name, descriptor = _new_locked_file(outer, _staging_name(root.path))
        super().__init__(descriptor)

    def _reopened(self) -> int:
        return self._folder.open(self._name, os.O_RDONLY)

    def link(self, name: str, folder: Folder) -> None:
        try:
            folder.link_from(self._folder, self._name, name)
        except FileExistsError:
            raise
        except OSError as error:
            if error.errno not in _NO_LINK:
                raise
            self._rename(name, folder)

    def _rename(self, name: str, folder: Folder) -> None:
        try:
            folder.rename_from(self._folder, self._name, name)
        except FileExistsError:
            raise
        except OSError as error:
            if error.errno not in _NO_RENAME:
                raise
            raise OutputProblem(
                _("{path}: this file system cannot publish a file in one step; choose an output folder elsewhere").format(
                    path=self._root
                )
            ) from None

    def close(self) -> None:
        super().close()
        with contextlib.suppress(FileNotFoundError):
            self._folder.unlink(self._name)
        self._folder.close()


def staging_folder(root: Path) -> Path:
    """Where copies lie before publication if the file system has no nameless files."""
    return root.parent / _staging_name(root)


def held(error: OSError) -> Held:
    """What an error of the file system means for one copy."""
    if error.errno in _FULL:
        return Held("no-space")
    return Held("cannot-write", reason=_reason(error))


def _staging_name(root: Path) -> str:
    return f".{root.name}.paravent-staging"


def _root(path: Path, pinned: Identity | None) -> Root:
    try:
        return Root(path, pinned)
    except OSError as error:
        raise _unusable(path, error) from None


def _unusable(path: Path, error: OSError) -> OutputProblem:
    if error.errno == errno.ESTALE:
        return OutputProblem(other_folder(path))
    return OutputProblem(
        _("{path}: cannot be written ({reason}); choose another output folder").format(path=path, reason=_reason(error))
    )


def _open_ordinary(folder: Folder, name: str) -> int | None:
    """A descriptor of an ordinary file for reading; None for anything else. Raises OSError."""
    try:
        descriptor = folder.open(name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        if error.errno in _NO_FILE or (os.name == "nt" and isinstance(error, PermissionError)):  # a folder on Windows
            return None
        raise
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    return None


def _new_locked_file(outer: Folder, staging: str) -> tuple[Folder, str, int]:
    while True:
        outer.make(staging, 0o700)
        try:
            folder = outer.enter(staging)
        except FileNotFoundError:
            continue  # another run has just emptied and removed the folder
        name = secrets.token_hex(16)
        try:
            descriptor = folder.open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR)
        except FileNotFoundError:
            folder.close()
            continue  # the same
        except OSError:
            folder.close()
            raise
        _lock(descriptor, wait=True)
        if os.fstat(descriptor).st_nlink:
            return folder, name, descriptor
        os.close(descriptor)  # emptied between making and locking it
        folder.close()


def _unlink_unused(folder: Folder, name: str) -> None:
    descriptor = folder.open(name, os.O_RDWR)
    try:
        if _lock(descriptor, wait=False) and os.name != "nt":
            folder.unlink(name)
    finally:
        os.close(descriptor)
    if os.name == "nt":
        folder.unlink(name)  # Windows itself refuses while somebody has it open


def _lock(descriptor: int, *, wait: bool) -> bool:
    """Whether it is locked now. Windows keeps others off open files by itself."""
    if sys.platform != "win32":
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
    return True


def _parts(destination: str) -> tuple[str, ...]:
    path = PurePosixPath(destination)
    if path.is_absolute() or not path.parts or ".." in path.parts or "\0" in destination:
        raise Held("cannot-write", reason="bad name")
    return path.parts


def _forget_cached(descriptor: int) -> None:
    # Otherwise reading back would only show what the kernel remembers, not what the disk has.
    # Windows has nothing of that kind for a file that is open already.
    if sys.platform == "linux":
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    elif sys.platform == "darwin":
        fcntl.fcntl(descriptor, fcntl.F_NOCACHE, 1)


def _reason(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else type(error).__name__
