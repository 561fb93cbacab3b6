"""One video: read, see, cover, write, verify, publish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO

from paravent.detect.base import KINDS
from paravent.detect.detector_set import DetectorSet
from paravent.errors import Held
from paravent.inspect.file_system import of_the_file
from paravent.model.decision import AS_USUAL, VideoChoice
from paravent.model.job import Job, Outcome
from paravent.model.keyed_hash import keyed_hash_of
from paravent.model.limits import VideoLimits
from paravent.model.policy import Policy
from paravent.model.report import Finding, Kind, Status, VideoReport
from paravent.pipeline import record as common
from paravent.pipeline import rounds
from paravent.pipeline.rounds import Made, Work
from paravent.pipeline.tools import Tools
from paravent.pipeline.video_record import VideoRecord
from paravent.pipeline.video_writing import PASSES, VideoWriter
from paravent.stores.base import Original
from paravent.video import encoding, findings, proposal, structure, subtitles
from paravent.video.analysis import Analysis
from paravent.video.first_pass import analyse
from paravent.video.looking import GLIMPSE, Schedule
from paravent.video.progress import reporter
from paravent.video.proposal import Proposal
from paravent.video.rewriting import Wanted, Written, frames_between
from paravent.video.source import Video
from paravent.video.survey import Survey, all_tracks
from paravent.video.tracking.decided import is_left_visible
from paravent.video.tracking.track import Track

_EVEN = 2


def protect(job: Job, tools: Tools) -> Outcome:
    """Prepare one video and publish the copy. A bad video never raises: it is held back, and the report says why."""
    return _run(job, tools, _prepare, Status.PREPARED)


def scan(job: Job, tools: Tools) -> Outcome:
    """Audit one video; nothing is written. A bad video never raises."""
    return _run(job, tools, _audit, Status.SCANNED)


def propose(job: Job, tools: Tools, *, tracks: bool) -> tuple[Outcome, Proposal | None]:
    """What a video is and, if so asked, what would be covered, for a human to decide; nothing is written.

    A bad video never raises.
    """
    found: list[Proposal] = []

    def work(job: Job, original: Original, record: VideoRecord, tools: Tools) -> None:
        file = original.file
        record.source_key = keyed_hash_of(tools.key, file)
        _audit_container(job, original, record)
        video = _video(file, record, job.policy)
        if tracks:
            analysis, survey = _analysed(video, file, record, job.policy, tools.needed())
            found.append(proposal.of(video.facts, analysis, all_tracks(analysis, survey), job.policy.margin))

    outcome = _run(job, tools, work, Status.SCANNED)
    return outcome, found[0] if found else None


def _run(job: Job, tools: Tools, work: Callable[[Job, Original, VideoRecord, Tools], None], status: Status) -> Outcome:
    spec = tools.format_of(job)
    record = VideoRecord(status, format=spec.name if spec else "")

    def whole() -> None:
        with tools.source.opened(job.identity, tools.video.file_bytes) as original:
            try:
                work(job, original, record, tools)
            except Held as held:
                if held.code == "film-damaged" and job.policy.salvage:  # what was just tried is no advice
                    raise Held("film-lost") from held
                raise

    common.run(record, whole)
    return _outcome(job, record)


def _audit_container(job: Job, original: Original, record: VideoRecord) -> None:
    name, traces = PurePosixPath(job.relative).name, original.traces
    record.findings = findings.of_video(original.file, record.format, VideoLimits())
    record.findings += of_the_file(name, traces.modified, traces.attributes)


def _audit(job: Job, original: Original, record: VideoRecord, tools: Tools) -> None:
    _audit_container(job, original, record)
    if tools.detectors is not None:
        _audit_frames(job, original.file, record, tools.detectors)


def _audit_frames(job: Job, file: BinaryIO, record: VideoRecord, detectors: DetectorSet) -> None:
    video = _video(file, record, job.policy)
    analysis, survey = _analysed(video, file, record, job.policy, detectors)
    record.tracks = all_tracks(analysis, survey)
    record.video = VideoReport(frames=len(analysis.pts), seconds=analysis.seconds(video.facts.time_base))


def _analysed(
    video: Video, file: BinaryIO, record: VideoRecord, policy: Policy, detectors: DetectorSet
) -> tuple[Analysis, Survey]:
    """Everything that is looked for, in all frames. Raises Held."""
    survey = _survey(video, file, record, policy, detectors)
    passes = 1 + survey.is_wanted
    analysis = analyse(
        video, detectors.face_network, Schedule.at(video.facts.rate), VideoLimits(), reporter(0, passes, file)
    )
    survey.look(analysis, reporter(1, passes, file))
    return analysis, survey


def _prepare(job: Job, original: Original, record: VideoRecord, tools: Tools) -> None:
    file, detectors = original.file, tools.needed()
    record.source_key = keyed_hash_of(tools.key, file)
    common.refuse_other(job, record)
    if common.is_done(job, record, tools):
        return
    _audit_container(job, original, record)
    video = _video(file, record, job.policy)
    wanted_codec = encoding.chosen(video.facts)
    survey = _survey(video, file, record, job.policy, detectors)
    passes = PASSES + survey.is_wanted
    analysis = analyse(
        video, detectors.face_network, Schedule.at(video.facts.rate), VideoLimits(), reporter(0, passes, file)
    )
    choice = job.decision.video if job.decision else AS_USUAL
    first, stop = _part(choice, analysis, video, job.policy)
    sound = choice.sound or job.policy.sound
    survey.look(analysis, reporter(passes - PASSES, passes, file), (first, stop))
    record.remarks += _oddities(video, sound)
    size = _size(video, job.policy)
    texts = subtitles.read(file, record.format, VideoLimits()) if job.policy.keep_subtitles else []
    wanted = Wanted(wanted_codec, size, job.policy, sound, first, stop, texts)
    record.width, record.height = size
    _remark(video, wanted, job.policy, record)
    with tools.outputs[job.output].stage() as staged:
        writer = VideoWriter(video, file, analysis, wanted, staged, passes)
        work = _work(video, analysis, survey, wanted, job, detectors, writer)
        made = rounds.write(work, record, partial(_note_covered, record, job, len(analysis.pts)))
        _note(record, video, analysis, survey, wanted, made)
        with staged.reading() as copy:
            record.copy_key = keyed_hash_of(tools.key, copy)
        if keyed_hash_of(tools.key, file) != record.source_key:
            raise Held("changed-while-reading")
        common.appear(staged, job, record, tools)


def _work(
    video: Video,
    analysis: Analysis,
    survey: Survey,
    wanted: Wanted,
    job: Job,
    detectors: DetectorSet,
    writer: VideoWriter,
) -> Work[Written]:
    return Work(
        source=video,
        analysis=analysis,
        survey=survey,
        job=job,
        face_network=detectors.face_network,
        part=(wanted.first, wanted.stop),
        size=wanted.size,
        margin=job.policy.margin,
        every=job.policy.recheck,
        schedule=Schedule.at(video.facts.rate),
        doubted=False,
        writer=writer,
        progress=lambda: writer.progress(0, writer.file),
    )


def _note_covered(record: VideoRecord, job: Job, count: int, tracks: Sequence[Track]) -> None:
    """What is covered somewhere."""
    record.tracks = [track for track in tracks if not is_left_visible(track, job.decision, count)]


def _video(file: BinaryIO, record: VideoRecord, policy: Policy) -> Video:
    limits = VideoLimits()
    whole = structure.is_whole(file, record.format, limits)
    if not whole and not policy.salvage:
        raise Held("film-damaged")
    video = Video(file, record.format, limits, salvage=policy.salvage)
    record.width, record.height = record.size = video.facts.width, video.facts.height
    if not whole:
        record.remarks += ("salvaged",)
    return video


def _survey(video: Video, file: BinaryIO, record: VideoRecord, policy: Policy, detectors: DetectorSet) -> Survey:
    names = findings.names(file, record.format, VideoLimits()) if detectors.reads else ()
    return Survey(detectors.besides_faces, video, names, policy.margin)


def _size(video: Video, policy: Policy) -> tuple[int, int]:
    width, height = video.facts.width, video.facts.height
    longest = max(width, height)
    if not policy.max_size or longest <= policy.max_size:
        return width, height
    factor = policy.max_size / longest
    return (
        max(_EVEN, round(width * factor / _EVEN) * _EVEN),
        max(_EVEN, round(height * factor / _EVEN) * _EVEN),
    )


def _note(
    record: VideoRecord, video: Video, analysis: Analysis, survey: Survey, wanted: Wanted, made: Made[Written]
) -> None:
    base = video.facts.time_base
    record.area = made.regions.area / max(1, len(analysis.pts))
    if made.copy.encoded_sound and wanted.sound == "keep":
        record.remarks += ("sound-encoded",)
    record.video = VideoReport(
        frames=wanted.stop - wanted.first,
        rechecked=made.checked.looked,
        recheck_side=min(GLIMPSE, max(wanted.size)),
        rechecked_closely=made.checked.closely,
        rechecked_for=survey.rechecked(made.recheck.looked),
        seconds=analysis.seconds(base),
        sound=wanted.sound if video.facts.sounds else "",
        whole=tuple(
            (analysis.clock(first, base), analysis.clock(stop, base))
            for first, stop in made.regions.whole
            if first < wanted.stop and stop > wanted.first
        ),
    )


def _remark(video: Video, wanted: Wanted, policy: Policy, record: VideoRecord) -> None:
    if wanted.codec.name != video.facts.codec:
        record.remarks += ("film-codec-changed",)
    if wanted.size != (video.facts.width, video.facts.height):
        record.remarks += ("resized",)
    if wanted.texts:
        record.remarks += ("subtitles-kept",)
    if video.facts.sounds and wanted.sound == "disguise":
        record.remarks += ("sound-disguised",)


def _part(choice: VideoChoice, analysis: Analysis, video: Video, policy: Policy) -> tuple[int, int]:
    """Frames that are in the copy, the first and the one behind the last. Raises Held."""
    if choice.part is None:
        return frames_between(analysis, video.facts.time_base, policy.begin or None, policy.end or None)
    first, stop = choice.part[0], min(choice.part[1], len(analysis.pts))
    if first >= stop:
        raise Held("empty-part")
    return first, stop


def _oddities(video: Video, sound: str) -> tuple[str, ...]:
    """What reading it to its end showed."""
    left_out = video.facts.left_out
    found = {
        "salvaged": video.broken_off,
        "times-mended": video.mended,
        "deinterlaced": video.deinterlaced,
        "sizes-joined": video.resized,
        "further-pictures-left-out": "pictures" in left_out,
        "sound-left-out": "sound" in left_out and sound != "mute",
    }
    return tuple(remark for remark, holds in found.items() if holds)


def _outcome(job: Job, record: VideoRecord) -> Outcome:
    drawn = sum(region.course is not None for region in job.decision.regions) if job.decision else 0
    found = Counter(track.kind for track in record.tracks)
    covered = Counter({"face": found.pop("face", 0), "drawn": drawn}) + found
    seen = tuple(Finding(Kind(kind), "film", count=count) for kind, count in covered.items() if kind in KINDS)
    report = common.report(
        job,
        record,
        findings=record.findings + seen,
        faces=covered["face"],
        covered=dict(covered),
        **common.permitted(job),
        doubtful=sum(track.doubtful for track in record.tracks),
        face_pixels=round(record.area),
        video=record.video if record.video.frames else None,
    )
    return Outcome(report, record.source_key, "" if record.held else record.copy_key, (), record.size)
