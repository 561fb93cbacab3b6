"""Reads a file, once, without leaving a trace on it."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from paravent.errors import Held
from paravent.formats import HEAD, FormatSpec, recognise

# Opens a file with these flags and gives a descriptor; raises OSError.
Opener = Callable[[int], int]

_NOT_A_FILE = (errno.ELOOP, errno.EMLINK, errno.ENXIO)  # a link, the same on BSD, a socket


def read_once(path: Path, limit: int) -> bytes:
    """All bytes of an ordinary file; its access time stays as it was where the system allows it.

    Hash, parser and decoder all work on these bytes. Raises Held: "not-a-file", "file-too-large", "empty", "unreadable",
    "changed-while-reading".
    """
    with opened(path, limit) as file:
        size = os.fstat(file.fileno()).st_size
        data = file.read(size + 1)
        if len(data) != size:
            raise Held("changed-while-reading")
        return data


def opened(path: Path, limit: int) -> contextlib.AbstractContextManager[BinaryIO]:
    """An ordinary file that is too long to be held in memory, open for reading; its access time stays as `read_once` says.

    Raises Held as `read_once` does; at the end, "changed-while-reading" if something wrote to it meanwhile.
    """
    return opened_by(by_path(path), limit)


@contextlib.contextmanager
def opened_by(opener: Opener, limit: int) -> Iterator[BinaryIO]:
    """The same of a file that is reached in another way than by its path."""
    try:
        descriptor = _open(opener)
    except OSError as error:
        raise held(error) from None
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):  # a file object of a folder cannot be made
        os.close(descriptor)
        raise Held("not-a-file")
    with open(descriptor, "rb") as file:  # noqa: PTH123  (a descriptor)
        try:
            before = _checked(descriptor, limit)
            yield file
            after = os.fstat(descriptor)
        except OSError as error:
            raise held(error) from None
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise Held("changed-while-reading")


def format_of(path: Path) -> FormatSpec | None:
    """The format of a file by its first bytes; None if it is none of ours, or cannot be read."""
    return recognise(read_head(path, HEAD))


def read_head(path: Path, size: int = HEAD) -> bytes:
    """The first bytes, for recognising a format before the file is worked on; b"" if they cannot be read."""
    return read_head_by(by_path(path), size)


def read_head_by(opener: Opener, size: int) -> bytes:
    """The same of a file that is reached in another way than by its path."""
    try:
        descriptor = _open(opener)
    except OSError:
        return b""
    try:
        return os.read(descriptor, size)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def by_path(path: Path) -> Opener:
    """Opens a file by its path, but no link."""
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    return partial(_open_path, path, flags)


def held(error: OSError) -> Held:
    """What an error of the file system means for one original."""
    if type(error).__module__ != OSError.__module__:  # libraries derive their own errors from it
        return Held("library", reason=reason(error))
    if error.errno in _NOT_A_FILE:
        return Held("not-a-file")
    return Held("unreadable", reason=reason(error))


def reason(error: OSError) -> str:
    """The system's own words."""
    return error.strerror or type(error).__name__


def _open_path(path: Path, always: int, flags: int) -> int:
    return os.open(path, always | flags)


def _checked(descriptor: int, limit: int) -> os.stat_result:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise Held("not-a-file")
    if found.st_size > limit:
        raise Held("file-too-large", limit=limit // 1_000_000)
    if found.st_size == 0:
        raise Held("empty")
    return found


def _open(opener: Opener) -> int:
    # Without O_NONBLOCK a pipe that took the file's place would block for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
    try:
        return opener(flags | getattr(os, "O_NOATIME", 0))
    except PermissionError:
        return opener(flags)  # O_NOATIME is for a file's owner only
