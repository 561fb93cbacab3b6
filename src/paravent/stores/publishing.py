"""Publication: a copy appears in the output folder in one step, complete, and never replaces a file.

`stage` gives a file that is on the output's file system and in no folder people upload; `publish` links it into place.
On Linux that file has no name at all (`O_TMPFILE`), so that a kill leaves nothing. Elsewhere it lies in
`.NAME.paravent-staging` beside the output folder, locked while in use, and what a kill leaves is emptied by the next run.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from paravent.errors import Held, OutputProblem
from paravent.i18n.texts import _
from paravent.stores import descent

try:
    import fcntl
except ImportError:  # Windows, which locks open files by itself
    fcntl = None  # type: ignore[assignment]

_NO_TMPFILE = {errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL}
_NO_LINK = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV, errno.EMLINK}
_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
_BLOCK = 1 << 20


class Staged(ABC):
    """A file on its way: written once, read back, then published or gone. root: the output folder it is meant for."""

    def __init__(self, root: Path, descriptor: int, path: str) -> None:
        self.root = root
        self._descriptor = descriptor
        self._path = path

    def write(self, data: bytes) -> None:
        """Write everything and wait until it is on the disk. Raises Held("no-space") or Held("cannot-write")."""
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._descriptor, view[:_BLOCK]) :]
            os.fsync(self._descriptor)
        except OSError as error:
            raise held(error) from None

    @contextlib.contextmanager
    def writing(self) -> Iterator[BinaryIO]:
        """An empty file object to write to bit by bit; at the end everything is on the disk. Raises Held."""
        try:
            with open(self._descriptor, "r+b", buffering=_BLOCK, closefd=False) as file:
                yield file
                file.flush()
                os.fsync(self._descriptor)
        except OSError as error:
            raise held(error) from None

    @contextlib.contextmanager
    def reading(self) -> Iterator[BinaryIO]:
        """What the disk has, through a descriptor of its own. Raises Held("cannot-write")."""
        try:
            with open(self._path, "rb") as file:  # noqa: PTH123  (a /proc path, not a file's name)
                _forget_cached(file.fileno())
                yield file
        except OSError as error:
            raise held(error) from None

    def clear(self) -> None:
        """Empty it, to write once more. Raises Held."""
        try:
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
        except OSError as error:
            raise held(error) from None

    def read_back(self) -> bytes:
        """The bytes as the disk has them, through a descriptor of its own. Raises Held("cannot-write")."""
        try:
            with open(self._path, "rb", buffering=0) as file:  # noqa: PTH123  (a /proc path, not a file's name)
                _forget_cached(file.fileno())
                return file.read()
        except OSError as error:
            raise held(error) from None

    @abstractmethod
    def link(self, name: str, folder: descent.Folder) -> None:
        """Give the file its name in `folder`. Raises FileExistsError, OSError."""

    def close(self) -> None:
        """Let go of the file; without a name it is gone."""
        os.close(self._descriptor)


class _Nameless(Staged):
    """An `O_TMPFILE`: it has no name until it is published, and ends with its process."""

    def __init__(self, root: Path) -> None:
        descriptor = os.open(root, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o666)
        super().__init__(root, descriptor, f"/proc/self/fd/{descriptor}")

    def link(self, name: str, folder: descent.Folder) -> None:
        # A folder descriptor makes os.link call linkat with AT_SYMLINK_FOLLOW, without which /proc would be linked.
        os.link(self._path, name, dst_dir_fd=folder.descriptor, follow_symlinks=True)


class _Named(Staged):
    """A file in the staging folder beside the output folder, locked as long as it is in use."""

    def __init__(self, root: Path) -> None:
        self._staged = _new_locked_file(staging_folder(root))
        super().__init__(root, self._staged[1], str(self._staged[0]))

    def link(self, name: str, folder: descent.Folder) -> None:
        try:
            folder.link(self._path, name)
        except FileExistsError:
            raise
        except OSError as error:
            if error.errno not in _NO_LINK:
                raise
            self._rename(name, folder)

    def _rename(self, name: str, folder: descent.Folder) -> None:
        try:
            folder.rename_into(self._path, name)
        except FileExistsError:
            raise
        except OSError:
            raise OutputProblem(
                _("{path}: this file system cannot publish a file in one step; choose an output folder elsewhere").format(
                    path=self.root
                )
            ) from None

    def close(self) -> None:
        super().close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path)  # noqa: PTH108


@contextlib.contextmanager
def stage(output_root: Path) -> Iterator[Staged]:
    """A staged file for the output folder, which must exist. Gone at the end unless published.

    Raises OutputProblem if nothing can be written there at all.
    """
    try:
        staged = _stage(output_root)
    except OSError as error:
        raise OutputProblem(
            _("{path}: cannot be written ({reason}); choose another output folder").format(
                path=output_root, reason=_reason(error)
            )
        ) from None
    try:
        yield staged
    finally:
        staged.close()


def publish(staged: Staged, destination: str) -> None:
    """Make the staged file appear as `destination`, a path below the output root with "/" between its parts.

    Missing folders are made just before and taken away if nothing comes to lie in them. Raises FileExistsError if
    something is there already (also a broken link), Held, and OutputProblem where there is no publication in one step.
    """
    *parents, name = _parts(destination)
    for again in (True, True, False):
        try:
            with descent.descend(staged.root, parents, create=True) as folder:
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


def existing(output_root: Path, destination: str, limit: int) -> bytes | None:
    """The bytes of an ordinary file at `destination`; None if nothing is there, if it is no ordinary file or is larger
    than `limit` bytes. No link is followed below the root. Raises Held("cannot-write") if it cannot be read."""
    *parents, name = _parts(destination)
    try:
        with descent.descend(output_root, parents, create=False) as folder:
            return folder.read(name, limit)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise held(error) from None


def withdraw(output_root: Path, destination: str) -> None:
    """Take away a copy that we wrote, so that a new one can be published. Raises Held("cannot-write")."""
    *parents, name = _parts(destination)
    try:
        with descent.descend(output_root, parents, create=False) as folder:
            folder.unlink(name)
    except FileNotFoundError:
        return
    except OSError as error:
        raise held(error) from None


def held(error: OSError) -> Held:
    """What an error of the file system means for one copy."""
    if error.errno in _FULL:
        return Held("no-space")
    return Held("cannot-write", reason=_reason(error))


def staging_folder(output_root: Path) -> Path:
    """Where copies lie before publication if the file system has no nameless files."""
    return output_root.parent / f".{output_root.name}.paravent-staging"


def empty_staging(output_root: Path) -> None:
    """Delete what an earlier run left in the staging folder, and the folder. Files in use stay."""
    folder = staging_folder(output_root)
    if folder.is_symlink() or not folder.is_dir():
        return
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            _unlink_unused(path)
    with contextlib.suppress(OSError):
        folder.rmdir()


def _stage(root: Path) -> Staged:
    if hasattr(os, "O_TMPFILE") and Path("/proc/self/fd").exists() and root.is_dir():
        try:
            return _Nameless(root)
        except OSError as error:
            if error.errno not in _NO_TMPFILE:
                raise
    return _Named(root)


def _new_locked_file(folder: Path) -> tuple[Path, int]:
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    while True:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
        path = folder / secrets.token_hex(16)
        try:
            descriptor = os.open(path, flags, 0o666)
        except FileNotFoundError:
            continue  # another run has just emptied and removed the folder
        _lock(descriptor, wait=True)
        if os.fstat(descriptor).st_nlink:
            return path, descriptor
        os.close(descriptor)  # emptied between making and locking it


def _unlink_unused(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    try:
        if _lock(descriptor, wait=False) and os.name != "nt":
            path.unlink()
    finally:
        os.close(descriptor)
    if os.name == "nt":
        path.unlink()  # Windows itself refuses while somebody has it open


def _lock(descriptor: int, *, wait: bool) -> bool:
    if fcntl is None:
        return True
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
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _reason(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else type(error).__name__
