"""The first pass: every frame is decoded, some are looked at, tracks come out. Packets of sound are judged on the way."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

from paravent.detect.centerface import CenterFace
from paravent.errors import Held
from paravent.video import motion, sound
from paravent.video.limits import FilmLimits
from paravent.video.looking import Looker, Schedule
from paravent.video.motion import Small
from paravent.video.source import Film, Frame
from paravent.video.tracks import Track, Tracker

# Told after each frame: how many were done.
Beat = Callable[[int], None]


@dataclass(slots=True)
class Seen:
    """pts, durations: of each frame, in ticks of the film's time base. to_encode: streams of sound that cannot be
    copied."""

    tracks: list[Track] = field(default_factory=list)
    pts: array[int] = field(default_factory=lambda: array("q"))
    durations: array[int] = field(default_factory=lambda: array("q"))
    to_encode: set[int] = field(default_factory=set)


def see(film: Film, detector: CenterFace | None, schedule: Schedule, limits: FilmLimits, beat: Beat) -> Seen:
    """Go through the film once. detector: None looks for nothing. Raises Held."""
    facts = film.facts
    seen = Seen()
    tracker = Tracker(facts.width, facts.height, facts.rate, schedule.large_every)
    looker = Looker(detector, schedule) if detector is not None else None
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
        if looker is not None:
            follow(tracker, looker, part)
        beat(part.index + 1)
    if not seen.pts:
        raise Held("film-damaged")
    seen.tracks = tracker.finish()
    return seen


def follow(tracker: Tracker, looker: Looker, frame: Frame) -> None:
    """One more frame for the tracker."""
    picture = frame.picture
    grey = picture.grey(motion.LONGEST)
    small = Small(grey, max(grey.shape) / max(picture.width, picture.height))
    expected = tracker.advance(small)
    sights, finest = looker.look(frame.index, picture, small, expected, scene_start=tracker.at_scene_start)
    tracker.see(sights, finest)
