"""Exports of Facebook in JSON: of a page, and of a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from paravent.posted import meta
from paravent.posted.reading import entries, inner, parsed, text
from paravent.posted.spec import Gives, Layout, Left, PlatformSpec, Post, Reader, names

_MEDIA = r".*\.(?:jpe?g|png|gif|webp|heic|mp4|mov|m4v|avi|webm)"
_PERSON = r"(?:your_facebook_activity/|your_activity_across_facebook/)?"
_PAGE = r"(?:this_profile.s_activity_across_facebook/)?"
# Albums that Facebook makes by itself have names that say nothing.
_USUAL_ALBUMS = frozenset(
    ("timeline photos", "mobile uploads", "profile pictures", "cover photos", "videos", "photos", "instagram photos")
)


def _posts(*keys: str) -> Reader:
    def read(data: bytes) -> Iterator[Post]:
        return map(_post, entries(parsed(data), *keys))

    return read


def _post(entry: dict[str, Any]) -> Post:
    gives = frozenset(_known(entry))
    return Post(meta.media(inner(entry.get("attachments"), "data", "media"), gives))


def _known(entry: dict[str, Any]) -> Iterator[Gives]:
    """What a post tells of all its media."""
    yield from meta.said(*(one.get("post") for one in inner(entry.get("data"))))
    if entry.get("tags"):
        yield Gives.PEOPLE
    for place in inner(entry.get("attachments"), "data", "place"):
        yield Gives.COORDINATES if isinstance(place.get("coordinate"), dict) else Gives.PLACE


def _album(data: bytes) -> Iterator[Post]:
    value = parsed(data)
    title = text(value.get("name")) if isinstance(value, dict) else ""
    gives = frozenset((Gives.ALBUM,) if title and title.lower() not in _USUAL_ALBUMS else ())
    yield Post(meta.media(entries(value, "photos"), gives), counts=False)


def _single(*keys: str) -> Reader:
    def read(data: bytes) -> Iterator[Post]:
        yield Post(meta.media(entries(parsed(data), *keys)), counts=False)

    return read


_VIDEOS, _PHOTOS = _single("videos_v2", "videos"), _single("other_photos_v2", "other_photos", "photos")
_BESIDE = ("personal_information", "profile_information")  # stand at the top of every export too
_OWNER = names(r"(?:personal_information/)?profile_information/profile_information\.json")
_UNOPENED = (
    (Left.MESSAGES, names(r"(?:[^/]+/)?messages/.*", r"(?:.*/)?inbox/.*")),
    (Left.WITHDRAWN, names(r"(?:[^/]+/)?posts/(?:archive|trash)\b.*", r"(?:[^/]+/)?stories/.*")),
    (Left.SAVED, names(r"(?:[^/]+/)?saved_items_and_collections/.*", r"(?:[^/]+/)?collections/.*")),
    (Left.TAGGED, names(r"(?:[^/]+/)?posts/[^/]*tagged[^/]*", r"(?:[^/]+/)?photos_and_videos/[^/]*tagged[^/]*")),
    (
        Left.OTHERS,
        names(
            r"(?:[^/]+/)?posts/other_people[^/]*",
            r"(?:connections|friends|friends_and_followers|following_and_followers|followers)/.*",
        ),
    ),
    (Left.REACTIONS, names(r"(?:[^/]+/)?(?:comments_and_reactions|comments|likes_and_reactions)/.*")),
    (Left.TWIN, names(r"(?:[^/]+/)?posts/.*\.html")),
)

PERSON = Layout(
    name="facebook-person",
    tops=names("your_facebook_activity", "your_activity_across_facebook", "posts", "photos_and_videos", "groups", *_BESIDE),
    marks=names(
        _PERSON + r"posts/your_(?:posts|videos|uncategorized_photos|photos).*\.json",
        r"photos_and_videos/(?:your_|album/).*\.json",
    ),
    owner=_OWNER,
    lists=(
        (names(_PERSON + r"posts/your_posts(?:__check_ins__photos_and_videos)?(?:_\d+)?\.json"), _posts("status_updates")),
        (names(_PERSON + r"posts/album/\d+\.json", r"photos_and_videos/album/\d+\.json"), _album),
        (names(_PERSON + r"posts/your_videos\.json", r"photos_and_videos/your_videos\.json"), _VIDEOS),
        (
            names(_PERSON + r"posts/your_(?:uncategorized_)?photos\.json", r"photos_and_videos/your_photos\.json"),
            _PHOTOS,
        ),
        (
            names(_PERSON + r"groups/(?:group_posts(?:_and_comments)?|your_posts_in_groups)(?:_\d+)?\.json"),
            _posts("group_posts_v2", "group_posts"),
        ),
    ),
    area=names(_PERSON + r"posts/.*\.json", _PERSON + r"groups/.*posts.*\.json", r"photos_and_videos/.*\.json"),
    media=names(_PERSON + r"(?:posts|groups|photos_and_videos)/(?!media/stickers_used/)" + _MEDIA),
    unopened=_UNOPENED,
    remarks=("audience-not-written", "archive-not-told-apart"),
)
PAGE = Layout(
    name="facebook-page",
    tops=names("this_profile.s_activity_across_facebook", "posts", *_BESIDE),
    marks=names(_PAGE + r"posts/profile_posts_\d+\.json"),
    owner=_OWNER,
    lists=(
        (names(_PAGE + r"posts/profile_posts_\d+\.json"), _posts()),
        (names(_PAGE + r"posts/album/\d+\.json"), _album),
        (names(_PAGE + r"posts/(?:your_)?videos\.json"), _VIDEOS),
        (names(_PAGE + r"posts/(?:your_)?uncategorized_photos\.json"), _PHOTOS),
    ),
    area=names(_PAGE + r"posts/.*\.json"),
    media=names(_PAGE + r"posts/(?!media/stickers_used/)" + _MEDIA),
    unopened=_UNOPENED,
    remarks=("audience-not-written", "pages-are-usually-public", "archive-not-told-apart"),
)
FACEBOOK = PlatformSpec(name="facebook", title="Facebook", layouts=(PAGE, PERSON))
