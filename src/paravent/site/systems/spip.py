"""SPIP: pictures in IMG, their sizes in local/cache-vignettes under names that hold a digest of where they come from."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from paravent.i18n.texts import N_
from paravent.site.spec import Pair, SiteSpec, stem_of

_SIZED = re.compile(
    r"(?P<root>(?:.*/)?)local/cache-vignettes/(?P<size>L[0-9]+xH[0-9]+)/(?P<stem>.+)-(?P<digest>[0-9a-f]{5})$"
)


def _sized(path: str) -> re.Match[str] | None:
    return _SIZED.fullmatch(str(PurePosixPath(path).parent / stem_of(path)))


def _digests(source: str, size: str) -> tuple[str, str]:
    """What the name of a size of a picture ends with; and that of one that needed no other size."""
    told = (f"{source}-{size}", source)
    digested = [hashlib.md5(one.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()[:5] for one in told]
    return digested[0], digested[1]


def _kin(paths: Sequence[str]) -> Iterator[Pair]:
    """Each size with the picture its digest names; where none does, with all of that stem."""
    by_stem: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        if "local/cache-" not in path:
            by_stem[stem_of(path)].append(path)
    alone: dict[tuple[str, str], str] = {}
    for path in paths:
        if (sized := _sized(path)) is None:
            continue
        inside = [one for one in by_stem[sized["stem"]] if one.startswith(sized["root"])]
        named = [one for one in inside if sized["digest"] in _digests(one[len(sized["root"]) :], sized["size"])]
        for source in named or inside:
            yield source, path
        first = alone.setdefault((sized["root"], sized["stem"]), path)
        if not named and first != path:
            yield first, path


def _recognises(path: str) -> bool:
    return "local/cache-" in path or path.rpartition("/")[2] in ("spip.php", "ecrire.php")


SPIP = SiteSpec(
    name="spip",
    title="SPIP",
    recognises=_recognises,
    kin=_kin,
    remains=(
        N_("SPIP makes a size anew only if the picture is newer than it: let the upload give the files the time of now."),
        N_("Empty the caches of SPIP after the upload (Maintenance, Empty the cache), that of pictures too."),
        N_("Titles, captions and credits of documents stand in the database: look at them in the private area."),
    ),
)
