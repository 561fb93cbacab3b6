"""What a source lists, and what the names in one folder say of each file, be it on a disk or in an archive."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath, PurePosixPath
from typing import TypeVar

from paravent.formats import specs
from paravent.formats.heif.spec import HEIC
from paravent.formats.jpeg.spec import JPEG

T = TypeVar("T")


class What(StrEnum):
    """What was found. The words users see for the kinds that are left out stand in `report.summary`."""

    FILE = "file"
    SPECIAL = "special"  # a link, pipe, device or socket: not opened
    SYSTEM = "system-file"
    SIDECAR = "sidecar"
    COMPANION = "companion"  # the film of a Live Photo
    HIDDEN = "hidden"  # a file, or a folder with all that is in it
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a source holds. identity: by which the source opens it and the private state knows it on the next run;
    on a disk its absolute path. relative: its name in reports, "/" between the parts; starts with the input's own name if
    several folders were named. reason: of the system, for an unreadable folder."""

    identity: str
    relative: str
    what: What
    reason: str = ""

    @property
    def name(self) -> str:
        """Its last part."""
        return PurePosixPath(self.relative).name


_SYSTEM_FILES = {".ds_store", "thumbs.db", "desktop.ini", ".localized", "ehthumbs.db", ".picasa.ini", ".nomedia", "icon\r"}
# Previews and trash of network drives and Windows, what Windows and Linux keep on each disk, and macOS in each archive.
_HIDDEN_FOLDERS = {"@eadir", "#recycle", "$recycle.bin", "recycler", "system volume information", "lost+found", "__macosx"}
_SIDECARS = {".xmp", ".aae", ".thm", ".pp3", ".dop"}
_SIDECARS_BESIDE = {".json"}  # only beside a picture or film of the same name
# Telephones write a Live Photo as a picture and a film of one name.
_LIVE_STILLS, _LIVE_VIDEO = {*JPEG.endings, *HEIC.endings}, ".mov"


def sorted_out(content: Sequence[tuple[str, int]]) -> Iterator[tuple[str, What | None]]:
    """What each name in one folder is; None for a folder that is to be entered.

    content: all names in the folder, each with its type as in `stat.S_IFMT`.
    """
    beside = {name.lower() for name, _ in content}
    for name, mode in content:
        yield name, None if _is_entered(name, mode) else _inner_kind(name, mode, beside)


def walked(top: T, content: Callable[[T], Iterator[Item | T]]) -> Iterator[Item]:
    """Everything below a folder, depth first. content: what lies in one folder; of a folder in it, what to ask for that."""
    # A stack of our own: folders may be nested deeper than Python calls may.
    stack = [content(top)]
    while stack:
        found = next(stack[-1], None)
        if found is None:
            stack.pop()
        elif isinstance(found, Item):
            yield found
        else:
            stack.append(content(found))


def by_name(name: str) -> What:
    """What a file is that was named by itself: what lies beside it does not count, nor a dot before it."""
    return _kind(name, set())


def _is_entered(name: str, mode: int) -> bool:
    return mode == stat.S_IFDIR and not (name.startswith(".") or name.lower() in _HIDDEN_FOLDERS)


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
    if lowered.suffix == _LIVE_VIDEO and any(lowered.stem + suffix in beside for suffix in _LIVE_STILLS):
        return What.COMPANION
    if lowered.suffix not in _SIDECARS_BESIDE:
        return What.FILE
    pictures = {ending for spec in specs() for ending in spec.all_endings}
    # Online albums write names like IMG_1.jpg.supplemental-metadata.json.
    named = any(suffix in pictures for suffix in lowered.suffixes[:-1])
    return What.SIDECAR if named or any(lowered.stem + suffix in beside for suffix in pictures) else What.FILE
