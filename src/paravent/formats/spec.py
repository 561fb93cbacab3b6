"""What a format is, said once: how it is recognised and named, what may be done with it, and what a copy keeps of it.

Specifications are data: reading one loads no decoder. A family keeps its own in `spec.py`, `registry` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from paravent.errors import Held
from paravent.formats.extras import require
from paravent.formats.fidelity import Fidelity
from paravent.inspect.entry import Audit, Entry

if TYPE_CHECKING:
    from paravent.formats.base import Source
    from paravent.model.limits import StillLimits

# Bytes of a file's beginning that recognising looks at.
HEAD = 4096


class Media(StrEnum):
    """What a file of a format can hold. All but videos go through `pipeline.still`."""

    STILL = "still"
    ANIMATION = "animation"
    VIDEO = "video"


def _not_opened(data: bytes, limits: StillLimits) -> Source:
    raise TypeError("a video is opened by paravent.video")


def _no_entries(data: bytes) -> Iterator[Entry]:
    return iter(())


_NO_AUDIT = Audit(_no_entries)


def _no_mark(data: bytes, mark: bytes) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatSpec:
    """One format.

    name: in reports. title: in documents, where that is another. recognises: by the first bytes (`HEAD` are enough), never
    by name. endings: of file names, the customary one first; rare_endings: others under which it is found.
    extra: of this package that it needs, "" for none; deep_extra: the same above 8 bits.
    written_as: name of the format of its copies, "" for its own. on_request: prepared only where the policy says what it
    becomes.
    open: parses within limits and gets ready to decode; raises Held. audit: reads what the container gives away.
    mark: puts an XMP packet into a finished copy; None where that has no place for one.
    fidelity: what a copy keeps; None where `written_as` says it.
    """

    name: str
    title: str = ""
    media: frozenset[Media]
    recognises: Callable[[bytes], bool]
    endings: tuple[str, ...]
    rare_endings: tuple[str, ...] = ()
    extra: str = ""
    deep_extra: str = ""
    written_as: str = ""
    on_request: bool = False
    open: Callable[[bytes, StillLimits], Source] = _not_opened
    audit: Audit = _NO_AUDIT
    mark: Callable[[bytes, bytes], bytes | None] = _no_mark
    fidelity: Fidelity | None = None

    @property
    def is_video(self) -> bool:
        """Whether it is prepared frame by frame."""
        return Media.VIDEO in self.media

    @property
    def all_endings(self) -> tuple[str, ...]:
        """Ends of names under which it is found."""
        return (*self.endings, *self.rare_endings)

    @property
    def copy_name(self) -> str:
        """Name of the format of its copies."""
        return self.written_as or self.name

    def refuse_unasked(self, *, convert: bool) -> None:
        """Raises Held where it is prepared on request only. convert: whether that was asked for."""
        if self.on_request and not convert:
            raise Held("convertible", format=self.name)

    def require(self) -> None:
        """Raises Held where the extra that it needs is not installed."""
        if self.extra:
            require(self.extra, self.name)
