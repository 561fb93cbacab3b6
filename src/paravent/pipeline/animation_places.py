"""Where the frames of an animation are covered: what is followed through them, and what a human decided for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from paravent.detect.base import Detection
from paravent.detect.upright import Page
from paravent.model.decision import LEFT_VISIBLE, Decision
from paravent.model.geometry import Box, Ellipse, Region, Shape, overlap
from paravent.model.policy import Policy
from paravent.pipeline.covering import DECIDED, PageDetection, margin_in, widened
from paravent.redact.masks import share_within
from paravent.video.tracking.covering import covering
from paravent.video.tracking.regions import CoveredSpan, Regions
from paravent.video.tracking.track import Track

_SAME = 0.9  # intersection over union within which a place is told no second time


class HumanPlaces:
    """What a human decided about an animation: places that are the same in all frames. decision: None for nobody."""

    def __init__(self, decision: Decision | None) -> None:
        given = decision or Decision()
        self.regions = [Region(one.shape, one.kind, page=one.page, style=one.style) for one in given.regions]
        self._visible: dict[int, list[Shape]] = {}
        self._covered: dict[int, list[Shape]] = {}
        for one in given.visible:
            self._visible.setdefault(one.page, []).append(one.shape)
        for region in self.regions:
            self._covered.setdefault(region.page, []).append(region.shape)

    def visible(self, frame: int) -> tuple[Shape, ...]:
        """What stays as it is in a frame."""
        return tuple(self._visible.get(frame, ()))

    def settles(self, place: Shape, frame: int) -> bool:
        """Whether a human decided about a place, without margin, in a frame: it is covered already, or stays visible."""
        covered = tuple(self._covered.get(frame, ()))
        return bool(
            (covered and share_within(place, covered) >= DECIDED)
            or (self._visible.get(frame) and share_within(place, self.visible(frame)) >= LEFT_VISIBLE)
        )

    def settles_all(self, track: Track, frames: int) -> bool:
        """The same of a track in all of its frames. frames: of the animation."""
        return bool(self._visible or self._covered) and all(self.settles(place, at) for at, place in _path(track, frames))


def placed(regions: Regions, pages: Sequence[Page], policy: Policy, human: HumanPlaces) -> list[Region]:
    """What is covered, by page, in upright pixels. regions: with the margin of `margin_in`."""
    walk, found = regions.walk(), list(human.regions)
    for index, page in enumerate(pages):
        margin = margin_in(page, policy)
        for shape, kind, _style in walk.places_at(index):
            own = Ellipse(shape.x, shape.y, shape.rx / margin, shape.ry / margin) if isinstance(shape, Ellipse) else shape
            if not human.settles(own, index):
                side = 2 * max(own.rx, own.ry) if isinstance(own, Ellipse) else 0.0
                found.append(Region(widened(shape, side), kind, page=index))
    return found


def seen(tracks: Sequence[Track], frames: int) -> list[PageDetection]:
    """Tracks as what was seen in single frames, left out where that says nothing new. frames: of the animation."""
    found: list[PageDetection] = []
    for track in tracks:
        last: Box | None = None
        for index, place in _path(track, frames):
            box = place.bounds()
            if last is None or overlap(box, last) < _SAME:
                outline = None if isinstance(place, Ellipse) else place
                found.append((index, Detection(box, track.score, track.kind, (), track.doubtful, outline)))
                last = box
    return found


def _path(track: Track, frames: int) -> Iterator[tuple[int, Shape]]:
    """Where a track is, without margin, by frame."""
    span = CoveredSpan(track.start, covering(track), track.kind).part(0, frames)
    return ((index, span.shape(index)) for index in range(span.start, span.stop))
