"""Folders of this computer, for choosing one: names and how many files, nothing else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePath

import platformdirs

from paravent.errors import UsageProblem
from paravent.formats import specs
from paravent.i18n.texts import N_, _, in_every_language

_MOST = 2_000  # names that are listed
_SHOWN = 12  # pictures of a folder that are shown small
_MOST_NAMES = 50_000
_DRIVES = (Path("/media"), Path("/run/media"), Path("/mnt"), Path("/Volumes"))


@dataclass(frozen=True, slots=True)
class Listing:
    """path: absolute. parent: "" at the top. folders: names in it. files: how many others there are. pictures: names of the
    first of those that can be shown."""

    path: str
    parent: str
    folders: tuple[str, ...]
    files: int
    pictures: tuple[str, ...]


def listing(text: str) -> Listing:
    """What lies in a folder. Raises UsageProblem."""
    path = absolute(text)
    folders: list[str] = []
    files: list[str] = []
    try:
        folder = path.resolve(strict=True)
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                else:
                    files.append(entry.name)
    except OSError as error:
        raise UsageProblem(_("{path}: cannot be opened ({reason})").format(path=path, reason=error.strerror)) from None
    parent = "" if folder.parent == folder else str(folder.parent)
    shown = {ending for spec in specs() if not spec.is_video and not spec.extra for ending in spec.all_endings}
    pictures = sorted(name for name in files if PurePath(name.lower()).suffix in shown)
    inner = tuple(sorted(folders, key=str.casefold)[:_MOST])
    return Listing(str(folder), parent, inner, len(files), tuple(pictures[:_SHOWN]))


def endings(path: Path) -> set[str]:
    """Ends of the names of files in a folder and those below it, in lower case; of a very large one, some."""
    found: set[str] = set()
    names = (name for _folder, _folders, names in os.walk(path) for name in names)
    for name in islice(names, _MOST_NAMES):
        found.add(PurePath(name.lower()).suffix)
    return found


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


# Folders for copies beside the pictures: those to be published, those for a private audience.
READY, PRIVATE = N_("{folder}-ready"), N_("{folder}-private")


def proposed(pictures: Path, called: str) -> Path:
    """A folder beside the pictures for copies of them, called `READY` or `PRIVATE`: the one that is there in any language,
    else one in the language that is spoken here."""
    names = [name.format(folder=pictures.name or _("pictures")) for name in in_every_language(called)]
    there = (pictures.parent / name for name in names if (pictures.parent / name).is_dir())
    return next(there, pictures.parent / names[0])


def absolute(text: str) -> Path:
    """A path as somebody wrote it. Raises UsageProblem unless it is absolute and leads nowhere but down."""
    path = Path(text).expanduser()
    if not path.is_absolute() or ".." in path.parts or "\0" in text:
        raise UsageProblem(_("{path}: not a full path").format(path=text))
    return path
