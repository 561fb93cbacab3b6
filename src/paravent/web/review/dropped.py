"""Where a folder lies that was dropped on the page, or files of one folder.

No browser tells a page the path of what is dropped. The page tells names, sizes and times, and what has them is looked for
where pictures usually lie. So no byte of an original leaves its folder.
"""

from __future__ import annotations

import os
import stat
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_SECONDS = 6.0  # of looking
_MOST_FOLDERS = 30_000
_MOST_FOUND = 5
_CLOCK = 2.0  # seconds by which clocks of file systems differ


@dataclass(frozen=True, slots=True)
class File:
    """name: below what was dropped, "/" between its parts. changed: seconds since 1970."""

    name: str
    size: int
    changed: float

    def __post_init__(self) -> None:
        if not is_below(self.name):
            raise ValueError("name")


def is_below(name: str) -> bool:
    """Whether a name leads nowhere but down."""
    parts = PurePosixPath(name).parts
    return bool(parts) and not ({"..", "/"} & set(parts)) and "\0" not in name and "\\" not in name


def find(folder: str, files: tuple[File, ...], near: Iterable[Path]) -> list[Path]:
    """Folders that are called so (by any name for "") and hold all of these files; at most five. near: where to look.

    Raises ValueError for a name that does not lead down.
    """
    if folder and (not is_below(folder) or "/" in folder):
        raise ValueError("folder")
    roots = list(dict.fromkeys(near))
    above = dict.fromkeys(root.parent for root in roots)
    found: dict[Path, None] = {}
    for place in (*above, *_folders(roots)):
        candidate = place / folder
        if candidate not in found and _holds(candidate, files):
            found[candidate] = None
            if len(found) == _MOST_FOUND:
                break
    return list(found)


def _folders(roots: list[Path]) -> Iterator[Path]:
    """All folders from these on, those that lie high first, but hidden ones and links; bounded in number and time."""
    waiting, until = deque(roots), time.monotonic() + _SECONDS
    for _ in range(_MOST_FOLDERS):
        if not waiting or time.monotonic() > until:
            return
        place = waiting.popleft()
        yield place
        with suppress(OSError), os.scandir(place) as entries:
            waiting.extend(
                Path(entry.path)
                for entry in entries
                if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
            )


def _holds(folder: Path, files: tuple[File, ...]) -> bool:
    return folder.is_dir() and all(_is_that(folder / file.name, file) for file in files)


def _is_that(path: Path, file: File) -> bool:
    try:
        state = path.stat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(state.st_mode) and state.st_size == file.size and abs(state.st_mtime - file.changed) <= _CLOCK
