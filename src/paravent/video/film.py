"""The life of one film: read, see, cover, write, verify, publish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from paravent import life, publish
from paravent.deciding import style_for
from paravent.detect.base import KINDS
from paravent.detect.centerface import CERTAIN, CenterFace
from paravent.detect.eyes import BLIND, Eyes
from paravent.errors import Held
from paravent.inspect.file_system import of_the_file
from paravent.jobs import Job, Outcome
from paravent.life import Record
from paravent.policy import Policy
from paravent.private import keyed_hash_of
from paravent.report import FilmReport, Finding, Kind, Status
from paravent.source_file import opened
from paravent.time_code import clock
from paravent.video import checking, encoding, findings, kinds, pace, proposal, settled, structure, subtitles
from paravent.video.limits import FilmLimits
from paravent.video.looking import Schedule
from paravent.video.proposal import Proposal
from paravent.video.regions import Regions, around
from paravent.video.rewriting import Wanted, Written, frames_between, rewrite
from paravent.video.seeing import Seen, confirmed, followed, see
from paravent.video.source import Film
from paravent.video.survey import Survey
from paravent.video.threads import Thread
from paravent.video.tracks import Track

_PASSES = 3  # over the frames: see, rewrite, check
_EVEN = 2
_FOLLOWED = 3  # rounds in which what is still seen is followed; then whole frames are covered
_MOMENTS = 3  # rounds of that at most
_AROUND = 0.2  # seconds before and behind a frame in which something is still seen
_MOST_WHOLE, _LEAST_WHOLE = 0.2, 1.0  # share of a film that may be covered whole for that; seconds of a shorter one
_AGAIN = 384  # pixels of the longest side in the look at each frame of the copy


@dataclass(slots=True)
class _Record(Record):
    """area: mean area of a frame's coverings, in pixels. size: of a frame of the source, upright. eyes: for all but faces,
    and threads what they saw."""

    tracks: list[Track] = field(default_factory=list)
    area: float = 0.0
    size: tuple[int, int] = (0, 0)
    eyes: Eyes = BLIND
    threads: list[Thread] = field(default_factory=list)
    film: FilmReport = field(default_factory=FilmReport)


def protect(job: Job, eyes: Eyes = BLIND) -> Outcome:
    """Prepare one film and publish the copy. A bad film never raises: it is held back, and the report says why.

    eyes: what is looked for besides faces.
    """
    return _run(job, _prepare, Status.PREPARED, eyes)


def scan(job: Job, eyes: Eyes = BLIND, *, faces: bool) -> Outcome:
    """Audit one film; nothing is written. A bad film never raises. eyes: as for `protect`."""
    return _run(job, _audit_all if faces else _audit_container, Status.SCANNED, eyes)


def look(job: Job, eyes: Eyes = BLIND, *, tracks: bool) -> tuple[Outcome, Proposal | None]:
    """What a film is and, if so asked, what would be covered, for a human to decide; nothing is written.

    A bad film never raises. eyes: as for `protect`.
    """
    found: list[Proposal] = []

    def work(job: Job, file: BinaryIO, record: _Record) -> None:
        record.source_key = keyed_hash_of(job.key, file)
        _audit_container(job, file, record)
        film = _film(file, record, job.policy)
        if tracks:
            seen, survey = _seen(film, file, record, job.policy)
            found.append(proposal.of(film.facts, seen, survey.threads, job.policy.margin))

    outcome = _run(job, work, Status.SCANNED, eyes)
    return outcome, found[0] if found else None


def _run(job: Job, work: Callable[[Job, BinaryIO, _Record], None], status: Status, eyes: Eyes = BLIND) -> Outcome:
    record = _Record(status, format=kinds.of_file(Path(job.path)), eyes=eyes.without(CenterFace.name))

    def whole() -> None:
        with opened(Path(job.path), FilmLimits().file_bytes) as file:
            work(job, file, record)

    life.run(record, whole)
    return _outcome(job, record)


def _audit_container(job: Job, file: BinaryIO, record: _Record) -> None:
    record.findings = findings.of_film(file, record.format, FilmLimits()) + of_the_file(Path(job.path))


def _audit_all(job: Job, file: BinaryIO, record: _Record) -> None:
    _audit_container(job, file, record)
    film = _film(file, record, job.policy)
    seen, survey = _seen(film, file, record, job.policy)
    record.tracks, record.threads = seen.tracks, survey.threads
    record.film = FilmReport(frames=len(seen.pts), seconds=_seconds(film, seen))


def _seen(film: Film, file: BinaryIO, record: _Record, policy: Policy) -> tuple[Seen, Survey]:
    """Everything that is looked for, in all frames. Raises Held."""
    passes = 1 + bool(record.eyes)
    seen = see(film, pace.network(), Schedule(), FilmLimits(), pace.beat(0, passes, file))
    survey = _survey(film, file, record, policy)
    survey.see(seen, pace.beat(1, passes, file))
    return seen, survey


def _prepare(job: Job, file: BinaryIO, record: _Record) -> None:
    record.source_key = keyed_hash_of(job.key, file)
    life.refuse_other(job, record)
    if life.is_done(job, record, partial(_there, job)):
        return
    _audit_container(job, file, record)
    film = _film(file, record, job.policy)
    wanted_codec = encoding.chosen(film.facts)
    passes = _PASSES + bool(record.eyes)
    seen = see(film, pace.network(), Schedule(), FilmLimits(), pace.beat(0, passes, file))
    survey = _survey(film, file, record, job.policy)
    first, stop = frames_between(seen, film.facts.time_base, job.policy.begin or None, job.policy.end or None)
    survey.see(seen, pace.beat(passes - _PASSES, passes, file), (first, stop))
    if film.broken_off:
        record.remarks += ("salvaged",)
    size = _size(film, job.policy)
    styles = {kind: style_for(kind, job.policy) for kind in (*KINDS, "drawn")}
    texts = subtitles.read(file, record.format, FilmLimits()) if job.policy.keep_subtitles else []
    wanted = Wanted(wanted_codec, size, styles, job.policy.sound, first, stop, texts)
    record.width, record.height = size
    _remark(film, wanted, job.policy, record)
    with publish.stage(Path(job.output or "")) as staged:
        _write(film, file, seen, survey, wanted, staged, job, record)
        with staged.reading() as copy:
            record.copy_key = keyed_hash_of(job.key, copy)
        if keyed_hash_of(job.key, file) != record.source_key:
            raise Held("changed-while-reading")
        life.appear(staged, job, record, partial(_there, job))


def _film(file: BinaryIO, record: _Record, policy: Policy) -> Film:
    limits = FilmLimits()
    whole = structure.is_whole(file, record.format, limits)
    if not whole and not policy.salvage:
        raise Held("film-damaged")
    film = Film(file, record.format, limits, salvage=policy.salvage)
    record.width, record.height = record.size = film.facts.width, film.facts.height
    if not whole:
        record.remarks += ("salvaged",)
    return film


def _survey(film: Film, file: BinaryIO, record: _Record, policy: Policy) -> Survey:
    names = findings.names(file, record.format, FilmLimits()) if record.eyes.reads else ()
    return Survey(record.eyes, film, names, policy.margin)


def _size(film: Film, policy: Policy) -> tuple[int, int]:
    width, height = film.facts.width, film.facts.height
    longest = max(width, height)
    if not policy.max_size or longest <= policy.max_size:
        return width, height
    factor = policy.max_size / longest
    return (
        max(_EVEN, round(width * factor / _EVEN) * _EVEN),
        max(_EVEN, round(height * factor / _EVEN) * _EVEN),
    )


def _refuse_doubt(tracks: list[Track], threads: list[Thread], job: Job) -> None:
    doubtful = any(track.score < CERTAIN for track in tracks) or any(thread.doubtful for thread in threads)
    if _waits(job) and doubtful:
        raise Held("doubt")


def _waits(job: Job) -> bool:
    """Whether what is doubtful is left to a human who has not decided yet."""
    return job.policy.doubt == "wait" and job.decision is None


def _write(
    film: Film,
    file: BinaryIO,
    seen: Seen,
    survey: Survey,
    wanted: Wanted,
    staged: publish.Staged,
    job: Job,
    record: _Record,
) -> None:
    """Write and judge, until the detector finds nothing new: first what it still finds is followed, in the end the whole
    frames are covered in which it does. Raises Held."""
    facts, policy, limits = film.facts, job.policy, FilmLimits()
    passes = _PASSES + survey.is_wanted
    following = min(_FOLLOWED, policy.rounds)
    still: set[int] = set()
    while record.rounds < following + _MOMENTS:
        record.rounds += 1
        record.tracks, record.threads = _covered(seen, survey, job)
        _refuse_doubt(seen.tracks, survey.threads, job)
        regions = Regions(facts.width, facts.height)
        regions.add(seen.tracks, policy.margin, len(seen.pts), job.decision)
        regions.weave(survey.threads, len(seen.pts), job.decision)
        if regions.whole and _waits(job):
            raise Held("track-lost", time=_clock(seen, film, regions.whole[0][0]))
        regions.whole += (moments := around(still, round(_AROUND * facts.rate), len(seen.pts)))
        if sum(stop - first for first, stop in moments) > _most_whole(wanted, facts.rate):
            break
        staged.clear()
        with staged.writing() as out:
            written = rewrite(film, regions, seen, wanted, out, pace.beat(passes - 2, passes, file))
        copied = regions.part(wanted.first, wanted.stop).scaled(*wanted.size)
        watch = checking.Watch(pace.network(), _again(policy))
        witness = survey.witness(wanted.first, wanted.stop, policy.recheck, written.facts)
        with staged.reading() as copy:
            beat = pace.beat(passes - 1, passes, copy)
            checked = checking.check(copy, written, copied, watch, witness, limits, beat)
        factor = facts.width / wanted.size[0]
        missed = {
            index + wanted.first: [sight.enlarged(factor) for sight in sights] for index, sights in checked.missed.items()
        }
        told = confirmed(film, pace.network(), missed, regions.walk())
        again = pace.beat(0, passes, file)
        looked = range(wanted.first, wanted.stop, policy.recheck)
        new = followed(film, told, looked, Schedule(), again) if told else []
        besides = survey.confirmed(witness.missed, again)
        if not besides and not new:
            _note(record, film, seen, wanted, regions, written, checked.looked)
            record.film = replace(record.film, rechecked_for=survey.rechecked(witness.looked))
            return
        seen.tracks += new
        if record.rounds >= following:
            if _waits(job):
                break
            still |= set(told) if new else set()
            still |= {one.frame for one in witness.missed} if besides else set()
    raise Held("still-seen", rounds=record.rounds)


def _most_whole(wanted: Wanted, rate: float) -> float:
    """Frames that may be covered whole because something is still seen there."""
    return max(_MOST_WHOLE * (wanted.stop - wanted.first), _LEAST_WHOLE * rate)


def _covered(seen: Seen, survey: Survey, job: Job) -> tuple[list[Track], list[Thread]]:
    """What is covered somewhere."""

    def covered(trail: settled.Trail) -> bool:
        return not settled.is_left_visible(trail, job.decision, len(seen.pts))

    tracks = [track for track in seen.tracks if covered(settled.of_track(track))]
    return tracks, [thread for thread in survey.threads if covered(settled.of_thread(thread))]


def _again(policy: Policy) -> Schedule:
    """How the copy is looked at."""
    every = policy.recheck
    return Schedule(small_every=every, large_every=48 * every, tiny_every=48 * every, small=_AGAIN)


def _note(record: _Record, film: Film, seen: Seen, wanted: Wanted, regions: Regions, written: Written, looked: int) -> None:
    record.area = regions.area / max(1, len(seen.pts))
    if written.encoded_sound and wanted.sound == "keep":
        record.remarks += ("sound-encoded",)
    record.film = FilmReport(
        frames=wanted.stop - wanted.first,
        rechecked=looked,
        seconds=_seconds(film, seen),
        sound=wanted.sound if film.facts.sounds else "",
        whole=tuple(
            (_clock(seen, film, first), _clock(seen, film, stop))
            for first, stop in regions.whole
            if first < wanted.stop and stop > wanted.first
        ),
    )


def _remark(film: Film, wanted: Wanted, policy: Policy, record: _Record) -> None:
    if wanted.codec.name != film.facts.codec:
        record.remarks += ("film-codec-changed",)
    if wanted.size != (film.facts.width, film.facts.height):
        record.remarks += ("resized",)
    if wanted.texts:
        record.remarks += ("subtitles-kept",)
    if film.facts.sounds and wanted.sound == "disguise":
        record.remarks += ("sound-disguised",)


def _seconds(film: Film, seen: Seen) -> float:
    return float((seen.pts[-1] + seen.durations[-1] - seen.pts[0]) * film.facts.time_base)


def _clock(seen: Seen, film: Film, frame: int) -> str:
    """A frame as a time code from the film's beginning."""
    at = min(frame, len(seen.pts) - 1)
    ticks = seen.pts[at] - seen.pts[0] + (seen.durations[at] if frame > at else 0)
    return clock(float(ticks * film.facts.time_base))


def _there(job: Job) -> str:
    """See `life.There`."""
    return life.hash_of_film(Path(job.output or "") / (job.destination or ""), job.key)


def _outcome(job: Job, record: _Record) -> Outcome:
    faces = len(record.tracks)
    drawn = sum(region.course is not None for region in job.decision.regions) if job.decision else 0
    others = Counter(thread.kind for thread in record.threads)
    covered = Counter({"face": faces, "drawn": drawn}) + others
    seen = tuple(Finding(Kind(kind), "film", count=count) for kind, count in covered.items() if kind in KINDS)
    report = life.report(
        job,
        record,
        findings=record.findings + seen,
        faces=covered["face"],
        covered=dict(covered),
        **life.permitted(job),
        doubtful=sum(track.score < CERTAIN for track in record.tracks) + sum(one.doubtful for one in record.threads),
        face_pixels=round(record.area),
        film=record.film if record.film.frames else None,
    )
    return Outcome(report, record.source_key, "" if record.held else record.copy_key, (), record.size)
