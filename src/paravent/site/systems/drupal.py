"""Drupal: image styles in a folder of their own, under the path of the picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from paravent.i18n.texts import N_
from paravent.site.spec import Pair, SiteSpec, alike, stem_of

_STYLED = re.compile(r"((?:.*/)?files/)styles/[^/]+/(?:public|private)/(.+)")


def _key(path: str) -> str | None:
    styled = _STYLED.fullmatch(path)
    place = PurePosixPath(styled[1] + styled[2] if styled else path)
    return str(place.parent / stem_of(place.name)) if "files" in place.parent.parts else None


def _kin(paths: Sequence[str]) -> Iterator[Pair]:
    return alike(paths, _key)


def _recognises(path: str) -> bool:
    return _STYLED.fullmatch(path) is not None or path.endswith("core/lib/Drupal.php")


DRUPAL = SiteSpec(
    name="drupal",
    title="Drupal",
    recognises=_recognises,
    kin=_kin,
    remains=(
        N_("Empty what Drupal keeps (drush image:flush --all, drush cache:rebuild) after the pictures were replaced."),
        N_("Titles and alternative texts of pictures stand in the database, in earlier revisions too: look at them."),
    ),
)
