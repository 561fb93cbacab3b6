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
NOTHING_TOLD: Mapping[int, Sequence[Sight]] = {}


@dataclass(slots=True)
class Seen:
    """pts, durations: of each frame, in ticks of the film's time base. to_encode: streams of sound that cannot be
    copied."""

    tracks: list[Track] = field(default_factory=list)
    pts: array[int] = field(default_factory=lambda: array("q"))
    durations: array[int] = field(default_factory=lambda: array("q"))
    to_encode: set[int] = field(default_factory=set)


def see(
    film: Film,
    network: Network,
    schedule: Schedule,
    limits: FilmLimits,
    beat: Beat,
    told: Mapping[int, Sequence[Sight]] = NOTHING_TOLD,
) -> Seen:
    """Go through the film once. told: by frame, what was seen by others. Raises Held."""
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
        _follow(tracker, looker, part, told.get(part.index, ()))
        beat(part.index + 1)
    if not seen.pts:
        raise Held("film-damaged")
    seen.tracks = tracker.finish()
    return seen


def _follow(tracker: Tracker, looker: Looker, frame: Frame, told: Sequence[Sight]) -> None:
    """One more frame for the tracker."""
    picture = frame.picture
    grey = picture.grey(motion.LONGEST)
    small = Small(grey, max(grey.shape) / max(picture.width, picture.height))
    expected = tracker.advance(small)
    sights, finest = looker.look(frame.index, picture, small, expected, scene_start=tracker.at_scene_start)
    tracker.see([*sights, *told], finest)


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
