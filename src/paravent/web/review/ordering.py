"""Which pictures of a folder are shown, and in which order: by how it stands with them and by what kind of file they are,
never by who is in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import PurePosixPath

from paravent.formats import specs
from paravent.web.review.album import Picture, State


class Shown(StrEnum):
    """Which pictures, by how it stands with them."""

    ALL = "all"
    UNDECIDED = "undecided"  # nobody has decided
    AGAIN = "again"  # somebody must look: doubt, or something new since somebody decided
    WORKING = "working"
    PREPARED = "prepared"
    NOT_POSTED = "not-posted"
    HELD = "held"
    LEFT_OUT = "left-out"


class FileKind(StrEnum):
    """Which pictures, by what kind of file they are."""

    ALL = "all"
    STILL = "still"
    VIDEO = "video"
    OTHER = "other"


class Sort(StrEnum):
    """In which order. name: of the file, without its folder; time: at which the file was changed last."""

    FOLDER = "folder"
    NAME = "name"
    TIME = "time"


STATES: dict[Shown, frozenset[State]] = {
    Shown.ALL: frozenset(State),
    Shown.UNDECIDED: frozenset((State.WAITING, State.OPEN, State.ASKS)),
    Shown.AGAIN: frozenset((State.ASKS,)),
    Shown.WORKING: frozenset((State.DECIDED, State.WORKING)),
    Shown.PREPARED: frozenset((State.READY, State.PRIVATE)),
    Shown.NOT_POSTED: frozenset((State.NOT_POSTED,)),
    Shown.HELD: frozenset((State.HELD,)),
    Shown.LEFT_OUT: frozenset((State.LEFT_OUT,)),
}


def kind_of(picture: Picture) -> FileKind:
    """As it was seen; as it is named, as long as nobody has looked."""
    if picture.state is State.LEFT_OUT:
        return FileKind.OTHER
    facts = picture.proposal.facts if picture.proposal else None
    is_video = facts.video if facts and facts.source_key else _ending(picture) in _videos()
    return FileKind.VIDEO if is_video else FileKind.STILL


def ordered(
    pictures: Iterable[Picture], shown: Shown, kind: FileKind, sort: Sort, time: Callable[[Picture], int]
) -> list[int]:
    """Numbers of the pictures that are wanted. time: of the file's last change."""
    states = STATES[shown]
    wanted = [one for one in pictures if one.state in states and (kind is FileKind.ALL or kind_of(one) is kind)]
    if sort is Sort.NAME:
        wanted.sort(key=_by_name)
    elif sort is Sort.TIME:
        wanted.sort(key=time)
    return [picture.number for picture in wanted]


def _by_name(picture: Picture) -> list[tuple[int, str]]:
    """As people sort: 9 before 10, great and small letters alike."""
    parts = re.split(r"(\d+)", PurePosixPath(picture.found.relative).name.casefold())
    return [(int(part[:15]), part) if part.isdecimal() else (0, part) for part in parts]


def _ending(picture: Picture) -> str:
    return PurePosixPath(picture.found.relative).suffix.lower()


def _videos() -> set[str]:
    return {ending for spec in specs() if spec.is_video for ending in spec.all_endings}
