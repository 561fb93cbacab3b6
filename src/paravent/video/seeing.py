"""The first pass: every frame is decoded, some are looked at, tracks come out. Packets of sound are judged on the way."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from paravent.detect import second_look
from paravent.detect.centerface import DOUBT
from paravent.detect.network import Network
from paravent.errors import Held
from paravent.video import motion, sound
from paravent.video.limits import FilmLimits
from paravent.video.looking import Looker, Schedule, candidates
from paravent.video.motion import Small
from paravent.video.source import Film, Frame
from paravent.video.tracks import Sight, Track, Tracker

# Told after each frame: how many were done.
Beat = Callable[[int], None]


@dataclass(slots=True)
class Seen:
    """pts, durations: of each frame, in ticks of the film's time base. looks: by frame that was looked at, what was seen,
    and how close (`Looker.look`). to_encode: streams of sound that cannot be copied.
    """

    tracks: list[Track] = field(default_factory=list)
    pts: array[int] = field(default_factory=lambda: array("q"))
    durations: array[int] = field(default_factory=lambda: array("q"))
    looks: dict[int, tuple[list[Sight], float]] = field(default_factory=dict)
    to_encode: set[int] = field(default_factory=set)


def see(film: Film, network: Network, schedule: Schedule, limits: FilmLimits, beat: Beat) -> Seen:
    """Go through the film once. Raises Held."""
    facts = film.facts
    seen = Seen()
    tracker = Tracker(facts.width, facts.height, facts.rate, schedule.large_every)
    looker = Looker(network, schedule)
    names = {one.index: one.name for one in facts.sounds}
    for part in film.parts():
        if not isinstance(part, Frame):
            if not sound.may_be_copied(names[part.index], part.content):
                seen.to_encode.add(part.index)
            continue
        if part.index >= limits.frames:
            raise Held("film-too-large")
        seen.pts.append(part.pts)
        seen.durations.append(part.duration)
        small = _small(part)
        expected = tracker.advance(small)
        look = looker.look(part.index, part.picture, small, expected, scene_start=tracker.at_scene_start)
        if look[1]:
            seen.looks[part.index] = look
        tracker.see(*look)
        beat(part.index + 1)
    if not seen.pts:
        raise Held("film-damaged")
    seen.tracks = tracker.finish()
    return seen


def track_again(film: Film, seen: Seen, told: Mapping[int, Sequence[Sight]], schedule: Schedule, beat: Beat) -> None:
    """Follow everything once more, with what was seen in a copy besides. told: by frame. Raises Held."""
    tracker = Tracker(film.facts.width, film.facts.height, film.facts.rate, schedule.large_every)
    for frame in film.frames():
        tracker.advance(_small(frame))
        sights, finest = seen.looks.get(frame.index, ([], 0.0))
        tracker.see([*sights, *told.get(frame.index, ())], finest)
        beat(frame.index + 1)
    seen.tracks = tracker.finish()


def _small(frame: Frame) -> Small:
    grey = frame.picture.grey(motion.LONGEST)
    return Small(grey, max(grey.shape) / max(frame.picture.width, frame.picture.height))


def confirmed(film: Film, network: Network, missed: Mapping[int, Sequence[Sight]]) -> dict[int, list[Sight]]:
    """Of what was seen in a copy, what the frames of the source show too: paint beside paint can look like a face.

    missed: by frame. Raises Held.
    """
    left = dict(missed)
    found: dict[int, list[Sight]] = {}
    frames = film.frames()
    while left:
        frame = next(frames, None)
        if frame is None:
            break
        sights = left.pop(frame.index, ())
        if sights:
            scores = second_look.rescored(network, frame.picture, candidates(sights))
            kept = [sight for sight, score in zip(sights, scores, strict=True) if score >= DOUBT]
            if kept:
                found[frame.index] = kept
    frames.close()
    return found
