"""Judges a written film from its file: container, times, each frame, each covered place, what the detector still sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from paravent.detect.centerface import CenterFace
from paravent.errors import Held
from paravent.redact.filling import Style, Styles
from paravent.redact.geometry import Box, Shape, covered_share, union_mask
from paravent.verify.paint import PAINTED
from paravent.video import container_check, motion
from paravent.video.limits import FilmLimits
from paravent.video.looking import Looker, Schedule
from paravent.video.motion import Small
from paravent.video.painting import Palette, chroma_mask, fillings
from paravent.video.regions import Regions, Walk
from paravent.video.rewriting import Written, mark
from paravent.video.seeing import Beat
from paravent.video.source import Film, Frame, Plane
from paravent.video.tracks import Sight, Track, Tracker

# Largest mean difference of grey values (0 to 255): between a covered place and its filling, between cells of both, and
# between a frame and its mark.
_PLACE_TOLERANCE = 14.0
_CELL_TOLERANCE = 40.0
_MARK_TOLERANCE = 12.0
_CELL = 16
# Samples at the border of a place, where the coding mixes it with what is around.
_RIM = 3


@dataclass(slots=True)
class Checked:
    """frames: how many there are. looked: how many the detector saw. missed: tracks of faces that are not covered."""

    frames: int = 0
    looked: int = 0
    missed: list[Track] = field(default_factory=list)


def check(
    file: BinaryIO, written: Written, regions: Regions, style: Style, looks: Looks, limits: FilmLimits, beat: Beat
) -> Checked:
    """Judge the copy. regions: in pixels and frames of the copy. Raises Held: "container", "wrong-timing", "not-covered",
    "outside-changed"."""
    facts = written.facts
    container_check.check(file, facts, [one.name for one in written.sounds], len(written.pts), written.packets)
    film = Film(file, facts.kind, limits)
    _same_facts(film, written)
    judge = _Judge(written, regions, style)
    checked = Checked()
    watch = looks.watch(facts.width, facts.height, facts.rate)
    start = None
    size = len(written.marks) // max(1, len(written.pts))
    for frame in film.frames():
        if frame.index >= len(written.pts):
            raise Held("wrong-timing")
        start = frame.pts if start is None else start
        _same_time(frame, film, written, start)
        shapes = judge.frame(frame, bytes(written.marks[frame.index * size : (frame.index + 1) * size]))
        checked.looked += watch.frame(frame, shapes)
        checked.frames += 1
        beat(checked.frames)
    if checked.frames != len(written.pts):
        raise Held("wrong-timing")
    checked.missed = watch.finish()
    return checked


def _same_facts(film: Film, written: Written) -> None:
    found, wanted = film.facts, written.facts
    padded = {(wanted.width, wanted.height), (wanted.width + wanted.width % 2, wanted.height + wanted.height % 2)}
    if (found.width, found.height) not in padded or found.turns or found.depth != wanted.depth:
        raise Held("wrong-size")
    if found.codec != wanted.codec or len(found.sounds) != len(written.sounds):
        raise Held("container", detail="tracks")


def _same_time(frame: Frame, film: Film, written: Written, start: int) -> None:
    """Times count from the first frame; a container with coarser ticks may round."""
    here = (frame.pts - start) * film.facts.time_base
    there = (written.pts[frame.index] - written.pts[0]) * written.facts.time_base
    if abs(here - there) > max(film.facts.time_base, written.facts.time_base) and here != there:
        raise Held("wrong-timing")


class _Judge:
    """Compares frames with what they should show."""

    def __init__(self, written: Written, regions: Regions, style: Style) -> None:
        facts = written.facts
        self._depth = facts.depth
        self._size = (facts.width, facts.height)
        self._palette = Palette(facts.colour[2], facts.full_range, facts.depth)
        self._styles = Styles(style)
        self._walk: Walk = regions.walk()

    def frame(self, frame: Frame, expected: bytes) -> tuple[Shape, ...]:
        """Raises Held; gives what is covered."""
        width, height = self._size
        planes = frame.picture.planes()
        planes = [planes[0][:height, :width], *(plane[: -(-height // 2), : -(-width // 2)] for plane in planes[1:])]
        found = np.frombuffer(mark(planes[0], self._depth), np.uint8).astype(np.float32)
        if np.abs(found - np.frombuffer(expected, np.uint8)).mean() > _MARK_TOLERANCE:
            raise Held("outside-changed")
        shapes = self._walk.at(frame.index)
        if shapes:
            self._places(planes, shapes)
        return shapes

    def _places(self, planes: list[Plane], shapes: tuple[Shape, ...]) -> None:
        """The filling is computed again from what is around in the copy, and compared with what is there."""
        width, height = self._size
        mask = union_mask(shapes, width, height)
        small = chroma_mask(mask)
        step = 1 << (self._depth - 8)
        for areas, filling in fillings(planes, shapes, mask, small, self._styles, self._palette):
            for plane, covered, area, wanted in zip(planes, (mask, small, small), areas, filling, strict=True):
                inside = _shrunk(covered[area])
                difference = (plane[area].astype(np.float32) - wanted.astype(np.float32)) / np.float32(step)
                if not _is_close(difference, inside):
                    raise Held("not-covered")


def _is_close(difference: NDArray[np.float32], inside: NDArray[np.bool_]) -> bool:
    count = int(inside.sum())
    if not count:
        return True
    if float(np.abs(difference[inside]).mean()) > _PLACE_TOLERANCE:
        return False
    rows, columns = (side // _CELL * _CELL for side in difference.shape)
    if not rows or not columns:
        return True
    shape = (rows // _CELL, _CELL, columns // _CELL, _CELL)
    weight = inside[:rows, :columns].reshape(shape).sum(axis=(1, 3))
    sums = (difference * inside)[:rows, :columns].reshape(shape).sum(axis=(1, 3))
    whole = weight > _CELL * _CELL // 2
    return not (np.abs(sums[whole] / weight[whole]) > _CELL_TOLERANCE).any()


def _shrunk(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    for _ in range(_RIM):
        framed = np.pad(mask, 1)
        mask = framed[1:-1, 1:-1] & framed[:-2, 1:-1] & framed[2:, 1:-1] & framed[1:-1, :-2] & framed[1:-1, 2:]
    return mask


@dataclass(frozen=True, slots=True)
class Looks:
    """How the copy is looked at."""

    detector: CenterFace
    schedule: Schedule

    def watch(self, width: int, height: int, rate: float) -> Watch:
        """For one film."""
        return Watch(self, width, height, rate)


class Watch:
    """Looks at frames of the copy; what is seen there and is not paint becomes a track."""

    def __init__(self, looks: Looks, width: int, height: int, rate: float) -> None:
        self._looker = Looker(looks.detector, looks.schedule)
        self._tracker = Tracker(width, height, rate, looks.schedule.large_every)

    def frame(self, frame: Frame, shapes: tuple[Shape, ...]) -> bool:
        """Whether the detector looked at it."""
        picture = frame.picture
        grey = picture.grey(motion.LONGEST)
        small = Small(grey, max(grey.shape) / max(picture.width, picture.height))
        expected = self._tracker.advance(small)
        sights, finest = self._looker.look(frame.index, picture, small, expected, scene_start=self._tracker.at_scene_start)
        self._tracker.see(list(_bare(sights, shapes)), finest)
        return finest > 0

    def finish(self) -> list[Track]:
        """What was missed."""
        return self._tracker.finish()


def _bare(sights: list[Sight], shapes: tuple[Shape, ...]) -> Iterator[Sight]:
    for sight in sights:
        x, y, w, h = (float(value) for value in sight.box)
        if covered_share(Box(x - w / 2, y - h / 2, w, h), shapes) < PAINTED:
            yield sight
