"""Writes a video and judges the copy, round after round, until the detectors find nothing new in it.

What is still seen is followed through the video first; then whole frames are covered in which something is, more around
them in each round, and all in the end.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

from paravent.detect.faces.network import Network
from paravent.errors import Held
from paravent.model.job import Job
from paravent.model.limits import VideoLimits
from paravent.model.policy import Policy
from paravent.pipeline.video_record import VideoRecord
from paravent.stores.base import Staged
from paravent.verify.video import checking
from paravent.verify.video.checking import Checked
from paravent.video.analysis import Analysis, confirmed, followed
from paravent.video.looking import GLIMPSE, Schedule
from paravent.video.progress import Progress, reporter
from paravent.video.rewriting import Wanted, Written, rewrite
from paravent.video.source import Video
from paravent.video.survey import Recheck, Survey
from paravent.video.tracking import uncertainty as tracked
from paravent.video.tracking.decided import is_left_visible
from paravent.video.tracking.regions import Regions, around
from paravent.video.tracking.track import Track

PASSES = 3  # over the frames: see, rewrite, check
_FOLLOWED = 3  # rounds in which what is still seen is followed; then whole frames are covered
_MOMENTS = 4  # rounds of that; then all frames are
_AROUND = 0.2  # seconds before and behind a frame in which something is still seen, twice as many in each further round
_TINY = 16.0  # pixels of a face, as looked at, that a look at the copy is to show
_RARELY = 48  # frames from one closer look at the whole copy to the next, for each that is looked at


@dataclass(frozen=True, slots=True)
class Work:
    """What a copy is made from. analysis, survey: what was found; what the rounds find is added. wanted: how it is made."""

    video: Video
    file: BinaryIO
    analysis: Analysis
    survey: Survey
    wanted: Wanted
    job: Job
    face_network: Network

    @property
    def tracks(self) -> list[Track]:
        """Everything that was found so far."""
        return [*self.analysis.tracks, *self.survey.tracks]

    def progress(self, done: int, file: BinaryIO) -> Progress:
        """Tells how far the work is. done: passes that lie behind; a negative number counts from the last. file: what is
        read."""
        passes = PASSES + self.survey.is_wanted
        return reporter(done % passes, passes, file)


@dataclass(frozen=True, slots=True)
class Made:
    """One round's copy. regions: what it covers, in frames and pixels of the source. checked, recheck: what it shows."""

    regions: Regions
    written: Written
    checked: Checked
    recheck: Recheck


def write(work: Work, staged: Staged, record: VideoRecord) -> Made:
    """The copy in which nothing new is seen. Raises Held, OSError."""
    policy = work.job.policy
    following = min(_FOLLOWED, policy.rounds)
    still: set[int] = set()
    while record.rounds <= following + _MOMENTS:
        record.rounds += 1
        _note_covered(work, record)
        regions = _regions(work)
        regions.whole += _moments(work, still, record.rounds - following - 1)
        made = _made(work, regions, staged)
        found = _found(work, made)
        if not found:
            return made
        if record.rounds >= following:
            if _waits(work.job):
                break
            still |= found
    raise Held("still-seen", rounds=record.rounds)


def _note_covered(work: Work, record: VideoRecord) -> None:
    """What is covered somewhere. Raises Held where doubt waits for a human."""
    decision, count = work.job.decision, len(work.analysis.pts)
    record.tracks = [track for track in work.tracks if not is_left_visible(track, decision, count)]
    if _waits(work.job) and any(track.doubtful for track in work.tracks):
        raise Held("doubt")


def _waits(job: Job) -> bool:
    """Whether what is doubtful is left to a human who has not decided yet."""
    return job.policy.doubt == "wait" and job.decision is None


def _regions(work: Work) -> Regions:
    """Where the copy is covered. Raises Held where a lost track waits for a human."""
    facts, job, count = work.video.facts, work.job, len(work.analysis.pts)
    regions = Regions(facts.width, facts.height)
    regions.add(work.tracks, job.policy.margin, count, job.decision)
    if regions.whole and _waits(job):
        raise Held("track-lost", time=work.analysis.clock(regions.whole[0][0], facts.time_base))
    return regions


def _moments(work: Work, still: Collection[int], widened: int) -> list[tuple[int, int]]:
    """Spans of frames that are covered whole. still: frames in which something was still seen. widened: how often that did
    not help."""
    count = len(work.analysis.pts)
    if widened >= _MOMENTS and still:
        return [(0, count)]
    return around(still, round(_AROUND * 2 ** max(0, widened) * work.video.facts.rate), count)


def _made(work: Work, regions: Regions, staged: Staged) -> Made:
    """Written and judged. Raises Held, OSError."""
    wanted, policy = work.wanted, work.job.policy
    staged.clear()
    with staged.writing() as out:
        written = rewrite(work.video, regions, work.analysis, wanted, out, work.progress(-2, work.file))
    copied = regions.part(wanted.first, wanted.stop).scaled(*wanted.size)
    factor = wanted.size[0] / work.video.facts.width
    least = tracked.smallest(work.tracks) * factor
    places = tracked.uncertain(work.tracks, wanted.first, wanted.stop, factor)
    watch = checking.Watch(work.face_network, _again(policy, max(wanted.size), least), places)
    recheck = work.survey.recheck(wanted.first, wanted.stop, policy.recheck, written.facts)
    with staged.reading() as copy:
        checked = checking.check(copy, written, copied, watch, recheck, VideoLimits(), work.progress(-1, copy))
    return Made(regions, written, checked, recheck)


def _again(policy: Policy, longest: int, least: float) -> Schedule:
    """How the copy is looked at. longest: pixels of its longest side. least: of the smallest face that was followed."""
    usual, every = Schedule(), policy.recheck
    closest = min(usual.large, max(usual.small, round(longest * _TINY / max(least, 1.0))))
    rarely = _RARELY * every
    return Schedule(small_every=every, large_every=rarely, tiny_every=rarely, glimpse=0, small=GLIMPSE, large=closest)


def _found(work: Work, made: Made) -> set[int]:
    """Frames of the source that show what the copy shows uncovered; it is followed from now on. Raises Held."""
    video, wanted = work.video, work.wanted
    factor = video.facts.width / wanted.size[0]
    missed = {index + wanted.first: [one.enlarged(factor) for one in seen] for index, seen in made.checked.missed.items()}
    told = confirmed(video, work.face_network, missed, made.regions.walk())
    progress = work.progress(0, work.file)
    looked = range(wanted.first, wanted.stop, work.job.policy.recheck)
    new = followed(video, told, looked, Schedule.at(video.facts.rate), progress) if told else []
    work.analysis.tracks += new
    frames = set(told) if new else set()
    if work.survey.confirmed(made.recheck.missed, progress):
        frames |= {one.frame for one in made.recheck.missed}
    return frames
