"""The values in one file's metadata, for its owner's screen, read in a worker process and stored nowhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from paravent.engine import discovery
from paravent.engine.session import Settings
from paravent.engine.workers.pool import Pool
from paravent.errors import Held, UsageProblem
from paravent.formats import HEAD, recognise
from paravent.i18n.texts import _
from paravent.inspect.values import values
from paravent.model.limits import StillLimits
from paravent.state.private import PrivateFolder
from paravent.stores.reading import read_once

Values = list[tuple[str, str]]


def start_reading() -> Callable[[Path], Values]:
    """What the worker begins with."""
    return _values


def read(path: Path, settings: Settings) -> Values:
    """Label and value of every entry, fit for a terminal. Raises UsageProblem if it is no picture or unreadable."""
    (found, *_others) = discovery.inputs([path])
    if not found.is_file() or found.is_symlink():
        raise UsageProblem(_("{path}: not an ordinary file").format(path=path))
    with PrivateFolder(settings.private).staging() as staging, Pool(start_reading, settings.limits, staging) as pool:
        for _path, result in pool.run([found]):
            if isinstance(result, Held):
                raise UsageProblem(f"{path}: {result}")
            return result
    raise AssertionError("a pool answers every job")


def _values(path: Path) -> Values:
    data = read_once(path, StillLimits().file_bytes)
    spec = recognise(data[:HEAD])
    if spec is None or spec.on_request or spec.is_video:
        raise Held("unknown-format")
    return values(data, spec.audit)
