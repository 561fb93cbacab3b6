"""What was posted already, as an export of one's own account says: counts, without names of people, places or texts."""

from __future__ import annotations

from typing import Literal, TypeAlias

from paravent.model.schema import Body, Count

SCHEMA: TypeAlias = Literal["paravent-posted/1"]
TODO_SCHEMA: TypeAlias = Literal["paravent-todo/1"]
# What has become of a picture or film since an earlier export.
Fate: TypeAlias = Literal["gone", "still-there", "unknown"]
# Who could see it, as far as the platform wrote that down.
Audience: TypeAlias = Literal["public", "restricted", "not-stated"]
MediaKind: TypeAlias = Literal["picture", "film", "other"]


class Counted(Body, frozen=True):
    """How many there are of something. of: a word of the tables in `report.posted`, or of the two above."""

    of: str
    count: Count


class YearCount(Body, frozen=True):
    """Media of a year. year: 0 where the export gives no date."""

    year: Count
    count: Count


class PostedReport(Body, frozen=True):
    """An export. time: of this look, in UTC, ISO 8601. platform, layout: as in `posted.registry`. parts: ZIPs and folders.
    posts: with and without media. media: each once, however often it is named; kinds, years and audiences share it out.
    placed: media with a place. gives_away: what else is known of how many of them, what tells most first. missing: named
    by a post, but in none of the parts. unnamed: in the folders of what was posted, but named by no post. unopened: what
    was left closed. unread: names of lists that are built in an unknown way. remarks: what is to be known besides."""

    schema: SCHEMA
    version: str
    time: str
    platform: str
    layout: str
    parts: Count
    posts: Count
    media: Count
    kinds: tuple[Counted, ...]
    years: tuple[YearCount, ...]
    audiences: tuple[Counted, ...]
    placed: Count
    gives_away: tuple[Counted, ...]
    missing: Count
    unnamed: Count
    unopened: tuple[str, ...]
    unread: tuple[str, ...]
    remarks: tuple[str, ...]


class PostedItem(Body, frozen=True):
    """Something to decide about. day: when it was posted, ISO 8601, "" if unknown. media: pictures and films in it. placed:
    how many of them have a place. audience: the widest of them. address: of it on the web, "" if the export has none.
    fate: of all of it since then, where a newer export was compared."""

    day: str
    media: Count
    placed: Count
    audience: Audience
    address: str
    fate: Fate | None = None


class TodoList(Body, frozen=True):
    """What was posted, post by post, to be gone through. time, platform, layout: as in `PostedReport`. items: the oldest
    first, those without a date before all others."""

    schema: TODO_SCHEMA
    version: str
    time: str
    platform: str
    layout: str
    items: tuple[PostedItem, ...]
