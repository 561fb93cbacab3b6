"""Judges a written film from its file: container, times, each frame, each covered place, what the detector still sees."""

from __future__ import annotations

from fractions import Fraction
from typing import BinaryIO

import numpy as np

from paravent.errors import Held
from paravent.model.geometry import Shape
from paravent.model.limits import VideoLimits
from paravent.verify.video import beyond, marks
from paravent.verify.video import mp4 as mp4_check
from paravent.verify.video.plan import Recheck, VideoPlan
from paravent.verify.video.watching import Checked, Watch
from paravent.video.progress import Progress
from paravent.video.source import Frame, Plane, Video
from paravent.video.tracking.regions import Regions, Walk
from paravent.video.turning import Turn

# Largest difference of grey values (0 to 255): of a covered place's parts from what was painted there, their mean, and the
# mean of a whole frame's parts.
_CELL_TOLERANCE = 48.0
_PLACE_TOLERANCE = 12.0
_MARK_TOLERANCE = 12.0
_ROUNDED = Fraction(2, 1000)  # seconds


def check(
    file: BinaryIO,
    written: VideoPlan,
    regions: Regions,
    watch: Watch,
    recheck: Recheck,
    limits: VideoLimits,
    progress: Progress,
) -> Checked:
    """Judge the copy. regions: in pixels and frames of the copy. watch looks for faces, recheck for other kinds.

    Raises Held: "container", "wrong-size", "wrong-timing", "not-covered", "outside-changed".
    """
    facts = written.facts
    sounds = [one.name for one in written.sounds]
    mp4_check.check(file, facts.codec, sounds, [len(written.pts), *written.packets], written.texts)
    video = Video(file, facts.kind, limits)
    _same_facts(video, written)
    judge, visible = _Judge(written, regions), regions.walk_visible()
    checked = Checked()
    start = None
    for frame in video.frames():
        if frame.index >= len(written.pts):
            raise Held("wrong-timing")
        start = frame.pts if start is None else start
        _same_time(frame, video, written, start)
        shapes = judge.frame(frame)
        left = visible.at(frame.index)
        missed, looked, closely = watch.frame(frame, shapes, left)
        recheck.frame(frame, shapes, left)
        checked.looked += looked
        checked.closely += closely
        checked.frames += 1
        if missed:
            checked.missed[frame.index] = missed
        progress(checked.frames)
    if checked.frames != len(written.pts):
        raise Held("wrong-timing")
    return checked


def _same_facts(video: Video, written: VideoPlan) -> None:
    found, wanted = video.facts, written.facts
    padded = {(wanted.width, wanted.height), (wanted.width + wanted.width % 2, wanted.height + wanted.height % 2)}
    if (found.width, found.height) not in padded or found.turn != Turn() or found.depth != wanted.depth:
        raise Held("wrong-size")
    if found.lights != wanted.lights:
        raise Held("container", detail="MP4 mdcv")
    if found.codec != wanted.codec or len(found.sounds) != sum(count > 0 for count in written.packets):
        raise Held("container", detail="tracks")


def _same_time(frame: Frame, video: Video, written: VideoPlan, start: int) -> None:
    """Times count from the first frame's, which stands where it should but for the rounding of a list of edits."""
    if abs(start * video.facts.time_base - written.pts[0] * written.facts.time_base) > _ROUNDED:
        raise Held("wrong-timing")
    here = (frame.pts - start) * video.facts.time_base
    there = (written.pts[frame.index] - written.pts[0]) * written.facts.time_base
    if here != there:
        raise Held("wrong-timing")


class _Judge:
    """Compares frames with what was written."""

    def __init__(self, written: VideoPlan, regions: Regions) -> None:
        self._written = written
        self._facts, self._depth = written.facts, written.facts.depth
        self._size = (written.facts.width, written.facts.height)
        self._walk: Walk = regions.walk()
        self._at = 0

    def frame(self, frame: Frame) -> tuple[Shape, ...]:
        """Raises Held; gives what is covered."""
        width, height = self._size
        planes = frame.picture.planes()
        planes = [planes[0][:height, :width], *(plane[: -(-height // 2), : -(-width // 2)] for plane in planes[1:])]
        size = marks.FRAME[0] * marks.FRAME[1]
        expected = self._written.marks[frame.index * size : (frame.index + 1) * size]
        found = marks.of_frame(planes[0], self._depth)
        if np.abs(found - np.frombuffer(expected, np.uint8)).mean() > _MARK_TOLERANCE:
            raise Held("outside-changed")
        beyond.refuse(planes, self._facts, frame.index)
        shapes = self._walk.at(frame.index)
        length = self._written.paint_lengths[frame.index]
        self._places(planes, shapes, bytes(self._written.paint[self._at : self._at + length]))
        self._at += length
        return shapes

    def _places(self, planes: list[Plane], shapes: tuple[Shape, ...], expected: bytes) -> None:
        """Compare the covered places with what was painted there."""
        found = marks.of_places(planes, shapes, self._depth)
        if found.size != len(expected):
            raise Held("not-covered")
        differences = np.abs(found - np.frombuffer(expected, np.uint8).reshape(found.shape))
        if (differences.max(axis=1) > _CELL_TOLERANCE).any() or (differences.mean(axis=1) > _PLACE_TOLERANCE).any():
            raise Held("not-covered")
