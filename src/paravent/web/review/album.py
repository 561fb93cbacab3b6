"""The pictures of an opened folder and how it stands with each; what has changed since a page last asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from paravent.engine.reviewing import Facts
from paravent.model import same_person
from paravent.model.report import FileReport
from paravent.model.review import Review, ReviewItem
from paravent.stores.listing import Item, What

_NO_PICTURE = ("no-media",)  # why a file is held that is no picture at all
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
    LEFT_OUT = "left-out"  # neither picture nor film


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
    following: that work is looking through a film. seen: somebody has looked at it with what was found in it. ended: forms
    on which the copy relies, and that have ended or were taken back. taken_back: somebody accepted it and took that
    back."""

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
    seen: bool = False
    ended: tuple[str, ...] = ()
    taken_back: bool = False

    @property
    def unread(self) -> bool:
        """Whether it cannot be looked at."""
        return self.held is not None and not self.source_key

    @property
    def shows_nobody(self) -> bool:
        """Whether it was looked at, and no person was found in it."""
        if self.proposal is None or self.held is not None or (self.proposal.facts.video and not self.proposal.followed):
            return False
        return not any(item.kind in same_person.KINDS for item in self.review.items)

    @property
    def state(self) -> State:
        """See `State`."""
        if self.working:
            return State.WORKING
        if self.held is not None:
            return State.LEFT_OUT if self.held[0] in _NO_PICTURE else State.HELD
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


@dataclass(frozen=True, slots=True)
class Standing:
    """What is counted of a picture: see `Picture`."""

    state: State = State.WAITING
    seen: bool = False
    nobody: bool = False
    unread: bool = False

    @classmethod
    def of(cls, picture: Picture) -> Standing:
        """How it stands with it now."""
        return cls(picture.state, picture.seen, picture.shows_nobody, picture.unread)


@dataclass(frozen=True, slots=True)
class RestCounts:
    """What can be prepared at once. ready: seen, without doubt, nobody has decided; decided: somebody has, and there is no
    copy yet. unopened: nobody has looked at them, so they stay. nobody, unopened_nobody: in how many of
    those no person was found."""

    ready: int
    nobody: int
    decided: int
    unopened: int
    unopened_nobody: int


class Album:
    """All pictures, numbered in the order of the folder.

    lacking: extras of this package that files were held back for. doubts: those that somebody must look at and, in folders
    that are not large, those in which nobody was found, in the order in which that became known; none is taken out, so that
    nothing moves under a person's eyes.
    """

    def __init__(self, found: Iterable[Item]) -> None:
        self.pictures: list[Picture] = []
        self.left_out = 0
        for item in found:
            if item.what is What.FILE:
                self.pictures.append(Picture(len(self.pictures), item))
            else:
                self.left_out += 1
        self.lacking: set[str] = set()
        self.doubts: list[int] = []
        self._doubted: set[int] = set()
        self._journal: list[int] = []
        self._standings = [Standing()] * len(self.pictures)
        self._counts: Counter[Standing] = Counter(self._standings)

    @property
    def serial(self) -> int:
        """Number of changes so far."""
        return len(self._journal)

    @property
    def counts(self) -> dict[State, int]:
        """How many pictures are in which state."""
        counts: Counter[State] = Counter()
        for standing, count in self._counts.items():
            counts[standing.state] += count
        return {state: counts[state] for state in State}

    @property
    def rest(self) -> RestCounts:
        """See `RestCounts`."""
        open_ = Standing(State.OPEN)
        ready, ready_nobody = (self._counts[replace(open_, seen=True, nobody=nobody)] for nobody in (False, True))
        unopened = self._counted(_is_unopened)
        unopened_nobody = self._counted(lambda one: _is_unopened(one) and one.nobody)
        decided = self._counted(lambda one: one.state is State.DECIDED)
        return RestCounts(ready + ready_nobody, ready_nobody, decided, unopened, unopened_nobody)

    @property
    def to_look_at(self) -> tuple[int, int]:
        """How many pictures there are to look at, and how many of them somebody has looked at."""
        return self._counted(_is_to_look_at), self._counted(lambda one: _is_to_look_at(one) and one.seen)

    def _counted(self, holds: Callable[[Standing], bool]) -> int:
        return sum(count for one, count in self._counts.items() if holds(one))

    def next_unseen(self, after: int) -> int | None:
        """The picture behind that number that nobody has looked at, in the order of the folder and from its start again."""
        count = len(self.pictures)
        numbers = (*range(after + 1, count), *range(min(after + 1, count)))
        unseen = (one for one in numbers if _is_to_look_at(self._standings[one]) and not self._standings[one].seen)
        return next(unseen, None)

    def changed(self, picture: Picture) -> None:
        """To be called after every change of a picture."""
        number, standing = picture.number, Standing.of(picture)
        self._counts[self._standings[number]] -= 1
        self._counts[standing] += 1
        self._standings[number] = standing
        self._journal.append(number)
        if picture.held and picture.held[0] == "library-missing":
            self.lacking.add(str(picture.held[1]["extra"]))
        nobody = standing.state is State.OPEN and standing.nobody and len(self.pictures) <= _FEW
        if (standing.state is State.ASKS or nobody) and number not in self._doubted:
            self._doubted.add(number)
            self.doubts.append(number)

    def since(self, serial: int) -> list[int]:
        """Numbers of the pictures that changed after so many changes, each once, the latest first."""
        return list(dict.fromkeys(reversed(self._journal[max(0, serial) :])))

    def find(self, number: int) -> Picture | None:
        """The picture of that number."""
        return self.pictures[number] if 0 <= number < len(self.pictures) else None


def _is_unopened(standing: Standing) -> bool:
    """Whether nobody has looked at it or decided about it."""
    return not standing.seen and standing.state in (State.WAITING, State.OPEN, State.ASKS)


def _is_to_look_at(standing: Standing) -> bool:
    """Not what cannot be looked at, and not what somebody decided not to post."""
    return not standing.unread and standing.state is not State.NOT_POSTED
