"""What an export of a platform looks like, said once: where its lists and media lie, and what is never opened.

A specification is data. A platform keeps its own in one module, `registry` lists them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from paravent.model.posted import Audience


class Gives(StrEnum):
    """What an export knows of a picture or film, what tells most first."""

    COORDINATES = "coordinates"
    PLACE = "named-place"
    PEOPLE = "others-named"
    ALBUM = "album-name"
    TEXT = "text"
    DEVICE = "device"
    UPLOAD = "upload-address"


PLACES = frozenset((Gives.COORDINATES, Gives.PLACE))


class Left(StrEnum):
    """What is left unopened, by why."""

    MESSAGES = "messages"
    SAVED = "saved"
    TAGGED = "tagged-by-others"
    OTHERS = "other-people"
    REACTIONS = "reactions"
    WITHDRAWN = "withdrawn"
    STORAGE = "storage"
    TWIN = "twin"


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture or film that a post names. name: in the export, from its top. time: seconds since 1970, 0 if unknown.
    also: other names under which the export may hold it. elsewhere: nobody knows under which name it does, if it does."""

    name: str
    time: int = 0
    gives: frozenset[Gives] = frozenset()
    audience: Audience = "not-stated"
    also: tuple[str, ...] = ()
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """A post, or an album, or whatever else holds media. counts: whether it is a post. address: of it on the web, "" if the
    export has none."""

    media: tuple[Medium, ...] = ()
    counts: bool = True
    address: str = ""


class UnknownShape(Exception):
    """A list is built in another way than is known."""


# The bytes of a list as posts, one after the other. Raises UnknownShape.
Reader = Callable[[bytes], Iterator[Post]]
# The bytes of a list about the account as a whole: for whom posts are that do not say it.
AudienceReader = Callable[[bytes], Audience]


def names(*patterns: str) -> re.Pattern[str]:
    """Whole names, from the top of an export, as regular expressions."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a platform arranged an export, at some time.

    tops: names that stand at its top, by which that is found. marks: of lists by which the layout is recognised.
    owner: of the file that says whose account it is. lists: of what is opened, with how it is read. area: of all lists
    about posts; one that is in none of the other tables is said to be unread. media: of what was posted.
    unopened: of what is left closed. audience: of the list that says for whom the account is. twin: the layout that says
    the same, and is read where both are there.
    """

    name: str
    tops: re.Pattern[str]
    marks: re.Pattern[str]
    owner: re.Pattern[str]
    lists: tuple[tuple[re.Pattern[str], Reader], ...]
    area: re.Pattern[str]
    media: re.Pattern[str]
    unopened: tuple[tuple[Left, re.Pattern[str]], ...]
    audience: tuple[re.Pattern[str], AudienceReader] | None = None
    remarks: tuple[str, ...] = ()
    twin: str = ""

    def reader(self, name: str) -> Reader | None:
        """How a list is read; None for a file that is no list of this layout, or is never opened."""
        if self.left(name) is not None:
            return None
        return next((reader for pattern, reader in self.lists if pattern.fullmatch(name)), None)

    def left(self, name: str) -> Left | None:
        """Why a file is never opened; None for any other."""
        return next((left for left, pattern in self.unopened if pattern.fullmatch(name)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformSpec:
    """A platform. name: in reports. title: as it calls itself. layouts: the one to be preferred first."""

    name: str
    title: str
    layouts: tuple[Layout, ...]
