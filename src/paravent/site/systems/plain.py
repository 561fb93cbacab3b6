"""Any other website: customary ends of names and folders for sizes. What has no such name, pixels find."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from paravent.site.spec import Pair, SiteSpec, alike, stem_of, stripped

_WORDS = "thumb|thumbs|thumbnail|small|medium|large|xlarge|mini|min|preview|resized|orig|original|full|square|tn|vignette"
_ADDED = (
    re.compile(r"@[1-4](?:\.[0-9])?x$", re.IGNORECASE),
    re.compile(r"[-_.](?:[0-9]{2,5}x[0-9]{2,5}|[0-9]{2,5}(?:w|px|h))$", re.IGNORECASE),
    re.compile(rf"[-_.](?:{_WORDS})$", re.IGNORECASE),
    re.compile(rf"^(?:{_WORDS})[-_.]", re.IGNORECASE),
)
_FOLDERS = re.compile(rf"_?(?:{_WORDS}|webp|avif|cache|[0-9]{{2,4}}(?:x[0-9]{{2,4}}|px|w))", re.IGNORECASE)


def _key(path: str) -> str:
    place = PurePosixPath(path)
    folders = [part for part in place.parent.parts if not _FOLDERS.fullmatch(part)]
    return "/".join([*folders, stripped(stem_of(place.name), *_ADDED)])


def _kin(paths: Sequence[str]) -> Iterator[Pair]:
    return alike(paths, _key)


PLAIN = SiteSpec(name="plain", title="", recognises=lambda _path: False, kin=_kin)
