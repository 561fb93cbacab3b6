"""Reads an original, once, without leaving a trace on it."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from paravent.errors import Held


def read_once(path: Path, limit: int) -> bytes:
    """All bytes of an ordinary file; its access time stays as it was where the system allows it.

    Hash, parser and decoder all work on these bytes. Raises Held: "not-a-file", "file-too-large", "empty", "unreadable",
    "changed-while-reading".
    """
    try:
        descriptor = _open(path)
    except OSError as error:
        raise _held(error) from None
    try:
        return _read(descriptor, limit)
    except OSError as error:
        raise _held(error) from None
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def opened(path: Path, limit: int) -> Iterator[BinaryIO]:
    """An ordinary file that is too long to be held in memory, open for reading; its access time stays as `read_once` says.

    Raises Held as `read_once` does; at the end, "changed-while-reading" if something wrote to it meanwhile.
    """
    try:
        descriptor = _open(path)
    except OSError as error:
        raise _held(error) from None
    with open(descriptor, "rb") as file:  # noqa: PTH123  (a descriptor)
        try:
            before = _checked(descriptor, limit)
            yield file
            after = os.fstat(descriptor)
        except OSError as error:
            raise _held(error) from None
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise Held("changed-while-reading")


def read_head(path: Path, size: int = 64) -> bytes:
    """The first bytes, for recognising a format before the file is worked on; b"" if they cannot be read."""
    try:
        descriptor = _open(path)
    except OSError:
        return b""
    try:
        return os.read(descriptor, size)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def _read(descriptor: int, limit: int) -> bytes:
    before = _checked(descriptor, limit)
    with open(descriptor, "rb", buffering=0, closefd=False) as file:
        data = file.read(before.st_size + 1)
    after = os.fstat(descriptor)
    if len(data) != before.st_size or after.st_mtime_ns != before.st_mtime_ns:
        raise Held("changed-while-reading")
    return data


def _checked(descriptor: int, limit: int) -> os.stat_result:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise Held("not-a-file")
    if found.st_size > limit:
        raise Held("file-too-large", limit=limit // 1_000_000)
    if found.st_size == 0:
        raise Held("empty")
    return found


def _open(path: Path) -> int:
    # Without O_NONBLOCK a pipe that took the file's place would block for ever.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        return os.open(path, flags | getattr(os, "O_NOATIME", 0))
    except PermissionError:
        return os.open(path, flags)  # O_NOATIME is for a file's owner only


def _held(error: OSError) -> Held:
    if os.path.islink(str(error.filename)):  # noqa: PTH114  (the name may hold any bytes)
        return Held("not-a-file")
    return Held("unreadable", reason=error.strerror or type(error).__name__)
