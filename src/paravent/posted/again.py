"""Compares an export with a newer one of the same account: what was posted then, is it posted still?

A picture is known again by its name or by the keyed digest of its bytes; what it shows is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from paravent.model.posted import Fate
from paravent.posted.export import Export
from paravent.posted.spec import Medium, Post


@dataclass(slots=True)
class Newer:
    """What a newer export says is posted. whole: whether all that it names is in its parts."""

    names: set[str] = field(default_factory=set)
    digests: set[str] = field(default_factory=set)
    whole: bool = True

    @classmethod
    def of(cls, export: Export, posts: Iterable[Post], key: bytes) -> Newer:
        """Reads the media of an export, once each. key: of this installation."""
        newer = cls()
        for medium in (medium for post in posts for medium in post.media):
            if medium.name in newer.names:
                continue
            newer.names.add(medium.name)
            digest = _digest(export, medium, key)
            if digest is not None:
                newer.digests.add(digest)
            elif not medium.elsewhere:
                newer.whole = False
        return newer

    def fate(self, media: Sequence[Medium], digest: Callable[[Medium], str | None]) -> Fate:
        """What has become of some media of an earlier export: gone only if each of them is, for certain."""
        fates = {self._fate(medium, digest) for medium in media}
        return "still-there" if "still-there" in fates else "unknown" if "unknown" in fates else "gone"

    def _fate(self, medium: Medium, digest: Callable[[Medium], str | None]) -> Fate:
        if medium.name in self.names:
            return "still-there"
        if medium.elsewhere:  # its name is its identity on the platform
            return "gone"
        found = digest(medium)
        if found in self.digests:
            return "still-there"
        return "gone" if found is not None and self.whole else "unknown"


def digests(export: Export, key: bytes) -> Callable[[Medium], str | None]:
    """How media of an export are known by their bytes."""
    return lambda medium: _digest(export, medium, key)


def _digest(export: Export, medium: Medium, key: bytes) -> str | None:
    if medium.elsewhere:
        return None
    name = export.has(medium)
    return export.digest(name, key) if name else None
