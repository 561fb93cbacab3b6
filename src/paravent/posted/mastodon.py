"""Archives of Mastodon: the outbox, in which each post says whom it was for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from paravent.model.posted import Audience
from paravent.posted.reading import entries, inner, parsed, since_1970, text
from paravent.posted.spec import Gives, Layout, Left, Medium, PlatformSpec, Post, UnknownShape, names

_EVERYBODY = frozenset(("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"))
_STORED = re.compile(r"(?:^|/)(media_attachments/.+)")


def _posts(data: bytes) -> Iterator[Post]:
    for activity in entries(parsed(data), "orderedItems"):
        note = activity.get("object")
        if activity.get("type") == "Create" and isinstance(note, dict):
            audience = _audience(activity, note)
            if audience is not None:
                yield _post(note, audience)


def _audience(activity: dict[str, Any], note: dict[str, Any]) -> Audience | None:
    """For whom a post is; None if it is to single people, and so a message."""
    said: set[str] = set()
    for named in (activity.get("to"), activity.get("cc"), note.get("to"), note.get("cc")):
        said.update(one for one in (named if isinstance(named, list) else [named]) if isinstance(one, str))
    if not _EVERYBODY.isdisjoint(said):
        return "public"
    return "restricted" if any(one.endswith("/followers") for one in said) else None


def _post(note: dict[str, Any], audience: Audience) -> Post:
    time, gives = since_1970(note.get("published")), frozenset(_known(note))
    found = tuple(_medium(one, time, gives, audience) for one in inner(note.get("attachment")))
    return Post(found, address=text(note.get("url")))


def _known(note: dict[str, Any]) -> Iterator[Gives]:
    if text(note.get("content")) or text(note.get("summary")):
        yield Gives.TEXT
    if any(one.get("type") == "Mention" for one in inner(note.get("tag"))):
        yield Gives.PEOPLE


def _medium(attachment: dict[str, Any], time: int, gives: frozenset[Gives], audience: Audience) -> Medium:
    url = text(attachment.get("url"))
    if not url:
        raise UnknownShape
    stored = _STORED.search(url)
    more = gives | {Gives.TEXT} if text(attachment.get("name")) else gives
    return Medium(stored[1] if stored else url, time, more, audience, elsewhere=stored is None)


ARCHIVE = Layout(
    name="mastodon",
    tops=names("media_attachments"),
    marks=names(r"outbox\.json"),
    owner=names(r"actor\.json"),
    lists=((names(r"outbox\.json"), _posts),),
    area=names(r"outbox.*\.json"),
    media=names(r"media_attachments/.*"),
    unopened=(
        (Left.SAVED, names(r"bookmarks\.json")),
        (Left.REACTIONS, names(r"likes\.json")),
        (Left.OTHERS, names(r"(?:following|followers|blocks|mutes|lists)[^/]*\.(?:csv|json)")),
    ),
    remarks=("direct-not-counted",),
)
MASTODON = PlatformSpec(name="mastodon", title="Mastodon", layouts=(ARCHIVE,))
