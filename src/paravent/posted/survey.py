"""Says what was posted already: recognises an export by its names, opens its lists of posts, counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from paravent.errors import UsageProblem
from paravent.i18n import dates
from paravent.i18n.texts import _
from paravent.model.keyed_hash import keyed_hash
from paravent.model.posted import Audience, Fate, PostedItem, PostedReport, TodoList
from paravent.posted.again import Newer, digests
from paravent.posted.export import Export
from paravent.posted.recognising import Recognised, recognise
from paravent.posted.spec import Medium, Post, UnknownShape
from paravent.posted.tally import Tally, day, item
from paravent.state.exports import ExportStore
from paravent.state.private import PrivateFolder
from paravent.version import VERSION

# Asked once for each account, by the platform's title: whether it is one's own.
Confirm = Callable[[str], bool]


def survey(paths: Sequence[Path], confirm: Confirm, private: Path | None = None) -> PostedReport:
    """What an export says was posted. Raises UsageProblem."""
    with Export(paths) as export:
        found = recognise(export)
        refuse_others(found, confirm, private)
        tally = Tally(export.has)
        for post in posts(found):
            tally.add(post)
        return _told(export, found, tally)


def todo(paths: Sequence[Path], confirm: Confirm, private: Path | None = None, newer: Sequence[Path] = ()) -> TodoList:
    """Each post with media, to be gone through; media that only albums name by their day. Raises UsageProblem.

    newer: parts of a later export of the same account, to say what is still there.
    """
    with Export(paths) as export:
        found = recognise(export)
        refuse_others(found, confirm, private)
        fate = _fates(export, found, newer, confirm, private) if newer else None
        return TodoList(
            schema="paravent-todo/1",
            version=VERSION,
            time=dates.now(),
            platform=found.platform.name,
            layout=found.layout.name,
            items=tuple(sorted(_items(found, fate), key=lambda item: item.day)),
        )


def _fates(
    export: Export, found: Recognised, paths: Sequence[Path], confirm: Confirm, private: Path | None
) -> Callable[[Sequence[Medium]], Fate]:
    key = PrivateFolder(private).key()
    with Export(paths) as newer:
        later = recognise(newer)
        refuse_others(later, confirm, private)
        if later.platform is not found.platform:
            raise UsageProblem(_("the newer export is one of another platform; name one of the same account"))
        known = Newer.of(newer, posts(later), key)
    return lambda media: known.fate(media, digests(export, key))


def _items(found: Recognised, fate: Callable[[Sequence[Medium]], Fate] | None) -> Iterator[PostedItem]:
    seen: set[int] = set()
    alone: dict[str, list[Medium]] = {}
    for counts in (True, False):  # posts first: an album or another list adds what none of them names
        for post in posts(found):
            if post.counts is counts:
                fresh = [medium for medium in post.media if hash(medium.name) not in seen]
                seen.update(hash(medium.name) for medium in fresh)
                if counts and fresh:
                    yield item(fresh, post.address, fate(fresh) if fate else None)
                for medium in fresh if not counts else ():
                    alone.setdefault(day(medium.time), []).append(medium)
    yield from (item(media, fate=fate(media) if fate else None) for media in alone.values())


def refuse_others(found: Recognised, confirm: Confirm, private: Path | None) -> str:
    """The keyed digest of the account. Raises UsageProblem for an export that says not whose it is, is of two accounts, or
    is not confirmed to be one's own."""
    if not found.owner:
        raise UsageProblem(
            _("no part says whose account it is; ask {title} for all of the export, and name all parts").format(
                title=found.platform.title
            )
        )
    folder = PrivateFolder(private)
    said = {(name, keyed_hash(folder.key(), part.read(name))) for part, name in found.owner}
    if len({name for name, _digest in said}) < len(said):
        raise UsageProblem(_("the parts are of two accounts, or of two exports; name those of one"))
    if found.twice:
        sentence = _("{name} is in two of the parts; name the parts of one export, each once")
        raise UsageProblem(sentence.format(name=found.twice))
    owner = keyed_hash(folder.key(), repr(sorted(said)).encode())
    with ExportStore(folder.exports) as store:
        if not store.is_own(owner):
            if not confirm(found.platform.title):
                raise UsageProblem(_("only an export of one's own account is opened; with --mine you say that it is yours"))
            store.confirm(owner)
    return owner


def posts(found: Recognised) -> Iterator[Post]:
    """Every post of an export, list by list. Raises UsageProblem for a list that is built in an unknown way."""
    audience = _audience(found)
    for part, name in found.lists:
        reader = found.layout.reader(name)
        if reader is None:  # it was chosen because there is one
            continue
        try:
            for post in reader(part.read(name)):
                yield _for(post, audience)
        except UnknownShape:
            raise _unknown(name) from None


def _audience(found: Recognised) -> Audience:
    said: Audience = "not-stated"
    for part, name in found.account:
        if found.layout.audience:
            try:
                said = found.layout.audience[1](part.read(name))
            except UnknownShape:
                raise _unknown(name) from None
    return said


def _for(post: Post, audience: Audience) -> Post:
    """For whom a post is that does not say it itself."""
    if audience == "not-stated":
        return post
    media = (replace(one, audience=audience) if one.audience == "not-stated" else one for one in post.media)
    return replace(post, media=tuple(media))


def _unknown(name: str) -> UsageProblem:
    sentence = _("{name} is built in a way that is not known, so nothing was counted; please report the name and the year")
    return UsageProblem(sentence.format(name=name))


def _told(export: Export, found: Recognised, tally: Tally) -> PostedReport:
    media = found.layout.media
    names = (name for part in export.parts for name in part.names() if media.fullmatch(name))
    return PostedReport(
        schema="paravent-posted/1",
        version=VERSION,
        time=dates.now(),
        platform=found.platform.name,
        layout=found.layout.name,
        parts=len(export.parts),
        posts=tally.posts,
        media=tally.media,
        kinds=tally.kinds(),
        years=tally.years(),
        audiences=tally.audiences(),
        placed=tally.placed,
        gives_away=tally.gives_away(),
        missing=tally.missing,
        unnamed=sum(not tally.knows(name) for name in names),
        unopened=tuple(sorted(found.left)),
        unread=tuple(sorted(found.unread)),
        remarks=(*found.layout.remarks, "never-tried-with-a-real-export"),
    )
