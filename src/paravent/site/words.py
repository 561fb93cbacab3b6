"""What is said at the end of preparing a website, and of checking one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from paravent.i18n.texts import N_, NN_, _, ngettext
from paravent.inspect.values import shown
from paravent.model.report import Status
from paravent.site.manifest import SiteCheck
from paravent.site.preparing import UNCONFIRMED, SiteState
from paravent.site.roles import Role, role_of

_NAMED = 5  # paths that are named
_ROLES: dict[Role, tuple[str, str]] = {
    "twin": NN_(
        "{count} twin in another format (WebP, AVIF): {paths}", "{count} twins in other formats (WebP, AVIF): {paths}"
    ),
    "fine-screen": NN_("{count} size for fine screens (@2x): {paths}", "{count} sizes for fine screens (@2x): {paths}"),
    "backup": NN_("{count} picture in a backup: {paths}", "{count} pictures in backups: {paths}"),
    "behind-scaled": NN_(
        "{count} upload that stays reachable behind its -scaled size: {paths}",
        "{count} uploads that stay reachable behind their -scaled sizes: {paths}",
    ),
}
# Of every website.
_REMAINS = (
    N_("Upload all copies over the files of the same names, and look at the website then, with an emptied browser cache."),
    N_("A network for delivery (CDN) keeps old pictures: have it forget them."),
    N_("Search engines keep previews: ask them to take up the pages anew. Whoever copied a picture still has it."),
    N_("Later, copy the website to this disk again and run: paravent site FOLDER --check"),
)


def remains(state: SiteState) -> tuple[str, ...]:
    """What is left to do on the server, in the reader's language."""
    return tuple(_(sentence) for system in state.systems for sentence in system.remains) + tuple(map(_, _REMAINS))


def of_prepared(state: SiteState) -> Iterator[str]:
    """Lines about families, what to look at, what lacks, and what remains to be done."""
    if state.covered:
        files = sum(len(family.placements) for family in state.covered)
        sentence = ngettext(
            "Covered as one: {count} picture, in {files} files.",
            "Covered as one: {count} pictures, in {files} files.",
            len(state.covered),
        )
        yield sentence.format(count=len(state.covered), files=files)
    yield from _listed(
        *NN_(
            "{count} file still shows what is covered in others of the same picture; take it off the website: {paths}",
            "{count} files still show what is covered in others of the same pictures; take them off the website: {paths}",
        ),
        state.open,
    )
    look = [path for path, report in sorted(state.outcomes.items()) if UNCONFIRMED in report.remarks]
    yield from _listed(
        *NN_(
            "{count} file is named like one of another picture and shows something else; look at it: {paths}",
            "{count} files are named like those of other pictures and show something else; look at them: {paths}",
        ),
        look,
    )
    yield from _roles(state)
    yield from _lacking(state)
    if any(report.output for report in state.outcomes.values()):
        systems = ", ".join(system.title for system in state.systems)
        yield (
            _("What remains to be done on the server ({systems}):").format(systems=systems)
            if systems
            else _("What remains to be done on the server:")
        )
        yield from (f"  - {sentence}" for sentence in remains(state))


def _roles(state: SiteState) -> Iterator[str]:
    """Files that are easily forgotten, among those that changed."""
    by_role: dict[Role, list[str]] = {}
    for path, report in sorted(state.outcomes.items()):
        if report.status is not Status.LEFT_OUT:
            by_role.setdefault(role_of(path, state.outcomes), []).append(path)
    for role, (one, more) in _ROLES.items():
        yield from _listed(one, more, by_role.get(role, []))


def _lacking(state: SiteState) -> Iterator[str]:
    yield from _listed(
        *NN_(
            "{count} picture is named in a page and lies nowhere in the folder, so nobody looked at it: {paths}",
            "{count} pictures are named in pages and lie nowhere in the folder, so nobody looked at them: {paths}",
        ),
        [one.name for one in state.missing],
    )
    hosts = Counter(one.host for one in state.missing if one.host)
    if hosts:
        named = ", ".join(shown(host) for host, _count in hosts.most_common(_NAMED))
        yield _("Some of them are said to lie on other servers: {hosts}").format(hosts=named)


def of_check(check: SiteCheck) -> Iterator[str]:
    """What a check found."""
    yield from _listed(
        *NN_(
            "{count} file is still as it was before it was prepared: {paths}",
            "{count} files are still as they were before they were prepared: {paths}",
        ),
        check.old,
    )
    if not check.old:
        yield _("No file is as it was before it was prepared, as far as this private state knows.")
    sentence = ngettext(
        "{count} prepared copy is in its place.", "{count} prepared copies are in their place.", check.prepared
    )
    yield sentence.format(count=check.prepared)
    if check.unknown:
        sentence = ngettext(
            "{count} other picture or film: not changed by Paravent, or new since.",
            "{count} other pictures and films: not changed by Paravent, or new since.",
            check.unknown,
        )
        yield sentence.format(count=check.unknown)
    yield from _listed(
        *NN_("{count} file could not be read: {paths}", "{count} files could not be read: {paths}"), check.unreadable
    )


def _listed(one: str, more: str, paths: Sequence[str]) -> Iterator[str]:
    if paths:
        named = ", ".join(map(shown, paths[:_NAMED])) + (", ..." if len(paths) > _NAMED else "")
        yield ngettext(one, more, len(paths)).format(count=len(paths), paths=named)
