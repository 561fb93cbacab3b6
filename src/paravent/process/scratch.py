"""Files that exist only in memory, for libraries that insist on a path.

On Linux these are memory files (memfd): nothing reaches a disk and a killed process leaves nothing. Elsewhere they lie in
the staging folder of the private state, mode 0700, emptied at start and end (`use_folder`).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_folder: Path | None = None


def use_folder(folder: Path) -> None:
    """Where scratch files go on systems without memory files."""
    global _folder
    _folder = folder


@contextmanager
def scratch_file(data: bytes = b"") -> Iterator[str]:
    """A path that a library can open, holding `data`; gone afterwards. Raises OSError."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("paravent")  # closed in processes that this one starts
        try:
            _write_all(descriptor, data)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
        return
    descriptor, path = tempfile.mkstemp(dir=_folder)
    try:
        _write_all(descriptor, data)
        yield path
    finally:
        os.close(descriptor)
        Path(path).unlink()


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
