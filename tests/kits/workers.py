"""What workers do in tests; imported by their processes."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from paravent.engine.workers import isolation
from paravent.engine.workers.setup import WorkerSetup
from paravent.errors import Held, ModelsMissing, OutputProblem
from paravent.model.geometry import Ellipse, Region
from paravent.model.job import Job, LedgerEntry, Outcome
from paravent.model.keyed_hash import keyed_hash
from paravent.model.report import FileReport, Status
from paravent.pipeline.tools import Tools
from paravent.process import heartbeat
from paravent.stores.base import read_once


def start() -> Callable[[str], str]:
    return work


def start_without_models() -> Callable[[str], str]:
    raise ModelsMissing("no models")


def start_broken() -> Callable[[str], str]:
    os._exit(3)


def work(job: str) -> str:
    what, _, rest = job.partition(" ")
    return _WORK[what](rest)


def _crash(_: str) -> str:
    os.kill(os.getpid(), signal.SIGSEGV)
    return ""


def _crash_once(path: str) -> str:
    if Path(path).exists():
        return "done"
    Path(path).touch()
    return _crash("")


def _alone(path: str) -> str:
    """Runs out of memory the first time; afterwards tells who works."""
    if Path(path).exists():
        return str(os.getpid())
    Path(path).touch()
    raise MemoryError


def _litter(megabytes: str) -> str:
    """Leave much free memory behind that malloc keeps; megabytes in use then."""
    kept = [bytes(100_000) for _ in range(int(megabytes) * 10)]
    last = bytearray(100_000)
    _kept.append(bytes(last))
    del kept
    return _resident("")


def _resident(_: str) -> str:
    return str(isolation.resident() >> 20)


def _hang(_: str) -> str:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)
    return ""


def _eat(megabytes: str) -> str:
    return str(len(bytearray(int(megabytes) << 20)))


def _keep(megabytes: str) -> str:
    _kept.append(b"x" * (int(megabytes) << 20))
    return str(os.getpid())


def _beat(seconds: str) -> str:
    """Long work that gives signs of life."""
    until = time.monotonic() + float(seconds)
    while (left := until - time.monotonic()) > 0:
        heartbeat.beat(1 - left / float(seconds))
        time.sleep(0.05)
    return "done"


def _held(_: str) -> str:
    raise Held("damaged")


def _bug(_: str) -> str:
    raise ZeroDivisionError("secret text of a picture")


def _output(_: str) -> str:
    raise OutputProblem("no room")


def _talk(_: str) -> str:
    print("chatter")
    print("chatter", file=sys.stderr)
    os.write(2, b"chatter")
    return "talked"


def _sleep(seconds: str) -> str:
    time.sleep(float(seconds))
    return "slept"


def _wait_for(path: str) -> str:
    Path(path).with_suffix(f".{os.getpid()}").touch()
    time.sleep(600)
    return ""


_kept: list[bytes] = []
_WORK: dict[str, Callable[[str], str]] = {
    "beat": _beat,
    "echo": lambda text: text,
    "pid": lambda _: str(os.getpid()),
    "crash": _crash,
    "crash-once": _crash_once,
    "hang": _hang,
    "alone": _alone,
    "litter": _litter,
    "resident": _resident,
    "eat": _eat,
    "keep": _keep,
    "held": _held,
    "bug": _bug,
    "output": _output,
    "talk": _talk,
    "sleep": _sleep,
    "wait": _wait_for,
}


def start_copying(setup: WorkerSetup) -> Callable[[Job], Outcome]:
    """Stands in for the pipeline: publishes "copy of " and the source, recognises what the ledger knows."""
    return partial(_copy, setup.tools(detectors=False))


def _copy(tools: Tools, job: Job) -> Outcome:
    data = read_once(tools.source, job.identity, 1_000_000).data
    what = data[_HEAD:].decode()
    if what in ("crash", "hang"):
        _WORK[what]("")
    if what == "eat":
        _eat("100000")
    if what == "full":
        return Outcome(FileReport(job.relative, Status.HELD, hold="no-space"))
    source, copy = keyed_hash(tools.key, data), b"copy of " + data
    report = FileReport(job.relative, Status.PREPARED, "JPEG", 8, 8, output=job.destination, faces=1)
    done = Outcome(report, source, keyed_hash(tools.key, copy), (Region(Ellipse(1, 2, 3, 4)),))
    if job.recorded == LedgerEntry(source, job.recipe, done.copy_key) and not job.force:
        return Outcome(replace(report, status=Status.ALREADY, faces=0), source, done.copy_key)
    output = tools.outputs[job.output]
    with output.stage() as staged:
        staged.write(copy)
        try:
            output.publish(staged, job.destination)
        except FileExistsError:
            return Outcome(FileReport(job.relative, Status.HELD, hold="exists"))
    return done


_HEAD = 4
