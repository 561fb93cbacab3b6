"""Counts what was posted, each picture and film once, however many posts and albums name it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import NamedTuple

from paravent.formats import specs
from paravent.model.posted import Audience, Counted, Fate, MediaKind, PostedItem, YearCount
from paravent.posted.spec import PLACES, Gives, Medium, Post

_KINDS: dict[str, MediaKind] = {
    ending: "film" if spec.is_video else "picture" for spec in specs() for ending in spec.all_endings
}
# Of two audiences that are said of one picture, the one that lets more people see it; a list that says none adds nothing.
_WIDEST: tuple[Audience, ...] = ("not-stated", "restricted", "public")


class Facts(NamedTuple):
    """What is counted of a picture or film."""

    kind: MediaKind
    year: int
    audience: Audience
    gives: frozenset[Gives]
    missing: bool


class Tally:
    """The counts, in little memory: of each picture and film a number for its name, and facts that many share.

    find: the name under which a medium is there, None if it is not.
    """

    def __init__(self, find: Callable[[Medium], str | None]) -> None:
        self._find = find
        self._seen: dict[int, Facts] = {}
        self._shared: dict[Facts, Facts] = {}
        self.posts = 0

    def add(self, post: Post) -> None:
        """A post with its media."""
        self.posts += post.counts
        for medium in post.media:
            self._add(medium)

    def _add(self, medium: Medium) -> None:
        found = medium.name if medium.elsewhere else self._find(medium)
        key = hash(found or medium.name)
        facts = Facts(kind_of(medium.name), _year(medium.time), medium.audience, medium.gives, found is None)
        if before := self._seen.get(key):
            facts = _joined(before, facts)
        self._seen[key] = self._shared.setdefault(facts, facts)

    def knows(self, name: str) -> bool:
        """Whether a post named this file."""
        return hash(name) in self._seen

    @property
    def media(self) -> int:
        """Pictures and films, each once."""
        return len(self._seen)

    @property
    def missing(self) -> int:
        """How many of them are in none of the parts."""
        return sum(facts.missing for facts in self._seen.values())

    @property
    def placed(self) -> int:
        """How many have a place."""
        return sum(not PLACES.isdisjoint(facts.gives) for facts in self._seen.values())

    def kinds(self) -> tuple[Counted, ...]:
        """By kind."""
        return _counted(facts.kind for facts in self._seen.values())

    def audiences(self) -> tuple[Counted, ...]:
        """By audience."""
        return _counted(facts.audience for facts in self._seen.values())

    def years(self) -> tuple[YearCount, ...]:
        """By year, the earliest first."""
        counts = Counter(facts.year for facts in self._seen.values())
        return tuple(YearCount(year, count) for year, count in sorted(counts.items()))

    def gives_away(self) -> tuple[Counted, ...]:
        """By what is known of them, what tells most first."""
        counts = Counter(one for facts in self._seen.values() for one in facts.gives)
        return tuple(Counted(one.value, counts[one]) for one in Gives if counts[one])


def kind_of(name: str) -> MediaKind:
    """By its ending: no picture is looked into."""
    return _KINDS.get(PurePosixPath(name).suffix.lower(), "other")


def item(media: Sequence[Medium], address: str = "", fate: Fate | None = None) -> PostedItem:
    """Some media of one day as one thing to decide about."""
    times = [medium.time for medium in media if medium.time]
    return PostedItem(
        day=day(min(times, default=0)),
        media=len(media),
        placed=sum(not PLACES.isdisjoint(medium.gives) for medium in media),
        audience=max((medium.audience for medium in media), key=_WIDEST.index),
        address=address,
        fate=fate,
    )


def day(seconds: int) -> str:
    """ISO 8601; "" where there is no time."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat() if seconds > 0 else ""


def _joined(one: Facts, other: Facts) -> Facts:
    year = min(filter(None, (one.year, other.year)), default=0)
    audience = max(one.audience, other.audience, key=_WIDEST.index)
    return Facts(one.kind, year, audience, one.gives | other.gives, one.missing and other.missing)


def _year(seconds: int) -> int:
    return datetime.fromtimestamp(seconds, UTC).year if seconds > 0 else 0


def _counted(words: Iterable[str]) -> tuple[Counted, ...]:
    return tuple(Counted(word, count) for word, count in sorted(Counter(words).items()))
