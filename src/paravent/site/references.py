"""Pictures that pages, style sheets, JSON and site maps of a website name, and that lie nowhere in its folder.

Texts are searched for what looks like the name of a picture. Nothing is fetched, and no page is interpreted.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import SplitResult, unquote, urlsplit

from paravent.errors import Held
from paravent.site.spec import endings
from paravent.stores.base import Source
from paravent.stores.listing import Item, What

_TEXTS = (".html", ".htm", ".xhtml", ".php", ".css", ".json", ".xml", ".md", ".js", ".txt", ".tpl", ".twig")
_LARGEST = 8_000_000  # bytes of a text
_LONGEST = 1_000  # characters of a name
_MOST = 10_000  # names that are kept
_KINDS = "|".join(sorted((ending.lstrip(".") for ending in endings()), key=len, reverse=True))
_NAME = re.compile(rf"[^\s\"'`()<>{{}}\[\],;|=*?#\\]{{1,{_LONGEST}}}?\.(?:{_KINDS})(?![\w.-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Missing:
    """A picture that is named and not there. name: as it is written. text: path of the first text that names it.
    host: whose server it is said to lie on; "" where none is said."""

    name: str
    text: str
    host: str = ""


def missing(items: Sequence[Item], source: Source) -> list[Missing]:
    """What the website's texts name and its folder does not hold, each once."""
    there = {item.relative for item in items}
    found: dict[str, Missing] = {}
    for item in items:
        if item.what in (What.FILE, What.SIDECAR) and item.name.lower().endswith(_TEXTS):
            for name in _named(item, source):
                if name not in found and (host := _lacking(name, item.relative, there)) is not None:
                    found[name] = Missing(name, item.relative, host)
                if len(found) >= _MOST:
                    return list(found.values())
    return list(found.values())


def _named(item: Item, source: Source) -> Iterator[str]:
    try:
        with source.opened(item.identity, _LARGEST) as original:
            text = original.file.read(_LARGEST).decode("utf-8", "replace")
    except Held:
        return
    for match in _NAME.finditer(html.unescape(text.replace("\\/", "/"))):
        yield match[0]


def _lacking(name: str, text: str, there: set[str]) -> str | None:
    """The host of what the folder does not hold, see `Missing`; None for what it holds."""
    try:
        parts = urlsplit(name)
    except ValueError:
        return ""
    return None if _is_there(parts, text, there) else parts.netloc


def _is_there(parts: SplitResult, text: str, there: set[str]) -> bool:
    """Whether the folder holds it: beside the text, below the website's root, or where an address ends."""
    path = unquote(parts.path, errors="surrogateescape")
    if not parts.netloc and not path.startswith("/"):
        beside = _joined(PurePosixPath(text).parent, path)
        return beside in there or _joined(PurePosixPath(), path) in there
    inner = path.lstrip("/").split("/")
    # A copy may begin below the root of the website, or hold more than that.
    return any("/".join(inner[start:]) in there for start in range(len(inner) - 1)) or inner[-1] in there


def _joined(folder: PurePosixPath, path: str) -> str:
    parts: list[str] = []
    for part in (*folder.parts, *path.split("/")):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
