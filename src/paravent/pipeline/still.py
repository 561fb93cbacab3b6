"""The life of one file: read, inspect, detect, decide, erase, fill, write, verify, publish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath

from paravent.detect.base import KINDS
from paravent.detect.looking import in_every_rendering
from paravent.detect.regions import as_region
from paravent.detect.upright import Upright
from paravent.errors import Held
from paravent.formats import HEAD, FormatSpec, named, recognise
from paravent.formats.base import Draft, Source
from paravent.formats.marks import marked, packet
from paravent.formats.refusing import refusal
from paravent.inspect import inspect
from paravent.inspect.file_system import of_the_file
from paravent.inspect.values import names
from paravent.model.job import Job, Outcome
from paravent.model.keyed_hash import keyed_hash
from paravent.model.report import Finding, Kind, Status
from paravent.pipeline import animation
from paravent.pipeline import record as life
from paravent.pipeline.covering import PageDetection, by_human, covered_by, decided, not_left_visible, proposed
from paravent.pipeline.recheck import LookingAgain, RecheckState
from paravent.pipeline.still_record import StillRecord, in_copy, remarks_on
from paravent.pipeline.tools import Tools
from paravent.process import heartbeat
from paravent.stores.base import Contents, read_once
from paravent.verify import judge


def protect(job: Job, tools: Tools) -> Outcome:
    """Prepare one picture and publish the copy. A bad file never raises: it is held back, and the report says why."""
    return _run(job, tools, _prepare, Status.PREPARED)


def scan(job: Job, tools: Tools) -> Outcome:
    """Audit one picture; nothing is written. A bad file never raises."""
    return _run(job, tools, _audit, Status.SCANNED)


def propose(job: Job, tools: Tools, *, tracks: bool = False) -> tuple[Outcome, None]:
    """What the policy would cover, for a human to decide; nothing is written. A bad file never raises."""
    del tracks  # a picture has none
    return _run(job, tools, _propose, Status.SCANNED), None


def _run(job: Job, tools: Tools, work: Callable[[Job, Tools, StillRecord], None], status: Status) -> Outcome:
    record = StillRecord(status)
    life.run(record, partial(work, job, tools, record))
    return _outcome(job, record)


def _prepare(job: Job, tools: Tools, record: StillRecord) -> None:
    contents = read_once(tools.source, job.identity, tools.still.file_bytes)
    record.source_key = keyed_hash(tools.key, contents.data)
    life.refuse_other(job, record)
    if life.is_done(job, record, tools):
        return
    source = _opened(job, contents, tools, record, convert=bool(job.policy.convert))
    if source.moving:
        animation.prepare(source, _names(contents, tools, record), job, tools, record)
        return
    seen = _seen(source, contents, tools, record)
    if job.decision is None:
        record.regions = decided(seen, source, job.policy)
    else:
        record.regions = by_human(job.decision, seen, source, job.policy)
    _publish(RecheckState(source, tools.needed(), seen), job, tools, record)


def _audit(job: Job, tools: Tools, record: StillRecord) -> None:
    contents = read_once(tools.source, job.identity, tools.still.file_bytes)
    if tools.detectors is None:
        _recognised(job, contents, record, convert=True)
        return
    source = _opened(job, contents, tools, record, convert=True)
    if source.moving:
        animation.audit(source, _names(contents, tools, record), job, tools, record)
        return
    record.regions = [as_region(found, 1.0, page) for page, found in _seen(source, contents, tools, record)]


def _propose(job: Job, tools: Tools, record: StillRecord) -> None:
    contents = read_once(tools.source, job.identity, tools.still.file_bytes)
    record.source_key = keyed_hash(tools.key, contents.data)
    source = _opened(job, contents, tools, record, convert=bool(job.policy.convert))
    if source.moving:
        animation.propose(source, _names(contents, tools, record), job, tools, record)
        return
    record.regions = proposed(_seen(source, contents, tools, record), source, job.policy)


def _recognised(job: Job, contents: Contents, record: StillRecord, *, convert: bool) -> FormatSpec:
    """The format by content, noted with what container and file system give away.

    convert: any that can be read. Raises Held.
    """
    data, traces = contents.data, contents.traces
    name = PurePosixPath(job.relative).name
    spec = recognise(data[:HEAD])
    if job.format is not None and job.format != (spec.name if spec else ""):
        raise Held("changed-while-reading")  # it was something else when the copy got its name
    if spec is None:
        raise refusal(data[:HEAD], name)
    spec.refuse_unasked(convert=convert)
    record.format = spec.name
    record.findings = inspect(data, spec.audit).findings + of_the_file(name, traces.modified, traces.attributes)
    return spec


def _opened(job: Job, contents: Contents, tools: Tools, record: StillRecord, *, convert: bool) -> Source:
    source = _recognised(job, contents, record, convert=convert).open(contents.data, tools.still)
    record.width, record.height = source.pages[0].width, source.pages[0].height
    first = Upright(source.pages[0])
    record.size, record.pages, record.moving = (first.width, first.height), len(source.pages), source.moving
    return source


def _names(contents: Contents, tools: Tools, record: StillRecord) -> tuple[str, ...]:
    """See `detect.base.Context`."""
    return names(contents.data, named(record.format).audit) if tools.needed().reads else ()


def _seen(source: Source, contents: Contents, tools: Tools, record: StillRecord) -> list[PageDetection]:
    """What the detectors find; what only decoding shows is noted."""
    detectors, words = tools.needed(), _names(contents, tools, record)
    look, seen = partial(detectors.look, names=words), list[PageDetection]()
    for i, page in enumerate(source.pages):
        seen += [(i, found) for found in in_every_rendering(page, look)]
        heartbeat.beat(i / len(source.pages))
    record.findings += source.findings
    return seen


def _publish(state: RecheckState, job: Job, tools: Tools, record: StillRecord) -> None:
    """Cover, look again, cover what is new, until nothing is; then let the copy appear. Raises Held("still-seen")."""
    policy, source = job.policy, state.source
    while record.rounds < policy.rounds:
        record.rounds += 1
        covered = covered_by(source, record.regions, policy)
        looking = LookingAgain(state, covered)
        new = _unsettled(looking.before_encoding(), job)
        if not new:
            draft = marked(covered.draft(), packet(ask_no_ai=policy.ask_no_ai, credit=policy.credit))
            new = _written(draft, source, looking, job, record, tools)
        if not new:
            return
        state.seen += new
        record.regions += proposed(new, source, policy) if job.decision else decided(new, source, policy)
    raise Held("still-seen", rounds=policy.rounds)


def _written(
    draft: Draft, source: Source, looking: LookingAgain, job: Job, record: StillRecord, tools: Tools
) -> list[PageDetection]:
    """Write, read back from disk, judge, look; only then let the copy appear, if nothing new was seen. Returns what was."""
    with tools.outputs[job.output].stage() as staged:
        staged.write(draft.data)
        written = staged.read_back()
        judge(written, draft.plan, looking.at_copy)
        new = _unsettled(looking.in_copy, job)
        if not new:
            record.lossless, record.remarks = draft.lossless, remarks_on(draft, record.findings)
            record.regions = [in_copy(region, source, draft) for region in record.regions]
            record.copy_key = keyed_hash(tools.key, written)
            life.appear(staged, job, record, tools)
        return new


def _unsettled(new: list[PageDetection], job: Job) -> list[PageDetection]:
    return new if job.decision is None else not_left_visible(new, job.decision)


def _outcome(job: Job, record: StillRecord) -> Outcome:
    counted = [region for region in record.regions if not record.moving or region.page == 0]
    covered, doubtful = Counter(region.kind for region in counted), sum(region.doubtful for region in counted)
    if record.followed is not None:
        covered, doubtful = record.followed, record.followed_doubtful
    faces = (region for region in record.regions if region.kind == "face")
    area = sum(region.shape.bounds().area for region in faces) / (record.pages if record.moving else 1)
    seen = tuple(Finding(Kind(kind), "picture", count=count) for kind, count in covered.items() if kind in KINDS)
    report = life.report(
        job,
        record,
        findings=record.findings + seen,
        faces=covered["face"],
        covered=dict(covered),
        doubtful=doubtful,
        face_pixels=round(area),
        **life.permitted(job),
        lossless=record.lossless,
    )
    copy_key = "" if record.held else record.copy_key
    regions = tuple(record.regions)
    return Outcome(report, record.source_key, copy_key, regions, record.size, record.pages, record.moving)
