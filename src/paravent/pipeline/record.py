"""What preparing a picture and preparing a video have in common: an end for every error, the look back, the last step."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from paravent.errors import Held, ParaventError
from paravent.model.job import Job
from paravent.model.keyed_hash import is_hash_of, keyed_hash_of
from paravent.model.report import FileReport, Finding, Status
from paravent.pipeline.tools import Tools
from paravent.process import origin
from paravent.process.memory import is_exhausted
from paravent.stores.base import Staged


@dataclass(slots=True)
class Record:
    """What has become known of one file so far."""

    status: Status
    format: str = ""
    width: int = 0
    height: int = 0
    output: str = ""
    held: Held | None = None
    findings: tuple[Finding, ...] = ()
    rounds: int = 0
    remarks: tuple[str, ...] = ()
    source_key: str = ""
    copy_key: str = ""
    seconds: float = 0.0


def run(record: Record, work: Callable[[], None]) -> None:
    """Do the work, and note how long it took and why the file is held back, if it is. A bad file never raises."""
    started = time.perf_counter()
    try:
        work()
    except Held as held:
        record.held = held
    except (MemoryError, ParaventError):  # these concern more than this file
        raise
    except Exception as error:  # a defect of ours costs this file, never the run
        if is_exhausted(error):
            raise MemoryError from None
        record.held = Held("internal", detail=origin.kind(error))
    record.seconds = time.perf_counter() - started


def refuse_other(job: Job, record: Record) -> None:
    """Raise Held("changed-since-decided") if the source is not the one that a human decided about."""
    if job.decided_key and not hmac.compare_digest(job.decided_key, record.source_key):
        raise Held("changed-since-decided")


def hash_there(job: Job, tools: Tools) -> str:
    """Keyed hash of what lies at a job's destination; "" if no file of ours can lie there."""
    with tools.outputs[job.output].reading(job.destination, tools.video.file_bytes) as file:
        return "" if file is None else keyed_hash_of(tools.key, file)


def is_done(job: Job, record: Record, tools: Tools) -> bool:
    """Whether the ledger knows this very source as done by this recipe, and the copy is still there unchanged."""
    entry = job.recorded
    if job.force or entry is None or (entry.source_key, entry.recipe) != (record.source_key, job.recipe):
        return False
    if not hmac.compare_digest(hash_there(job, tools), entry.copy_key):
        return False
    record.status, record.copy_key, record.output = Status.ALREADY, entry.copy_key, job.destination
    return True


def appear(staged: Staged, job: Job, record: Record, tools: Tools) -> None:
    """Let a verified copy appear; one that we wrote before gives way. Raises Held("exists") for anything else there."""
    output = tools.outputs[job.output]
    record.output = job.destination
    try:
        output.publish(staged, job.destination)
        return
    except FileExistsError:
        found = hash_there(job, tools)
    if hmac.compare_digest(found, record.copy_key):
        record.status = Status.ALREADY
        return
    if not found or job.replaceable is None or not hmac.compare_digest(found, job.replaceable):
        raise Held("exists")
    replaceable = job.replaceable
    output.withdraw(job.destination, lambda file: is_hash_of(replaceable, tools.key, file))
    try:
        output.publish(staged, job.destination)
    except FileExistsError:
        raise Held("exists") from None


def permitted(job: Job) -> dict[str, Any]:
    """What a report says of places that a human left visible."""
    permissions = job.decision.permissions if job.decision else {}
    return {"left_visible": sum(permissions.values()), "permissions": permissions}


def report(job: Job, record: Record, **of_its_kind: Any) -> FileReport:
    """The report on a file. of_its_kind: fields of `FileReport` that only pictures or only videos have."""
    held = record.held
    return FileReport(
        path=job.relative,
        status=Status.HELD if held else record.status,
        format=record.format,
        width=record.width,
        height=record.height,
        output="" if held else record.output,
        hold=held.code if held else "",
        hold_params=dict(held.params) if held else {},
        rounds=record.rounds,
        remarks=tuple(dict.fromkeys((*(() if held else job.remarks), *record.remarks))),
        seconds=record.seconds,
        **of_its_kind,
    )
