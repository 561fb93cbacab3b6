"""Google Takeout: videos of YouTube and entries of Blogger. Google Photos is storage, and mail is not posted."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from paravent.model.posted import Audience
from paravent.posted.reading import since_1970, text
from paravent.posted.spec import Gives, Layout, Left, Medium, PlatformSpec, Post, UnknownShape, names

_TOP = r"(?:Takeout/)?"
_YOUTUBE = _TOP + r"YouTube[^/]*/"
_ATOM, _BLOGGER = "{http://www.w3.org/2005/Atom}", "{http://schemas.google.com/blogger/2018}"
_IMAGE = re.compile(r"<img\b", re.IGNORECASE)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
# As English has them; in another language it is not stated. Who has the address of an unlisted video can see it.
_PRIVACY: dict[str, Audience] = {"Public": "public", "Unlisted": "restricted", "Private": "restricted"}


def _rows(data: bytes) -> Iterator[dict[str, str]]:
    """Raises UnknownShape for what is no table."""
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        if len(rows.fieldnames or ()) < 2:
            raise UnknownShape
        for row in rows:
            if None in row or None in row.values():
                raise UnknownShape
            yield row
    except (csv.Error, UnicodeDecodeError):
        raise UnknownShape from None


def _videos(data: bytes) -> Iterator[Post]:
    for row in _rows(data):
        # The identity comes first, whatever its column is called.
        number, time = next(iter(row.values())), next((one for one in row.values() if _TIME.match(one)), "")
        gives = frozenset((Gives.TEXT,) if row.get("Video Title (Original)") else ())
        audience = _PRIVACY.get(row.get("Privacy", ""), "not-stated")
        yield Post((Medium(_video(number), since_1970(time), gives, audience, elsewhere=True),))


def _recordings(data: bytes) -> Iterator[Post]:
    """Where videos were recorded; the videos themselves stand in another list."""
    for row in _rows(data):
        if text(row.get("Video Recording Latitude")):
            gives = Gives.COORDINATES
        elif text(row.get("Video Recording Address")):
            gives = Gives.PLACE
        else:
            continue
        medium = Medium(_video(next(iter(row.values()))), gives=frozenset((gives,)), elsewhere=True)
        yield Post((medium,), counts=False)


def _video(number: str) -> str:
    return f"YouTube/{number}.mp4"


def _entries(data: bytes) -> Iterator[Post]:
    try:
        for _event, entry in iterparse(io.BytesIO(data), events=("end",), forbid_dtd=True):
            if entry.tag == f"{_ATOM}feed" and entry.find(f"{_ATOM}id") is None:
                raise UnknownShape
            if entry.tag == f"{_ATOM}entry":
                if _said(entry, f"{_BLOGGER}status") == "LIVE" and _said(entry, f"{_BLOGGER}type") in ("POST", "PAGE"):
                    yield _entry(entry)
                entry.clear()
    except (ParseError, DefusedXmlException):
        raise UnknownShape from None


def _said(entry: Element, name: str) -> str:
    return text(entry.findtext(name))


def _entry(entry: Element) -> Post:
    identity, time = _said(entry, f"{_ATOM}id"), since_1970(_said(entry, f"{_ATOM}published"))
    content = _said(entry, f"{_ATOM}content")
    if not identity:
        raise UnknownShape
    media = (
        Medium(f"Blogger/{identity}/{number}.jpg", time, frozenset((Gives.TEXT,)), elsewhere=True)
        for number, _found in enumerate(_IMAGE.finditer(content))
    )
    return Post(tuple(media))


TAKEOUT = Layout(
    name="google",
    tops=names("Takeout", "YouTube[^/]*", "Blogger"),
    marks=names(_YOUTUBE + r"[^/]+/videos(?:\(\d+\))?\.csv", _TOP + r"Blogger/Blogs/[^/]+/feed\.atom"),
    owner=names(_TOP + r"archive_browser\.html", _YOUTUBE + r"[^/]+/channel\.csv", _TOP + r"Blogger/Profile/profile\.csv"),
    lists=(
        (names(_YOUTUBE + r"[^/]+/videos(?:\(\d+\))?\.csv"), _videos),
        (names(_YOUTUBE + r"[^/]+/video recordings(?:\(\d+\))?\.csv"), _recordings),
        (names(_TOP + r"Blogger/Blogs/[^/]+/feed\.atom"), _entries),
    ),
    area=names(_YOUTUBE + r"[^/]*/vid[ée]os[^/]*\.csv", _TOP + r"Blogger/Blogs/[^/]+/.*\.atom"),
    media=names(r"(?!)"),
    unopened=(
        (Left.STORAGE, names(_TOP + r"(?:Google (?:Photos|Fotos?)|Fotos? de Google|Drive)/.*")),
        (Left.MESSAGES, names(_TOP + r"(?:Mail|Google Chat|Hangouts)/.*", _YOUTUBE + r"live chats/.*")),
        (
            Left.REACTIONS,
            names(_YOUTUBE + r"(?:comments|playlists|history|subscriptions)/.*", _TOP + r"Blogger/Comments/.*"),
        ),
        (Left.OTHERS, names(_TOP + r"Contacts/.*")),
    ),
    remarks=("lists-only", "blog-audience"),
)
GOOGLE = PlatformSpec(name="google", title="Google", layouts=(TAKEOUT,))
