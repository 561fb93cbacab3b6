"""The first pass: every frame of a sequence is gone through, some are looked at, tracks come out."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from paravent.detect.base import PAINTED
from paravent.detect.faces.centerface import DOUBT_IN_FRAMES
from paravent.detect.faces.network import Network
from paravent.errors import Held
from paravent.model.geometry import Box, Shape
from paravent.model.time_code import clock
from paravent.redact.masks import covered_share
from paravent.video.looking import Looker, candidates, looked_again
from paravent.video.progress import Progress
from paravent.video.sequence import FrameSequence, Moment
from paravent.video.tracking.faces import FaceLinker
from paravent.video.tracking.regions import Walk
from paravent.video.tracking.small import Small
from paravent.video.tracking.track import Observation, Track


@dataclass(slots=True)
class Analysis:
    """What the first pass came to.

    tracks: of faces. pts, durations: of each frame, in ticks of the sequence's time base. to_encode: sound that cannot be
    copied.
    """

    tracks: list[Track] = field(default_factory=list)
    pts: array[int] = field(default_factory=lambda: array("q"))
    durations: array[int] = field(default_factory=lambda: array("q"))
    to_encode: set[int] = field(default_factory=set)

    def seconds(self, time_base: Fraction) -> float:
        """How long the video is shown."""
        return float((self.pts[-1] + self.durations[-1] - self.pts[0]) * time_base)

    def clock(self, frame: int, time_base: Fraction) -> str:
        """The time code from the video's beginning at which a frame is shown; its end for the number behind the last."""
        at = min(frame, len(self.pts) - 1)
        ticks = self.pts[at] - self.pts[0] + (self.durations[at] if frame > at else 0)
        return clock(float(ticks * time_base))


def analyse(frames: Iterable[Moment], looker: Looker, linker: FaceLinker, most: int, progress: Progress) -> Analysis:
    """Go through the frames once, and follow the faces in them. most: so many frames. Raises Held."""
    analysis = Analysis()
    for frame in frames:
        if frame.index >= most:
            raise Held("film-too-large")
        analysis.pts.append(frame.pts)
        analysis.durations.append(frame.duration)
        small = Small.of(frame.picture)
        expected = linker.advance(small)
        starts, changed = linker.at_scene_start, linker.closely
        linker.see(*looker.look(frame.index, frame.picture, small, expected, scene_start=starts, changed=changed))
        progress(frame.index + 1)
    if not analysis.pts:
        raise Held("film-damaged")
    analysis.tracks = linker.finish()
    return analysis


def followed(
    sequence: FrameSequence,
    told: Mapping[int, Sequence[Observation]],
    looked: range,
    linker: FaceLinker,
    progress: Progress,
) -> list[Track]:
    """Tracks of what was `confirmed`. Doubt must be shared by as many looks as in the first pass. What
    the first pass never saw will hardly be seen again: tracks go far.

    told: by frame. looked: frames of the source whose copy was looked at. Raises Held.
    """
    frames, last = sequence.frames(), max(told)
    for frame in frames:
        linker.advance(Small.of(frame.picture))
        linker.see(told.get(frame.index, ()), float(frame.index in looked))
        progress(frame.index + 1)
        if frame.index >= last and linker.at_rest:
            break
    frames.close()
    return linker.finish()


def confirmed(
    sequence: FrameSequence, network: Network, missed: Mapping[int, Sequence[Observation]], covered: Walk
) -> dict[int, list[Observation]]:
    """Of what was seen in a copy, what the frames of the source show too, and where: paint beside paint can look like a
    face, and the edge of a covered face like another one.

    missed: by frame. covered: what the copy covers, in pixels of the source. Raises Held.
    """
    left = dict(missed)
    found: dict[int, list[Observation]] = {}
    frames = sequence.frames()
    while left:
        frame = next(frames, None)
        if frame is None:
            break
        seen = left.pop(frame.index, ())
        if seen:
            kept = _shown(frame, network, seen, covered.at(frame.index))
            if kept:
                found[frame.index] = kept
    frames.close()
    return found


def _shown(frame: Moment, network: Network, seen: Sequence[Observation], shapes: tuple[Shape, ...]) -> list[Observation]:
    scores, boxes = looked_again(network, frame.picture, candidates(seen))
    kept = []
    for score, (left, top, right, bottom) in zip(scores.tolist(), boxes.tolist(), strict=True):
        box = Box(left, top, right - left, bottom - top)
        if score >= DOUBT_IN_FRAMES and covered_share(box, shapes) < PAINTED:
            kept.append(Observation.of_face(np.array([left + box.w / 2, top + box.h / 2, box.w, box.h], np.float32), score))
    return kept
