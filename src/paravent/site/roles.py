"""Files of a picture that nobody thinks of: twins in other formats, sizes for fine screens, backups, hidden originals."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

from paravent.site.spec import stem_of

# "": none of these.
Role: TypeAlias = Literal["", "twin", "fine-screen", "backup", "behind-scaled"]

_TWINS = (".webp", ".avif")
_FINE = re.compile(r"@[1-4](?:\.[0-9])?x$")
_BACKUPS = re.compile(r"(?:.*[-_])?(?:backups?|shortpixelbackups|imagify|old)(?:[-_].*)?", re.IGNORECASE)


def role_of(path: str, paths: Collection[str]) -> Role:
    """What a picture is besides a picture. paths: of all pictures; quick to look into."""
    place = PurePosixPath(path)
    stem = stem_of(place.name)
    if any(_BACKUPS.fullmatch(part) for part in place.parent.parts):
        return "backup"
    others = [str(place.with_name(stem + ending)) for ending in (".jpg", ".jpeg", ".png", ".JPG", ".PNG", ".gif")]
    if place.suffix.lower() in _TWINS and (place.stem != stem or any(other in paths for other in others)):
        return "twin"
    if _FINE.search(stem):
        return "fine-screen"
    if str(place.with_name(f"{stem}-scaled{place.suffix}")) in paths:
        return "behind-scaled"
    return ""
