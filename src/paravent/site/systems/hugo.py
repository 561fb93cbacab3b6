"""Hugo: resized pictures beside the pages that show them, and the same in the folder of generated resources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from paravent.i18n.texts import N_
from paravent.site.spec import Pair, SiteSpec, alike, stem_of

_RESIZED = re.compile(r"(.+?)_hu_?[0-9a-f]{8,64}(?:_.*)?")
_ROOTS = ("resources/_gen/images", "public", "content", "assets", "static")


def _place(path: str) -> PurePosixPath:
    """The path below the page's folder, whichever root of a project it lies in."""
    place = PurePosixPath(path)
    for root in _ROOTS:
        if place.is_relative_to(root):
            return place.relative_to(root)
    return place


def _kin(paths: Sequence[str]) -> Iterator[Pair]:
    stems = {str(_place(path).parent / found[1]) for path in paths if (found := _RESIZED.fullmatch(stem_of(path)))}

    def key(path: str) -> str | None:
        found = _RESIZED.fullmatch(stem_of(path))
        of = str(_place(path).parent / (found[1] if found else stem_of(path)))
        return of if of in stems else None

    return alike(paths, key)


def _recognises(path: str) -> bool:
    return "resources/_gen/" in path or _RESIZED.fullmatch(stem_of(path)) is not None or path in ("hugo.toml", "hugo.yaml")


HUGO = SiteSpec(
    name="hugo",
    title="Hugo",
    recognises=_recognises,
    kin=_kin,
    remains=(
        N_("The next build makes all sizes anew from the sources: put the prepared copies into the project too."),
        N_("Earlier versions of the pictures stay in the history of the project (Git) and with who builds the site."),
    ),
)
