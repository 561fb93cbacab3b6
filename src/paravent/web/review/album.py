"""The pictures of an opened folder and how it stands with each; what has changed since a page last asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from paravent.engine.reviewing import Facts
from paravent.model.report import FileReport
from paravent.model.review import Review, ReviewItem
from paravent.stores.listing import Item, What

_PEOPLE = ("face", "head", "person")  # kinds of places
_FEW = 500  # pictures of a folder in which landscapes do not bury what is doubtful


class State(StrEnum):
    """How it stands with a picture; the page has words for each."""

    WAITING = "waiting"  # nobody has looked at it yet
    OPEN = "open"  # looked at, without doubt; nobody has decided
    ASKS = "asks"  # somebody must look: doubt, or something new since somebody decided
    DECIDED = "decided"  # but there is no copy yet
    WORKING = "working"
    READY = "ready"
    PRIVATE = "private"
    NOT_POSTED = "no-post"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class PictureProposal:
    """What was found in a picture. places: with everything covered. recipe: see `Review`. followed: of a film, through all
    of its frames."""

    report: FileReport
    items: tuple[ReviewItem, ...]
    recipe: str
    facts: Facts
    followed: bool = False


@dataclass(slots=True)
class Picture:
    """One file. source_key: keyed hash of the bytes looked at. held: why there is no copy. written: outcome of which a copy
    is there, and `copy` its path. lost: what was decided cannot be read any more. share: of long work on it that is done;
    following: that work is looking through a film."""

    number: int
    found: Item
    source_key: str = ""
    proposal: PictureProposal | None = None
    review: Review = field(default_factory=Review)
    held: tuple[str, dict[str, str | int]] | None = None
    working: bool = False
    written: str = ""
    copy: Path | None = None
    lost: bool = False
    share: float = 0.0
    following: bool = False

    @property
    def shows_nobody(self) -> bool:
        """Whether it was looked at, and no person was found in it."""
        if self.proposal is None or self.held is not None or (self.proposal.facts.video and not self.proposal.followed):
            return False
        return not any(item.kind in _PEOPLE for item in self.review.items)

    @property
    def state(self) -> State:
        """See `State`."""
        if self.working:
            return State.WORKING
        if self.held is not None:
            return State.HELD
        if self.review.accepted:
            return self._carried_out()
        if self.proposal is None:
            return State.WAITING
        return State.ASKS if self.lost or self.review.asks else State.OPEN

    def _carried_out(self) -> State:
        if self.review.outcome == "no-post":
            return State.NOT_POSTED
        if self.written != self.review.outcome:
            return State.DECIDED
        return State.PRIVATE if self.written == "private" else State.READY


class Album:
    """All pictures, numbered in the order of the folder.

    doubts: those that somebody must look at and, in folders that are not large, those in which nobody was found, in the
    order in which that became known; none is taken out, so that nothing moves under a person's eyes.
    """

    def __init__(self, found: Iterable[Item]) -> None:
        self.pictures: list[Picture] = []
        self.left_out = 0
        for item in found:
            if item.what is What.FILE:
                self.pictures.append(Picture(len(self.pictures), item))
            else:
                self.left_out += 1
        self.doubts: list[int] = []
        self._doubted: set[int] = set()
        self._journal: list[int] = []
        self._states = [State.WAITING] * len(self.pictures)
        self._counts: Counter[State] = Counter(self._states)

    @property
    def serial(self) -> int:
        """Number of changes so far."""
        return len(self._journal)

    @property
    def counts(self) -> dict[State, int]:
        """How many pictures are in which state."""
        return {state: self._counts[state] for state in State}

    def changed(self, picture: Picture) -> None:
        """To be called after every change of a picture."""
        number, state = picture.number, picture.state
        self._counts[self._states[number]] -= 1
        self._counts[state] += 1
        self._states[number] = state
        self._journal.append(number)
        nobody = state is State.OPEN and picture.shows_nobody and len(self.pictures) <= _FEW
        if (state is State.ASKS or nobody) and number not in self._doubted:
            self._doubted.add(number)
            self.doubts.append(number)

    def since(self, serial: int) -> list[int]:
        """Numbers of the pictures that changed after so many changes, each once, the latest first."""
        return list(dict.fromkeys(reversed(self._journal[max(0, serial) :])))

    def find(self, number: int) -> Picture | None:
        """The picture of that number."""
        return self.pictures[number] if 0 <= number < len(self.pictures) else None
