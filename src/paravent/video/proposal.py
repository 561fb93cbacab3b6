"""What would be covered in a video, as a human is shown it: places in time, small enough for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paravent.detect.faces.centerface import CERTAIN
from paravent.model.decision import Course
from paravent.video.seeing import Seen
from paravent.video.source import Facts
from paravent.video.tracking import settled
from paravent.video.tracking.extent import lost, smoothed
from paravent.video.tracking.threads import Thread, outline
from paravent.video.tracking.tracks import Track

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


def of(facts: Facts, seen: Seen, threads: Sequence[Thread], margin: float) -> Proposal:
    """What was seen, with coverings `margin` times as large as the faces."""
    frames = len(seen.pts)
    base = float(facts.time_base)
    times = [(pts - seen.pts[0]) * base for pts in seen.pts]
    clock = ticks([*times, times[-1] + seen.durations[-1] * base])
    step = max(_CLOSEST, -(-(sum(map(len, seen.tracks)) + _HEAVY * sum(map(len, threads))) // _MOST_STEPS))
    tracks = [_of_track(track, facts, frames, margin, step) for track in seen.tracks]
    tracks += [_of_thread(thread, frames, step) for thread in threads]
    tracks.sort(key=lambda one: (one.course.first, one.course.stop))
    return Proposal(frames, clock, tuple(tracks[:MOST_TRACKS]))


def _of_track(track: Track, facts: Facts, frames: int, margin: float, step: int) -> ProposedTrack:
    course = settled.course_of(settled.of_track(track), frames)
    rows = smoothed(track) * np.array((1, 1, margin / 2, margin / 2), np.float32)
    gone = lost(track, facts.width, facts.height)
    whole = (gone[0], min(gone[1], frames)) if gone else None
    return ProposedTrack(course, "face", track.score < CERTAIN, _path(rows, track.start, course, step), whole)


def _of_thread(thread: Thread, frames: int, step: int) -> ProposedTrack:
    course = settled.course_of(settled.of_thread(thread), frames)
    rows = np.array([np.ravel(outline(reach).points) for reach in thread.reaches()], np.float32)
    return ProposedTrack(course, thread.kind, thread.doubtful, _path(rows, thread.start, course, step))


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
