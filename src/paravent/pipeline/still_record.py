"""What is known of a picture while it is prepared, and what is said of its copy."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from paravent.formats.base import OTHERS_LEFT, Draft, Source
from paravent.model.geometry import Region, scale
from paravent.model.report import Finding, Kind
from paravent.pipeline.record import Record

# Hidden pictures (`Finding.precision`) that show something of their own: not thumbnails, previews, masks or rests.
_OTHER_PICTURES = frozenset(("", "further-picture", "gain-map", "depth-map", "multi-view"))


@dataclass(slots=True)
class StillRecord(Record):
    """size: width and height of the first page, upright. moving: the pages are frames of one animation. followed: see
    `note`; None for what is not followed."""

    regions: list[Region] = field(default_factory=list)
    size: tuple[int, int] = (0, 0)
    pages: int = 1
    moving: bool = False
    lossless: bool = False
    followed: Counter[str] | None = None
    followed_doubtful: int = 0

    def note(self, covered: Counter[str], doubtful: int) -> None:
        """What an animation is covered for, by kind; each is counted once, wherever it goes."""
        self.followed, self.followed_doubtful = covered, doubtful


def remarks_on(draft: Draft, findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """What to say of the copy: the draft's own remarks, and that further pictures or film in the source are not in it."""
    others = any(
        finding.kind is Kind.HIDDEN_VIDEO or (finding.kind is Kind.HIDDEN_PICTURE and finding.precision in _OTHER_PICTURES)
        for finding in findings
    )
    return tuple(dict.fromkeys((*draft.remarks, *(OTHERS_LEFT,) * others)))


def in_copy(region: Region, source: Source, draft: Draft) -> Region:
    """A region in pixels of the upright copy, which may be smaller than its source."""
    before, after = source.pages[region.page], draft.plan.pages[region.page]
    if (before.width, before.height) == (after.width, after.height):
        return region
    factor = max(after.width, after.height) / max(before.width, before.height)
    return replace(region, shape=scale(region.shape, factor, factor))
