"""Folders of this computer, for choosing one: names and how many files, nothing else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from paravent.errors import UsageProblem
from paravent.i18n.texts import _

_MOST = 2_000  # names that are listed
_DRIVES = (Path("/media"), Path("/run/media"), Path("/mnt"), Path("/Volumes"))


@dataclass(frozen=True, slots=True)
class Listing:
    """path: absolute. parent: "" at the top. folders: names in it. files: how many others there are."""

    path: str
    parent: str
    folders: tuple[str, ...]
    files: int


def listing(text: str) -> Listing:
    """What lies in a folder. Raises UsageProblem."""
    path = absolute(text)
    folders, files = [], 0
    try:
        folder = path.resolve(strict=True)
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                else:
                    files += 1
    except OSError as error:
        raise UsageProblem(_("{path}: cannot be opened ({reason})").format(path=path, reason=error.strerror)) from None
    parent = "" if folder.parent == folder else str(folder.parent)
    return Listing(str(folder), parent, tuple(sorted(folders, key=str.casefold)[:_MOST]), files)


def shortcuts() -> list[str]:
    """Folders in which pictures usually lie, as far as there are any; the likeliest first."""
    likely = [
        platformdirs.user_pictures_path(),
        platformdirs.user_desktop_path(),
        platformdirs.user_downloads_path(),
        Path.home(),
        *(drive for place in _DRIVES for drive in _drives(place)),
    ]
    return list(dict.fromkeys(str(path) for path in likely if path.is_dir()))


def _drives(place: Path) -> list[Path]:
    try:
        found = [path for path in place.iterdir() if path.is_dir()]
        # /media and /run/media hold a folder for each user first.
        return [inner for path in found for inner in (path.iterdir() if path.name == Path.home().name else [path])]
    except OSError:
        return []


def proposed(pictures: Path, name: str) -> Path:
    """A folder beside the pictures for copies of them."""
    return pictures.parent / f"{pictures.name or 'pictures'}-{name}"


def absolute(text: str) -> Path:
    """A path as somebody wrote it. Raises UsageProblem unless it is absolute and leads nowhere but down."""
    path = Path(text).expanduser()
    if not path.is_absolute() or ".." in path.parts or "\0" in text:
        raise UsageProblem(_("{path}: not a full path").format(path=text))
    return path
