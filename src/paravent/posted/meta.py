"""What lists of Facebook and of Instagram have in common: how they tell of a picture or a film."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Any

from paravent.posted.reading import inner, mentions, repaired, seconds, text
from paravent.posted.spec import Gives, Medium, UnknownShape

_DEVICE = ("camera_make", "camera_model", "device_id", "software")
# Stickers are pictures of the platform; what lies with messages is never counted.
_NOT_OWN = re.compile(r"(?:.*/)?(?:stickers_used|messages|inbox|direct)/.*|[a-z]+:.*", re.IGNORECASE)


def medium(entry: dict[str, Any], more: frozenset[Gives] = frozenset()) -> Iterator[Medium]:
    """The picture or film of an entry, if it is the owner's. more: what is known of it besides. Raises UnknownShape."""
    if not entry:
        return
    name = entry.get("uri")
    if not isinstance(name, str) or not name:
        raise UnknownShape
    if not _NOT_OWN.match(name):
        gives = frozenset((*_gives(entry), *more))
        yield Medium(posixpath.normpath(repaired(name)), seconds(entry.get("creation_timestamp")), gives)


def media(found: Iterable[dict[str, Any]], more: frozenset[Gives] = frozenset()) -> tuple[Medium, ...]:
    """The same of several entries."""
    return tuple(one for entry in found for one in medium(entry, more))


def said(*texts: Any) -> Iterator[Gives]:
    """What texts of a post give away."""
    for one in map(text, texts):
        if one:
            yield Gives.TEXT
        if mentions(one):
            yield Gives.PEOPLE


def _gives(entry: dict[str, Any]) -> Iterator[Gives]:
    yield from said(entry.get("title"), entry.get("description"))
    if entry.get("tags"):
        yield Gives.PEOPLE
    metadata = entry.get("media_metadata")
    for kind in metadata.values() if isinstance(metadata, dict) else ():
        for values in inner(kind, "exif_data"):
            yield from _recorded(values)


def _recorded(values: dict[str, Any]) -> Iterator[Gives]:
    if any(isinstance(values.get(name), int | float) and values[name] for name in ("latitude", "longitude")):
        yield Gives.COORDINATES
    if any(text(values.get(name)) for name in _DEVICE):
        yield Gives.DEVICE
    if text(values.get("upload_ip")):
        yield Gives.UPLOAD
