"""What is looked for in what moves besides faces: persons, writing, codes, logos, and what other packages find.

The detectors of stills look at the first and the last frame of each scene and every half second between, sooner where much
moves; a frame that shows the same as the last one is not looked at again. `tracking.sparse` covers the frames between. What
is read lives in memory for one look; of a look only kinds and outlines stay.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from paravent.detect.base import PAINTED, Detection
from paravent.detect.detector_set import DetectorSet
from paravent.detect.regions import as_region
from paravent.model.decision import LEFT_VISIBLE
from paravent.model.geometry import Shape, scale, shift
from paravent.redact.masks import share_within
from paravent.redact.rules import without_repetition
from paravent.video.analysis import Analysis
from paravent.video.progress import Progress
from paravent.video.sequence import Facts, FrameSequence, Moment
from paravent.video.tracking.regions import Regions, Walk
from paravent.video.tracking.small import Small, is_cut
from paravent.video.tracking.sparse import SparseLinker
from paravent.video.tracking.track import Observation, Track, polygon

_EVERY = 0.5  # seconds from one look to the next
_MOST = 30  # frames
_SOONER = 3  # where much moves, looks lie so many times closer
_MUCH = 12.0  # mean change of grey values (0 to 255) since the last look that is much
_SAME = 6.0  # largest change of any part of the picture up to which two frames show the same
_CONFIRMED = 0.3  # share of a place seen in the copy that a look at the source must show too


@dataclass(slots=True)
class _Looks:
    """planned: frames that were looked at, but for those that the copy asked for. seen: by frame that was looked at.
    tracks: what became of it."""

    planned: list[int] = field(default_factory=list)
    seen: dict[int, list[Observation]] = field(default_factory=dict)
    tracks: list[Track] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Missed:
    """What a look at the copy saw that is not covered. frame: of the source. shape: pixels of the source."""

    frame: int
    shape: Shape


class Survey:
    """One sequence. detectors: all but those of faces. names: see `detect.base.Context`. margin: of faces, should another
    package find some."""

    def __init__(self, detectors: DetectorSet, source: FrameSequence, names: tuple[str, ...], margin: float) -> None:
        self._detectors = detectors
        self._source = source
        self._names = names
        self._margin = margin
        self._looks = _Looks()
        self._analysis = Analysis()
        self._part = (0, 0)

    @property
    def tracks(self) -> list[Track]:
        """Everything that was found."""
        return self._looks.tracks

    @property
    def is_wanted(self) -> bool:
        """Whether anything is looked for."""
        return bool(self._detectors)

    def look(self, analysis: Analysis, progress: Progress, part: tuple[int, int] | None = None) -> None:
        """Go through the frames. analysis: what the first pass came to. part: frames that matter, the first and the one
        behind the last; None: all. Raises Held."""
        if self.is_wanted:
            self._analysis = analysis
            self._part = part or (0, len(analysis.pts))
            self._looks = self._looked(frozenset(), {}, progress)

    def confirmed(self, missed: Sequence[Missed], progress: Progress) -> bool:
        """Look at the source where the copy showed something; whether it is there. If so, it is followed from now on."""
        if not missed:
            return False
        looks = self._looked(frozenset(one.frame for one in missed), self._looks.seen, progress)
        shown = {frame: tuple(map(_shape, seen)) for frame, seen in looks.seen.items()}
        if not any(share_within(one.shape, shown.get(one.frame, ())) >= _CONFIRMED for one in missed):
            return False
        self._looks = looks
        return True

    def recheck(self, first: int, stop: int, every: int, size: tuple[int, int]) -> Recheck:
        """What looks at the copy again. first, stop: its frames in the source. every: of how many frames halfway between
        two looks one is looked at. size: of the copy's frames, upright."""
        frames = [frame for frame in _halfway(self._looks.planned) if first <= frame < stop][::every]
        if self.is_wanted and not frames:
            frames = [first]
        factor = size[0] / self._source.facts.width, size[1] / self._source.facts.height
        return Recheck(self._detectors, self._names, {frame - first for frame in frames}, first, factor)

    def rechecked(self, looked: int) -> dict[str, int]:
        """Frames of the copy that each detector looked at again, by its name."""
        return {name: looked if again else 0 for name, again in self._detectors.again.items()}

    def _looked(self, extra: frozenset[int], known: Mapping[int, list[Observation]], progress: Progress) -> _Looks:
        faces = _faces(self._source.facts, self._analysis).walk()
        work = _Pass(self._detectors, self._source, self._names, self._margin, faces, self._part)
        for frame in self._source.frames():
            work.frame(frame, extra, known)
            progress(frame.index + 1)
        return work.finish(known)


def all_tracks(analysis: Analysis, survey: Survey) -> list[Track]:
    """Everything that was found: faces, and what there is besides."""
    return [*analysis.tracks, *survey.tracks]


