"""What a family of websites is, said once: how it is recognised, which names belong together, what is left to do there.

A specification knows names alone. Whether two files show the same picture, pixels say (`site.placing`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import TypeAlias

from paravent.formats import specs

Pair: TypeAlias = tuple[str, str]
# Pairs of names that may show the same picture, of all pictures' paths below the website's folder.
Kin: TypeAlias = Callable[[Sequence[str]], Iterator[Pair]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSpec:
    """One family. name: in manifests; title: for people. recognises: by the path of one file, whether the website is of
    this family. kin: see `Kin`. remains: sentences, to be translated, on what is left to do on the server."""

    name: str
    title: str
    recognises: Callable[[str], bool]
    kin: Kin
    remains: tuple[str, ...] = ()


@cache
def endings() -> frozenset[str]:
    """Ends of names that pictures and films have, with their dot, in lower case."""
    return frozenset(ending for spec in specs() for ending in spec.all_endings)


def stem_of(name: str) -> str:
    """A name without its endings; twins have two."""
    known = endings()
    path = PurePosixPath(name)
    for _ in range(2):
        if path.suffix.lower() in known:
            path = path.with_suffix("")
    return path.name


def alike(paths: Iterable[str], key: Callable[[str], str | None]) -> Iterator[Pair]:
    """Each path with the first one of the same key. key: None for a path that the rule says nothing of."""
    first: dict[str, str] = {}
    for path in paths:
        of = key(path)
        if of is None:
            continue
        known = first.setdefault(of, path)
        if known != path:
            yield known, path


def stripped(stem: str, *patterns: re.Pattern[str]) -> str:
    """A stem without all that the patterns find, however often it stands there; never empty."""
    before = ""
    while stem != before:
        before = stem
        for pattern in patterns:
            stem = pattern.sub("", stem, count=1) or stem
    return stem
