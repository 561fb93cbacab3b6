"""WordPress: sizes beside each upload, in folders by year and month; copies that plugins keep elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from paravent.i18n.texts import N_
from paravent.site.spec import Pair, SiteSpec, alike, stem_of, stripped

_MONTH = re.compile(r"(?:^|.*/)([0-9]{4}/[0-9]{2})$")
_BACKUPS = {"backup", "backups", "shortpixelbackups", "imagify", "ewww", "smush-webp", "smush-avif"}
_ADDED = (
    re.compile(r"-[0-9]{1,5}x[0-9]{1,5}$"),
    re.compile(r"-(?:scaled|rotated)$"),
    re.compile(r"-e[0-9]{10,14}$"),
    re.compile(r"@[23]x$"),
    re.compile(r"^cropped-"),
)


def _key(path: str) -> str | None:
    """Month and stem of an upload; None for what lies elsewhere."""
    place = PurePosixPath(path)
    parts = [part for part in place.parent.parts if part.lower() not in _BACKUPS]
    if "uploads" in parts:
        folder = "/".join(parts[len(parts) - parts[::-1].index("uploads") :])
    elif month := _MONTH.match("/".join(parts)):
        folder = month[1]
    else:
        return None
    return f"{folder}/{stripped(stem_of(place.name), *_ADDED)}"


def _kin(paths: Sequence[str]) -> Iterator[Pair]:
    return alike(paths, _key)


def _recognises(path: str) -> bool:
    return "wp-content/" in path or path.rpartition("/")[2] in ("wp-config.php", "wp-load.php")


WORDPRESS = SiteSpec(
    name="wordpress",
    title="WordPress",
    recognises=_recognises,
    kin=_kin,
    remains=(
        N_("Do not let a plugin make the sizes anew: it may delete sizes that pages use. Upload all that the list names."),
        N_("The database kept captions and dates of photos when they were uploaded: look at them in the library."),
        N_("Plugins for speed keep copies of pages and pictures (WebP, AVIF): empty their caches after the upload."),
        N_("Backups that plugins make on the server hold the old pictures until they are made again or deleted."),
    ),
)
