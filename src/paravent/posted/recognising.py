"""Tells by names alone what an export is, and refuses what is none of one's own. Nothing is opened here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from paravent.errors import UsageProblem
from paravent.i18n.texts import _
from paravent.posted.export import Export, Part
from paravent.posted.known import KNOWN
from paravent.posted.registry import PLATFORMS
from paravent.posted.spec import Layout, PlatformSpec

# What browsers and downloaders leave beside pages of anybody: this is never one's own export.
_SAVED = re.compile(
    r"(?:.*/)?(?:hts-cache/.*|hts-log\.txt|[^/]*\.warc(?:\.gz)?|[^/]*\.json\.xz|[^/]*\.info\.json|[^/]*_files/[^/]*|[^/]*\.mhtml?)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Recognised:
    """An export. lists: what is read, with the part that it is in. owner: the files that say whose account it is.
    account: files that say for whom it is. unread: names of lists in an unknown form. left: why files are never opened.
    twice: the name of a list that is in two parts, or ""."""

    platform: PlatformSpec
    layout: Layout
    lists: list[tuple[Part, str]] = field(default_factory=list)
    owner: list[tuple[Part, str]] = field(default_factory=list)
    account: list[tuple[Part, str]] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    twice: str = ""


def recognise(export: Export) -> Recognised:
    """What an export is. Raises UsageProblem for what is unknown, saved from a page, or not one export of one account."""
    found: dict[str, tuple[PlatformSpec, Layout]] = {}
    saved = known = ""
    for _part, name in _names(export):
        saved = saved or (name if _SAVED.fullmatch(name) else "")
        known = known or next((title for title, marks in KNOWN.items() if marks.fullmatch(name)), "")
        for platform, layout in _marked(name):
            found.setdefault(layout.name, (platform, layout))
    if not found:
        raise UsageProblem(_nothing(export, saved, known))
    return _sorted_out(export, *_one(found))


def _names(export: Export) -> Iterator[tuple[Part, str]]:
    for part in export.parts:
        for name in part.names():
            yield part, name


def _marked(name: str) -> Iterator[tuple[PlatformSpec, Layout]]:
    for platform in PLATFORMS:
        for layout in platform.layouts:
            if layout.marks.fullmatch(name) and layout.left(name) is None:
                yield platform, layout


def _nothing(export: Export, saved: str, known: str) -> str:
    path = export.parts[0].path
    if saved:
        sentence = _("{path}: pages or posts that were saved from the web ({name}), not an export of one's own account")
        return sentence.format(path=path, name=saved)
    if known:
        return _("{path}: an export of {title}, of which nothing is read; nothing was opened").format(
            path=path, title=known
        )
    return _("{path}: no export in a form that is known; nothing was opened").format(path=path)


def _one(found: dict[str, tuple[PlatformSpec, Layout]]) -> tuple[PlatformSpec, Layout]:
    layouts = [(platform, layout) for platform, layout in found.values() if layout.twin not in found]
    if len(layouts) > 1:
        names = ", ".join(layout.name for _platform, layout in layouts)
        raise UsageProblem(_("several exports at once ({names}); name the parts of one of them").format(names=names))
    return layouts[0]


def _sorted_out(export: Export, platform: PlatformSpec, layout: Layout) -> Recognised:
    """Goes through the names once more, now that it is known what they mean."""
    sorted_out = Recognised(platform, layout)
    seen: set[str] = set()
    for part, name in _names(export):
        if layout.media.fullmatch(name):
            continue
        if left := layout.left(name):
            sorted_out.left.add(left.value)
        elif (where := _where(sorted_out, layout, name)) is not None:
            where.append((part, name))
            if name in seen:
                sorted_out.twice = name
            seen.add(name)
        elif layout.area.fullmatch(name):
            sorted_out.unread.add(name)
    return sorted_out


def _where(sorted_out: Recognised, layout: Layout, name: str) -> list[tuple[Part, str]] | None:
    if layout.owner.fullmatch(name):
        return sorted_out.owner
    if layout.audience and layout.audience[0].fullmatch(name):
        return sorted_out.account
    return sorted_out.lists if layout.reader(name) else None
