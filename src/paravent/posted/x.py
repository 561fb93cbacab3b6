"""Archives of X, which was Twitter: lists that are JSON behind the name of a variable."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from paravent.model.posted import Audience
from paravent.posted.reading import entries, inner, parsed, text
from paravent.posted.spec import Gives, Layout, Left, Medium, PlatformSpec, Post, UnknownShape, names

_FOLDERS = ("data/tweets_media", "data/tweet_media", "tweets_media", "tweet_media")
_DATA = r"(?:data/)?"


def _list(data: bytes) -> list[dict[str, Any]]:
    """What stands behind the name. Raises UnknownShape."""
    name, sign, value = data.partition(b"=")
    if not sign or b"[" in name.replace(b"[0]", b""):
        raise UnknownShape
    return entries(parsed(value.strip()))


def _posts(data: bytes) -> Iterator[Post]:
    for entry in _list(data):
        tweet = entry.get("tweet", entry)
        if not isinstance(tweet, dict) or not text(tweet.get("id_str")):
            raise UnknownShape
        if not text(tweet.get("full_text")).startswith("RT @"):  # what others posted
            yield _post(tweet)


def _post(tweet: dict[str, Any]) -> Post:
    number, time, gives = tweet["id_str"], _time(tweet.get("created_at")), frozenset(_known(tweet))
    found = inner(tweet.get("extended_entities", tweet.get("entities")), "media")
    # What was taken over from another post belongs to that one, and to whoever posted it.
    own = (one for one in found if text(one.get("source_status_id_str")) in ("", number))
    return Post(tuple(_medium(one, number, time, gives) for one in own))


def _medium(found: dict[str, Any], number: str, time: int, gives: frozenset[Gives]) -> Medium:
    addresses = [found.get("media_url_https", found.get("media_url"))]
    if found.get("type") != "photo":
        addresses = [one.get("url") for one in inner(found, "video_info", "variants")] + addresses
    files = [posixpath.basename(urlsplit(address).path) for address in addresses if isinstance(address, str)]
    if not any(files):
        raise UnknownShape
    first, *also = (f"{folder}/{number}-{file}" for file in files if file for folder in _FOLDERS)
    return Medium(first, time, gives, also=tuple(also))


def _known(tweet: dict[str, Any]) -> Iterator[Gives]:
    if text(tweet.get("full_text")):
        yield Gives.TEXT
    if any(inner(tweet.get("entities"), "user_mentions")):
        yield Gives.PEOPLE
    if tweet.get("geo") or tweet.get("coordinates"):
        yield Gives.COORDINATES
    if tweet.get("place"):
        yield Gives.PLACE


def _time(value: Any) -> int:
    try:
        return int(datetime.strptime(text(value), "%a %b %d %H:%M:%S %z %Y").timestamp())
    except ValueError:
        return 0


def _protected(data: bytes) -> Audience:
    """The account as it was last; if it never was protected, the list is empty and nothing is said."""
    said = [found for entry in _list(data) for found in inner(entry, "protectedHistory")]
    last = max(said, key=lambda one: text(one.get("protectedAt")), default={})
    known: dict[str, Audience] = {"protect": "restricted", "unprotect": "public"}
    return known.get(text(last.get("action")).lower(), "not-stated")


ARCHIVE = Layout(
    name="x",
    tops=names("data", "tweets?_media"),
    marks=names(_DATA + r"tweets?(?:-part\d+)?\.js"),
    owner=names(_DATA + r"account\.js"),
    lists=((names(_DATA + r"tweets?(?:-part\d+)?\.js"), _posts),),
    area=names(_DATA + r"(?:tweets?-part|community-tweet)[^/]*\.js"),
    media=names(_DATA + r"tweets?_media/.*"),
    unopened=(
        (Left.MESSAGES, names(_DATA + r"direct[-_]messages?[^/]*(?:/.*|\.js)")),
        (Left.WITHDRAWN, names(_DATA + r"deleted[-_]tweets?[^/]*(?:/.*|\.js)")),
        (Left.REACTIONS, names(_DATA + r"likes?\.js")),
        (Left.SAVED, names(_DATA + r"bookmarks?[^/]*\.js")),
        (Left.OTHERS, names(_DATA + r"(?:follower|following|contact|block|mute|lists-[^/]*)\.js")),
    ),
    audience=(names(_DATA + r"protected-history\.js"), _protected),
    remarks=("account-audience",),
)
X = PlatformSpec(name="x", title="X", layouts=(ARCHIVE,))
