"""What workers do in tests; imported by their processes."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from paravent.errors import Held, ModelsMissing, OutputProblem


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


def _hang(_: str) -> str:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)
    return ""


def _eat(megabytes: str) -> str:
    return str(len(bytearray(int(megabytes) << 20)))


def _keep(megabytes: str) -> str:
    _kept.append(b"x" * (int(megabytes) << 20))
    return str(os.getpid())


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
    "echo": lambda text: text,
    "pid": lambda _: str(os.getpid()),
    "crash": _crash,
    "hang": _hang,
    "eat": _eat,
    "keep": _keep,
    "held": _held,
    "bug": _bug,
    "output": _output,
    "talk": _talk,
    "sleep": _sleep,
    "wait": _wait_for,
}
