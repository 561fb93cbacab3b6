"""Finds the files below what a person named, in a stable order, and says of each what it is."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath

from paravent.errors import UsageProblem
from paravent.i18n.texts import _


class What(StrEnum):
    """What was found. The words users see for the kinds that are left out stand in `summary`."""

    FILE = "file"
    SPECIAL = "special"  # a link, pipe, device or socket: not opened
    SYSTEM = "system-file"
    SIDECAR = "sidecar"
    COMPANION = "companion"  # the film of a Live Photo
    HIDDEN = "hidden"  # a file, or a folder with all that is in it
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Found:
    """path: absolute. relative: below the input it was found under, "/" between the parts; starts with the input's own
    name if several folders were named. reason: of the system, for an unreadable folder."""

    path: Path
    relative: str
    what: What
    reason: str = ""


_SYSTEM_FILES = {".ds_store", "thumbs.db", "desktop.ini", ".localized", "ehthumbs.db", ".picasa.ini", ".nomedia"}
_HIDDEN_FOLDERS = {"@eadir", "#recycle", "$recycle.bin"}  # previews and trash of network drives and Windows
_SIDECARS = {".xmp", ".aae", ".thm", ".pp3", ".dop"}
_SIDECARS_BESIDE = {".json"}  # only beside a picture or film of the same name
_STILLS = {".jpg", ".jpeg", ".jpe", ".png", ".webp", ".heic", ".heif", ".hif", ".avif", ".tif", ".tiff", ".gif"}
_FILMS = {".mp4", ".mov"}
# Telephones write a Live Photo as a picture and a film of one name.
_LIVE_STILLS, _LIVE_FILM = {".jpg", ".jpeg", ".heic", ".heif"}, ".mov"


def inputs(paths: Sequence[Path]) -> list[Path]:
    """What was named, absolute, each once; what lies inside another named folder is left to that. Raises UsageProblem."""
    if not paths:
        raise UsageProblem(_("name at least one file or folder"))
    wanted: list[Path] = []
    for path in paths:
        if not os.path.lexists(path):
            raise UsageProblem(_("{path}: there is no such file or folder").format(path=path))
        wanted.append(_absolute(path))
    unique = list(dict.fromkeys(wanted))
    folders = {path for path in unique if path.is_dir() and not path.is_symlink()}
    return [path for path in unique if not any(parent in folders for parent in path.parents)]


def refuse_overlap(named: Sequence[Path], output: Path) -> None:
    """Raises UsageProblem if the output folder lies in a named folder, or a named path in the output folder."""
    output = output.resolve()
    for path in named:
        real = path.resolve()
        if output == real or output.is_relative_to(real):
            raise UsageProblem(
                _("{output}: the output folder lies inside {path}; choose one outside").format(output=output, path=path)
            )
        if real.is_relative_to(output):
            raise UsageProblem(
                _("{path}: lies inside the output folder {output}; originals must lie elsewhere").format(
                    path=path, output=output
                )
            )


def walk(named: Sequence[Path], own: Collection[Path] = ()) -> Iterator[Found]:
    """Everything below the named paths (see `inputs`), folder by folder, sorted by name.

    Holds the names in the folders on the way, not in the whole tree. No link below a named folder is followed, no hidden
    folder entered unless it is named itself. own: absolute paths of what the run itself keeps there, passed over.
    """
    several = sum(path.is_dir() for path in named) > 1
    for path in named:
        if path.is_dir():
            yield from _walk(path, PurePath(path.name) if several else PurePath(), own)
        else:
            yield Found(path, path.name, _kind(path.name, set()) if stat.S_ISREG(path.lstat().st_mode) else What.SPECIAL)


def _walk(top: Path, relative: PurePath, own: Collection[Path]) -> Iterator[Found]:
    # A stack of our own: folders may be nested deeper than Python calls may.
    stack = [_content(top, relative)]
    while stack:
        found = next(stack[-1], None)
        if found is None:
            stack.pop()
        elif (found.path if isinstance(found, Found) else found[0]) in own:
            continue
        elif isinstance(found, Found):
            yield found
        else:
            stack.append(_content(*found))


def _content(folder: Path, relative: PurePath) -> Iterator[Found | tuple[Path, PurePath]]:
    """What lies in one folder; folders in it as (path, relative)."""
    try:
        with os.scandir(folder) as entries:
            content = sorted((entry.name, _type(entry)) for entry in entries)
    except OSError as error:
        yield Found(folder, relative.as_posix(), What.UNREADABLE, error.strerror or type(error).__name__)
        return
    beside = {name.lower() for name, _ in content}
    for name, mode in content:
        inner = relative / name
        if mode == stat.S_IFDIR and not (name.startswith(".") or name.lower() in _HIDDEN_FOLDERS):
            yield folder / name, inner
        else:
            yield Found(folder / name, inner.as_posix(), _inner_kind(name, mode, beside))


def _inner_kind(name: str, mode: int, beside: set[str]) -> What:
    """What lies in a folder, in which the names that begin with a dot are hidden."""
    if mode == stat.S_IFDIR:
        return What.HIDDEN
    if mode != stat.S_IFREG:
        return What.SPECIAL
    kind = _kind(name, beside)
    return What.HIDDEN if kind is What.FILE and name.startswith(".") else kind


def _kind(name: str, beside: set[str]) -> What:
    """beside: lower-case names of all that lies in the folder."""
    lowered = PurePath(name.lower())
    if lowered.name in _SYSTEM_FILES or lowered.name.startswith("._"):
        return What.SYSTEM
    if lowered.suffix in _SIDECARS:
        return What.SIDECAR
    if lowered.suffix == _LIVE_FILM and any(lowered.stem + suffix in beside for suffix in _LIVE_STILLS):
        return What.COMPANION
    if lowered.suffix not in _SIDECARS_BESIDE:
        return What.FILE
    pictures = _STILLS | _FILMS
    # Online albums write names like IMG_1.jpg.supplemental-metadata.json.
    named = any(suffix in pictures for suffix in lowered.suffixes[:-1])
    return What.SIDECAR if named or any(lowered.stem + suffix in beside for suffix in pictures) else What.FILE


def _type(entry: os.DirEntry[str]) -> int:
    # Everything but a plain file or folder is special, Windows junctions included.
    if entry.is_symlink() or (hasattr(entry, "is_junction") and entry.is_junction()):
        return stat.S_IFLNK
    if entry.is_dir(follow_symlinks=False):
        return stat.S_IFDIR
    return stat.S_IFREG if entry.is_file(follow_symlinks=False) else stat.S_IFIFO


def _absolute(path: Path) -> Path:
    """Absolute and without "..", through the folders' links but not through that of the file itself."""
    absolute = path.absolute()
    if absolute.is_dir():
        return absolute.resolve()
    return absolute.parent.resolve() / absolute.name
