"""Exports of Instagram, 2020 to now: in JSON, in HTML, and the single list of 2020."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

from paravent.posted import meta
from paravent.posted.reading import entries, parsed, since_1970, text
from paravent.posted.spec import Gives, Layout, Left, Medium, PlatformSpec, Post, Reader, UnknownShape, names

_MEDIA = r".*\.(?:jpe?g|png|gif|webp|heic|mp4|mov)"
_AREA = r"(?:your_instagram_activity/(?:media|content)|content)/"
_MONTH = re.compile(r"/(\d{4})(0[1-9]|1[0-2])/")


def _posts(*keys: str) -> Reader:
    def read(data: bytes) -> Iterator[Post]:
        value = parsed(data)
        # An account with one post has that alone, without a list around it.
        single = isinstance(value, dict) and "media" in value
        return map(_post, [value] if single else entries(value, *keys))

    return read


def _post(entry: dict[str, Any]) -> Post:
    if "media" not in entry:
        return Post(tuple(meta.medium(entry)))
    gives = frozenset(meta.said(entry.get("title")))
    return Post(meta.media(entries(entry["media"]), gives))


def _media_of_2020(data: bytes) -> Iterator[Post]:
    value = parsed(data)
    if not isinstance(value, dict) or {"photos", "videos", "stories", "profile"}.isdisjoint(value):
        raise UnknownShape
    for key in ("photos", "videos", "stories", "profile"):  # what was sent stands there too, under another key
        for entry in entries(value.get(key, [])):
            gives = [*meta.said(entry.get("caption")), *([Gives.PLACE] if text(entry.get("location")) else [])]
            timed = {"uri": entry.get("path"), "creation_timestamp": since_1970(entry.get("taken_at"))}
            yield Post(tuple(meta.medium(timed, frozenset(gives))))


class _Page(HTMLParser):
    """A list in HTML: each part of its main box is a post, and what it shows from the folder of media belongs to it."""

    _VOID = frozenset(
        ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
    )
    # The label of a value, as English, French, Spanish and Swedish have it.
    _COORDINATE = re.compile(r"\s*latitude?\b", re.IGNORECASE)

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.main = 0
        self.posts: list[Post] = []
        self.found: dict[str, None] = {}
        self.placed = self.seen_main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See the class that this one is made from."""
        values = dict(attrs)
        if tag not in self._VOID:
            self.depth += 1
            if values.get("role") == "main" and not self.main:
                self.main, self.seen_main = self.depth, True
        for name in (values.get("src"), values.get("href")):
            if self.main and name and (own := _own(name)):
                self.found[own] = None

    def handle_endtag(self, tag: str) -> None:
        if tag in self._VOID:
            return
        self.depth -= 1
        if self.main and self.depth <= self.main:
            if self.found:
                self._end_post()
            if self.depth < self.main:
                self.main = 0

    def handle_data(self, data: str) -> None:
        self.placed |= bool(self.main and self._COORDINATE.match(data))

    def _end_post(self) -> None:
        gives = frozenset((Gives.COORDINATES,) if self.placed else ())
        self.posts.append(Post(tuple(Medium(name, _month(name), gives) for name in self.found)))
        self.found, self.placed = {}, False


def _own(name: str) -> str:
    """The name of what was posted, from the top of the export; "" for anything else."""
    found = re.search(r"(?:^|/)(media/(?:posts|reels|stories|profile|other|igtv)/.+)", posixpath.normpath(name))
    return found[1] if found else ""


def _month(name: str) -> int:
    found = _MONTH.search(name)
    return int(datetime(int(found[1]), int(found[2]), 15, tzinfo=UTC).timestamp()) if found else 0


def _page(data: bytes) -> Iterator[Post]:
    page = _Page()
    page.feed(data.decode(errors="replace"))
    page.close()
    if not page.seen_main:
        raise UnknownShape
    yield from page.posts


_UNOPENED = (
    (Left.MESSAGES, names(r"(?:.*/)?(?:messages|direct|inbox|message_requests)/.*", r"messages\.(?:json|html)")),
    (
        Left.WITHDRAWN,
        names(
            _AREA + r"(?:archived_posts|recently_deleted[^/]*)(?:_\d+)?\.(?:json|html)",
            r"media/(?:archived_posts|recently_deleted)/.*",
        ),
    ),
    (Left.SAVED, names(r"(?:.*/)?saved/.*", r"saved\.json")),
    (Left.TAGGED, names(r"(?:.*/)?[^/]*tagged[^/]*")),
    (
        Left.OTHERS,
        names(r"(?:.*/)?(?:followers_and_following|connections|contacts|comments)/.*", r"connections\.json|contacts\.json"),
    ),
    (Left.REACTIONS, names(r"(?:.*/)?(?:likes|reposts)/.*", _AREA + r"reposts\.(?:json|html)", r"likes\.json")),
)
_LIST = r"(?:posts(?:_\d+)?|reels|stories|profile_photos|other_content|igtv_videos)"
_TOPS = names("your_instagram_activity", "content", "media", "personal_information", "account_information")
_POSTED = names(r"media/(?:posts|reels|stories|profile|other|igtv)/" + _MEDIA)

JSON = Layout(
    name="instagram-json",
    tops=_TOPS,
    marks=names(_AREA + _LIST + r"\.json"),
    owner=names(r"(?:personal_information/|account_information/){1,2}personal_information\.json"),
    lists=(
        (names(_AREA + r"posts(?:_\d+)?\.json"), _posts()),
        (names(_AREA + r"reels\.json"), _posts("ig_reels_media")),
        (names(_AREA + r"stories\.json"), _posts("ig_stories")),
        (names(_AREA + r"profile_photos\.json"), _posts("ig_profile_picture")),
        (names(_AREA + r"other_content\.json"), _posts("ig_other_media")),
        (names(_AREA + r"igtv_videos\.json"), _posts("ig_igtv_media")),
    ),
    area=names(_AREA + r"[^/]*\.json"),
    media=_POSTED,
    unopened=(*_UNOPENED, (Left.TWIN, names(_AREA + r"[^/]*\.html"))),
    remarks=("audience-not-written",),
)
HTML = Layout(
    name="instagram-html",
    tops=_TOPS,
    marks=names(_AREA + _LIST + r"\.html"),
    owner=names(r"(?:personal_information/|account_information/){1,2}personal_information\.html"),
    lists=((names(_AREA + _LIST + r"\.html"), _page),),
    area=names(_AREA + r"[^/]*\.html"),
    media=_POSTED,
    unopened=_UNOPENED,
    remarks=("audience-not-written", "html-says-less"),
    twin="instagram-json",
)
OF_2020 = Layout(
    name="instagram-2020",
    tops=names("photos", "videos", "stories", "profile"),
    marks=names(r"media\.json"),
    owner=names(r"profile\.json"),
    lists=((names(r"media\.json"), _media_of_2020),),
    area=names(r"media(?:_\d+)?\.json"),
    media=names(r"(?:photos|videos|stories|profile)/" + _MEDIA),
    unopened=_UNOPENED,
    remarks=("audience-not-written",),
)
INSTAGRAM = PlatformSpec(name="instagram", title="Instagram", layouts=(JSON, HTML, OF_2020))