class _Pass:
    """Goes through the frames once."""

    def __init__(
        self,
        detectors: DetectorSet,
        source: FrameSequence,
        names: tuple[str, ...],
        margin: float,
        faces: Walk,
        part: tuple[int, int],
    ) -> None:
        facts = source.facts
        self._detectors, self._names, self._margin, self._faces = detectors, names, margin, faces
        self._interval = max(1, min(_MOST, round(_EVERY * facts.rate)))
        # A look before and behind the part tells what is at its ends.
        self._part = part[0] - self._interval, part[1] + self._interval
        self._linker = SparseLinker(facts.width, facts.height, self._interval)
        self._looks = _Looks()
        self._last: tuple[Moment, Small] | None = None
        self._planned: tuple[int, Small] | None = None
        self._looked_at: Small | None = None
        self._seen: list[Observation] = []

    def frame(self, frame: Moment, extra: Collection[int], known: Mapping[int, list[Observation]]) -> None:
        """extra: frames that are looked at besides. known: what was seen already, by frame."""
        small = Small.of(frame.picture)
        cut = self._last is None or is_cut(self._last[1], small)
        if cut:
            self._end(known)
        self._linker.advance(small, cut=cut)
        self._last = frame, small
        if not self._part[0] <= frame.index < self._part[1]:
            return
        planned = cut or self._is_due(frame.index, small)
        if planned:
            self._planned = frame.index, small
            self._looks.planned.append(frame.index)
        if planned or frame.index in extra:
            self._look(frame, small, known, anew=cut or frame.index in extra)

    def finish(self, known: Mapping[int, list[Observation]]) -> _Looks:
        """What was found."""
        self._end(known)
        self._looks.tracks = self._linker.finish()
        return self._looks

    def _end(self, known: Mapping[int, list[Observation]]) -> None:
        """Look at the last frame of a scene."""
        if self._last is None or not self._part[0] <= self._last[0].index < self._part[1]:
            return
        if self._last[0].index not in self._looks.seen:
            self._looks.planned.append(self._last[0].index)
            self._look(*self._last, known, anew=False)
        self._looked_at = None

    def _is_due(self, index: int, small: Small) -> bool:
        if self._planned is None:
            return True
        last, there = self._planned
        if index - last >= self._interval:
            return True
        return (index - last) * _SOONER >= self._interval and float(np.abs(small.coarse - there.coarse).mean()) > _MUCH

    def _look(self, frame: Moment, small: Small, known: Mapping[int, list[Observation]], *, anew: bool) -> None:
        if frame.index in known:
            self._seen = known[frame.index]
        elif anew or self._looked_at is None or float(np.abs(small.coarse - self._looked_at.coarse).max()) > _SAME:
            found = self._detectors.look(frame.picture, self._names, _as_detections(self._faces.at(frame.index)))
            regions = without_repetition([as_region(one, self._margin, 0) for one in found])
            self._seen = [
                Observation.of_shape(one.kind, one.shape, score=one.score, doubtful=one.doubtful) for one in regions
            ]
        self._looked_at = small
        self._looks.seen[frame.index] = self._seen
        self._linker.see(self._seen)


class Recheck:
    """Looks at some frames of a copy for what is no paint.

    frames: of the copy. first: the copy's first frame in the source. factor: pixels of the copy for each of the source's,
    across and down.
    """

    def __init__(
        self,
        detectors: DetectorSet,
        names: tuple[str, ...],
        frames: Collection[int],
        first: int,
        factor: tuple[float, float],
    ) -> None:
        self._detectors, self._names, self._frames = detectors, names, frames
        self._first, self._factor = first, factor
        self.looked = 0
        self.missed: list[Missed] = []

    def frame(self, frame: Moment, shapes: tuple[Shape, ...], visible: tuple[Shape, ...]) -> None:
        """Look, if it is one of the frames. shapes: what is covered. visible: what a human left visible."""
        if frame.index not in self._frames:
            return
        self.looked += 1
        fx, fy = self._factor
        for found in self._detectors.look_again(frame.picture, None, self._names):
            place = found.outline or found.box.outline()
            # Doubt was settled by the looks at the source, which shows the place at least as well.
            is_bare = share_within(place, shapes) < PAINTED and share_within(place, visible) < LEFT_VISIBLE
            if is_bare and not found.doubtful:
                self.missed.append(Missed(frame.index + self._first, scale(place, 1 / fx, 1 / fy)))


def _faces(facts: Facts, analysis: Analysis) -> Regions:
    """Where faces certainly are, without margin."""
    regions = Regions(facts.width, facts.height)
    regions.add([track for track in analysis.tracks if not track.doubtful], 1.0, len(analysis.pts))
    regions.whole.clear()
    return regions


def _as_detections(faces: tuple[Shape, ...]) -> tuple[Detection, ...]:
    return tuple(Detection(shape.bounds(), 1.0) for shape in faces)


def _shape(one: Observation) -> Shape:
    return shift(polygon(one.convex), float(one.row[0]), float(one.row[1]))


def _halfway(looks: Sequence[int]) -> list[int]:
    """Frames in the middle between two looks, where there is one."""
    return [(a + b) // 2 for a, b in pairwise(looks) if b - a > 1]
