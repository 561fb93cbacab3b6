"""What would be covered in a video, as a human is shown it: places in time, small enough for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paravent.model.decision import Course
from paravent.video.analysis import Analysis
from paravent.video.source import VideoFacts
from paravent.video.tracking.covering import covering, lost
from paravent.video.tracking.decided import course_of
from paravent.video.tracking.track import Track, polygon

MOST_TRACKS = 1_500  # that are shown; further ones are covered
_MOST_STEPS = 20_000  # of all tracks together
_HEAVY = 10  # numbers of a polygon for one of an ellipse
_CLOSEST = 2  # frames from one step to the next, at least
_MOST_TICKS = 1_000
_JITTER = 0.005  # seconds by which a frame's time may be told wrong, if that keeps ticks few


@dataclass(frozen=True, slots=True)
class ProposedTrack:
    """One covering through time.

    path: frame, and the numbers of the covering there, in pixels of the video; they change evenly between two steps.
    Four are centre x, y, half the width and height of an ellipse; more are the corners of a polygon, x and y. lost: frames,
    first and behind the last, that are covered from edge to edge because the place got lost.
    """

    course: Course
    kind: str
    doubtful: bool
    path: tuple[tuple[int, tuple[float, ...]], ...]
    lost: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """frames: how many the video has. clock: frame and seconds since the first, from which those between follow evenly; the
    last entry is the end of the video. tracks: in the order in which they begin."""

    frames: int
    clock: tuple[tuple[int, float], ...]
    tracks: tuple[ProposedTrack, ...]


def of(facts: VideoFacts, analysis: Analysis, tracks: Sequence[Track], margin: float) -> Proposal:
    """What was seen, with coverings `margin` times as large as the faces."""
    frames = len(analysis.pts)
    base = float(facts.time_base)
    times = [(pts - analysis.pts[0]) * base for pts in analysis.pts]
    clock = ticks([*times, times[-1] + analysis.durations[-1] * base])
    numbers = sum(len(track) * (1 if track.is_ellipse else _HEAVY) for track in tracks)
    step = max(_CLOSEST, -(-numbers // _MOST_STEPS))
    proposed = [_proposed(track, facts, frames, margin, step) for track in tracks]
    proposed.sort(key=lambda one: (one.course.first, one.course.stop))
    return Proposal(frames, clock, tuple(proposed[:MOST_TRACKS]))


def _proposed(track: Track, facts: VideoFacts, frames: int, margin: float, step: int) -> ProposedTrack:
    course = course_of(track, frames)
    gone = lost(track, facts.width, facts.height)
    whole = (gone[0], min(gone[1], frames)) if gone else None
    return ProposedTrack(course, track.kind, track.doubtful, _path(_shown(track, margin), track.start, course, step), whole)


def _shown(track: Track, margin: float) -> NDArray[np.float32]:
    """The numbers of `ProposedTrack.path`, of all frames."""
    rows = covering(track)
    if track.is_ellipse:
        return rows * np.array((1, 1, margin / 2, margin / 2), np.float32)
    return np.array([np.ravel(polygon(reach).points) for reach in rows], np.float32)


def _path(rows: NDArray[np.float32], start: int, course: Course, step: int) -> tuple[tuple[int, tuple[float, ...]], ...]:
    shown = sorted({*range(course.first, course.stop, step), course.stop - 1})
    return tuple((frame, tuple(round(float(value), 1) for value in rows[frame - start])) for frame in shown)


def ticks(times: Sequence[float]) -> tuple[tuple[int, float], ...]:
    """A few of many times, between which the others lie evenly: exact to `_JITTER`, less so where they are very uneven."""
    jitter = _JITTER
    while True:
        kept = _ticks(np.asarray(times, np.float64), jitter)
        if len(kept) <= _MOST_TICKS:
            return tuple((frame, round(float(times[frame]), 4)) for frame in kept)
        jitter *= 2


def _ticks(times: NDArray[np.float64], jitter: float) -> list[int]:
    kept, start, last = [0], 0, len(times) - 1
    while start < last:
        reach, stop = 1, start + 1
        # Twice as far as long as all between lie evenly, then back by halves.
        while start + reach <= last and _even(times, start, start + reach, jitter):
            stop = start + reach
            reach *= 2
        low, high = stop, min(last, start + reach)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if _even(times, start, middle, jitter) else (low, middle - 1)
        kept.append(low)
        start = low
    return kept


def _even(times: NDArray[np.float64], start: int, stop: int, jitter: float) -> bool:
    line = np.linspace(times[start], times[stop], stop - start + 1)
    return bool(np.abs(times[start : stop + 1] - line).max() <= jitter)
