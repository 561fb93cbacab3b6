"""What would be covered in a film, as a human is shown it: places in time, small enough for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from paravent.decision import Course
from paravent.detect.centerface import CERTAIN
from paravent.video import settled
from paravent.video.seeing import Seen
from paravent.video.source import Facts
from paravent.video.tracks import Track, lost, smoothed

MOST_TRACKS = 1_500  # that are shown; further ones are covered
_MOST_STEPS = 20_000  # of all tracks together
_CLOSEST = 2  # frames from one step to the next, at least
_MOST_TICKS = 1_000
_JITTER = 0.005  # seconds by which a frame's time may be told wrong, if that keeps ticks few


@dataclass(frozen=True, slots=True)
class ProposedTrack:
    """One covering through time.

    path: frame, and centre x, y, half the width and height of the ellipse there, in pixels of the upright film; between
    two steps it moves evenly. lost: frames, first and behind the last, that are covered from edge to edge because the
    place got lost.
    """

    course: Course
    kind: str
    doubtful: bool
    path: tuple[tuple[int, float, float, float, float], ...]
    lost: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """frames: how many the film has. clock: frame and seconds since the first, from which those between follow evenly; the
    last entry is the end of the film. tracks: in the order in which they begin."""

    frames: int
    clock: tuple[tuple[int, float], ...]
    tracks: tuple[ProposedTrack, ...]


def of(facts: Facts, seen: Seen, margin: float) -> Proposal:
    """What was seen, with coverings `margin` times as large as the faces."""
    frames = len(seen.pts)
    tracks = sorted(seen.tracks, key=lambda track: (track.start, track.stop))[:MOST_TRACKS]
    step = max(_CLOSEST, -(-sum(map(len, tracks)) // _MOST_STEPS))
    base = float(facts.time_base)
    times = [(pts - seen.pts[0]) * base for pts in seen.pts]
    clock = ticks([*times, times[-1] + seen.durations[-1] * base])
    return Proposal(frames, clock, tuple(_track(track, facts, frames, margin, step) for track in tracks))


def _track(track: Track, facts: Facts, frames: int, margin: float, step: int) -> ProposedTrack:
    course = settled.course_of(track, frames)
    rows = smoothed(track)
    shown = sorted({*range(course.first, course.stop, step), course.stop - 1})
    path = tuple((frame, *_rounded(rows[frame - track.start] / 2 * (2, 2, margin, margin))) for frame in shown)
    gone = lost(track, facts.width, facts.height)
    whole = (gone[0], min(gone[1], frames)) if gone else None
    return ProposedTrack(course, "face", track.score < CERTAIN, path, whole)


def _rounded(row: Sequence[float]) -> tuple[float, ...]:
    return tuple(round(float(value), 1) for value in row)


def ticks(times: Sequence[float]) -> tuple[tuple[int, float], ...]:
    """A few of many times, between which the others lie evenly: exact to `_JITTER`, less so where they are very uneven."""
    jitter = _JITTER
    while True:
        kept = _ticks(np.asarray(times), jitter)
        if len(kept) <= _MOST_TICKS:
            return tuple((frame, round(float(times[frame]), 4)) for frame in kept)
        jitter *= 2


def _ticks(times: np.ndarray, jitter: float) -> list[int]:
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


def _even(times: np.ndarray, start: int, stop: int, jitter: float) -> bool:
    line = np.linspace(times[start], times[stop], stop - start + 1)
    return bool(np.abs(times[start : stop + 1] - line).max() <= jitter)
