"""Says what preparing would do, from what lies there and what is known of it. Nothing is written, nothing decoded."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from paravent.engine.naming import Namer
from paravent.engine.planning import Planner
from paravent.engine.progress import counted
from paravent.engine.recipe import recipe_of
from paravent.engine.session import Settings, source_of
from paravent.errors import Held
from paravent.formats import HEAD, named
from paravent.formats.refusing import refusal
from paravent.model.job import Job
from paravent.model.keyed_hash import is_hash_of
from paravent.model.limits import StillLimits, VideoLimits
from paravent.model.policy import Policy
from paravent.model.report import FileReport, Status
from paravent.state.ledger import Ledger
from paravent.state.private import PrivateGlance, path_of
from paravent.state.private import refuse_overlap as refuse_private
from paravent.state.reviews import ReviewStore
from paravent.stores.base import Source, SourceLocation, refuse_overlap
from paravent.stores.folder import FolderLocation
from paravent.stores.reading import opened

_OUTPUT = "copies"


def forecast(
    paths: Sequence[Path] | SourceLocation, output: Path, policy: Policy, settings: Settings
) -> Generator[FileReport]:
    """What `protecting.protect` would begin with: each file planned, there already, left out, or held back for what can be
    told without decoding it. Raises UsageProblem as that does."""
    location, source = FolderLocation(output), source_of(paths, settings)
    refuse_overlap(source, location)
    (root,) = location.on_disk
    private = PrivateGlance(path_of(settings.private))
    refuse_private(private.path, root)
    return _forecast(source, root, policy, settings, private)


def _forecast(
    location: SourceLocation, root: Path, policy: Policy, settings: Settings, private: PrivateGlance
) -> Generator[FileReport]:
    with ExitStack() as stack:
        ledger = stack.enter_context(Ledger(private.ledger, in_memory=True))
        reviews = stack.enter_context(ReviewStore(private.reviews, in_memory=True))
        source = stack.enter_context(closing(location.open()))
        key = private.key()
        namer = Namer(key, policy.keep_names, str(root))
        planner = Planner(
            source, ledger, namer, _OUTPUT, str(root), policy, recipe_of(policy, key), settings.force, reviews
        )
        for job in planner.jobs(counted(source.walk(), settings.progress)):
            yield _foreseen(job, source, root, key) if isinstance(job, Job) else job.result.report


def _foreseen(job: Job, source: Source, root: Path, key: bytes) -> FileReport:
    try:
        status = Status.ALREADY if _prepared(job, source, root, key) else Status.PLANNED
    except Held as held:
        return FileReport(job.relative, Status.HELD, hold=held.code, hold_params=dict(held.params))
    return FileReport(job.relative, status, format=job.format or "", output=job.destination, remarks=job.remarks)


def _prepared(job: Job, source: Source, root: Path, key: bytes) -> bool:
    """Whether the copy is there and is what would be made. Raises Held for what is not opened."""
    if not job.format:
        raise refusal(source.head(job.identity, HEAD), job.relative)
    spec = named(job.format)
    spec.refuse_unasked(convert=bool(job.policy.convert))
    spec.require()
    entry = job.recorded
    limit = VideoLimits().file_bytes
    with source.opened(job.identity, limit if spec.is_video else StillLimits().file_bytes) as original:
        if job.force or entry is None or entry.recipe != job.recipe:
            return False
        if not is_hash_of(entry.source_key, key, original.file):
            return False
    try:
        with opened(root / job.destination, limit) as copy:
            return is_hash_of(entry.copy_key, key, copy)
    except Held:
        return False
