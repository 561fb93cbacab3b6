"""TYPO3: processed pictures in one folder, under the stem of the picture they come from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from paravent.i18n.texts import N_
from paravent.site.spec import Pair, SiteSpec, alike, stem_of

_PROCESSED = re.compile(r"(?:csm|preview)_(.+)_[0-9a-f]{8,40}")


def _kin(paths: Sequence[str]) -> Iterator[Pair]:
    """A processed picture does not say in which folder its source lies: all of that stem come into question."""
    stems = {found[1] for path in paths if (found := _processed(path))}

    def key(path: str) -> str | None:
        found = _processed(path)
        stem = found[1] if found else stem_of(path)
        return stem if stem in stems else None

    return alike(paths, key)


def _processed(path: str) -> re.Match[str] | None:
    if "_processed_" not in PurePosixPath(path).parts:
        return None
    return _PROCESSED.fullmatch(stem_of(path))


def _recognises(path: str) -> bool:
    return "/_processed_/" in f"/{path}" or "typo3conf/" in path


TYPO3 = SiteSpec(
    name="typo3",
    title="TYPO3",
    recognises=_recognises,
    kin=_kin,
    remains=(
        N_("Flush the caches of TYPO3 and remove temporary assets (Admin Tools, Maintenance) after the upload."),
        N_("Titles and descriptions of files stand in the database: look at them in the file list."),
    ),
)
