"""Writes what moves and judges the copy, round after round, until the detectors find nothing new in it.

What is still seen is followed through all frames first; then whole frames are covered in which something is, more around
them in each round, and all in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from paravent.detect.faces.network import Network
from paravent.errors import Held
from paravent.model.job import Job
from paravent.pipeline.record import Record
from paravent.verify.video.watching import Checked, Watch
from paravent.video.analysis import Analysis, confirmed, followed
from paravent.video.looking import GLIMPSE, Schedule
from paravent.video.progress import Progress
from paravent.video.sequence import FrameSequence
from paravent.video.survey import Recheck, Survey, all_tracks
from paravent.video.tracking import uncertainty as tracked
from paravent.video.tracking.faces import FaceLinker
from paravent.video.tracking.regions import Regions, around
from paravent.video.tracking.track import Track

_FOLLOWED = 3  # rounds in which what is still seen is followed; then whole frames are covered
_MOMENTS = 4  # rounds of that; then all frames are
_AROUND = 0.2  # seconds before and behind a frame in which something is still seen, twice as many in each further round
_TINY = 16.0  # pixels of a face, as looked at, that a look at the copy is to show
_RARELY = 48  # frames from one closer look at the whole copy to the next, for each that is looked at

Copy = TypeVar("Copy")
Made_co = TypeVar("Made_co", covariant=True)


class Writer(Protocol[Made_co]):
    """Makes copies of one kind."""

    def make(self, regions: Regions, watch: Watch, recheck: Recheck) -> tuple[Made_co, Checked]:
        """Write a copy, read it back and judge it. regions: what is covered, in frames and pixels of the source. watch and
        recheck are shown its frames. Raises Held, OSError."""
        ...


@dataclass(frozen=True, slots=True)
class Work(Generic[Copy]):
    """What a copy is made from.

    analysis, survey: what was found; what the rounds find is added. part: frames that are in the copy, the first and the
    one behind the last. size: of its frames, upright. margin: of the covering over a face. every: of how many of its
    frames one is looked at. schedule: how the source is. doubted: see `FaceLinker`. progress: tells how far looking at
    the source once more is.
    """

    source: FrameSequence
    analysis: Analysis
    survey: Survey
    job: Job
    face_network: Network
    part: tuple[int, int]
    size: tuple[int, int]
    margin: float
    every: int
    schedule: Schedule
    doubted: bool
    writer: Writer[Copy]
    progress: Callable[[], Progress]

    @property
    def tracks(self) -> list[Track]:
        """Everything that was found so far."""
        return all_tracks(self.analysis, self.survey)

    @property
    def factor(self) -> float:
        """Pixels of the copy for each of the source's."""
        return self.size[0] / self.source.facts.width


@dataclass(frozen=True, slots=True)
class Made(Generic[Copy]):
    """One round's copy. regions: what it covers, in frames and pixels of the source. checked, recheck: what it shows."""

    regions: Regions
    copy: Copy
    checked: Checked
    recheck: Recheck


def write(work: Work[Copy], record: Record, note: Callable[[Sequence[Track]], None]) -> Made[Copy]:
    """The copy in which nothing new is seen. note: is told what was found so far. Raises Held, OSError."""
    policy = work.job.policy
    following = min(_FOLLOWED, policy.rounds)
    still: set[int] = set()
    while record.rounds <= following + _MOMENTS:
        record.rounds += 1
        note(work.tracks)
        if _waits(work.job) and any(track.doubtful for track in work.tracks):
            raise Held("doubt")
        regions = _regions(work)
        regions.whole += _moments(work, still, record.rounds - following - 1)
        made = _made(work, regions)
        found = _found(work, made)
        if not found:
            return made
        if record.rounds >= following:
            if _waits(work.job):
                break
            still |= found
    raise Held("still-seen", rounds=record.rounds)


def _waits(job: Job) -> bool:
    """Whether what is doubtful is left to a human who has not decided yet."""
    return job.policy.doubt == "wait" and job.decision is None


def _regions(work: Work[Copy]) -> Regions:
    """Where the copy is covered. Raises Held where a lost track waits for a human."""
    facts, job, count = work.source.facts, work.job, len(work.analysis.pts)
    regions = Regions(facts.width, facts.height)
    regions.add(work.tracks, work.margin, count, job.decision)
    if regions.whole and _waits(job):
        raise Held("track-lost", time=work.analysis.clock(regions.whole[0][0], facts.time_base))
    return regions


def _moments(work: Work[Copy], still: Collection[int], widened: int) -> list[tuple[int, int]]:
    """Spans of frames that are covered whole. still: frames in which something was still seen. widened: how often that did
    not help."""
    count = len(work.analysis.pts)
    if widened >= _MOMENTS and still:
        return [(0, count)]
    return around(still, round(_AROUND * 2 ** max(0, widened) * work.source.facts.rate), count)


def _made(work: Work[Copy], regions: Regions) -> Made[Copy]:
    """Written and judged. Raises Held, OSError."""
    least = tracked.smallest(work.tracks) * work.factor
    places = tracked.uncertain(work.tracks, *work.part, work.factor)
    watch = Watch(work.face_network, _again(work.every, max(work.size), least), places)
    recheck = work.survey.recheck(*work.part, work.every, work.size)
    return Made(regions, *work.writer.make(regions, watch, recheck), recheck)


def _again(every: int, longest: int, least: float) -> Schedule:
    """How the copy is looked at. longest: pixels of its longest side. least: of the smallest face that was followed."""
    usual, rarely = Schedule(), _RARELY * every
    closest = min(usual.large, max(usual.small, round(longest * _TINY / max(least, 1.0))))
    return Schedule(small_every=every, large_every=rarely, tiny_every=rarely, glimpse=0, small=GLIMPSE, large=closest)


def _found(work: Work[Copy], made: Made[Copy]) -> set[int]:
    """Frames of the source that show what the copy shows uncovered; it is followed from now on. Raises Held."""
    source, (first, stop) = work.source, work.part
    factor = 1 / work.factor
    missed = {index + first: [one.enlarged(factor) for one in seen] for index, seen in made.checked.missed.items()}
    told = confirmed(source, work.face_network, missed, made.regions.walk())
    for index, seen in made.checked.shown.items():
        told.setdefault(index + first, []).extend(seen)
    linker = FaceLinker.of(source.facts, work.schedule.large_every, doubted=work.doubted)
    progress = work.progress()
    new = followed(source, told, range(first, stop, work.every), linker, progress) if told else []
    work.analysis.tracks += new
    frames = set(told) if new else set()
    if work.survey.confirmed(made.recheck.missed, progress):
        frames |= {one.frame for one in made.recheck.missed}
    return frames
