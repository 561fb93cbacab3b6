"""The values in one file's metadata, for its owner's screen, read in a worker process and stored nowhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePath

from paravent.engine.session import Session, Settings
from paravent.engine.workers.setup import WorkerSetup
from paravent.errors import Held, UsageProblem
from paravent.formats import HEAD, recognise
from paravent.formats.refusing import refusal
from paravent.i18n.texts import _
from paravent.inspect.values import values
from paravent.model.limits import StillLimits
from paravent.model.policy import Policy
from paravent.stores.base import Source, read_once
from paravent.stores.files import FilesLocation

Values = list[tuple[str, str]]


def start_reading(setup: WorkerSetup) -> Callable[[str], Values]:
    """What the worker begins with."""
    return partial(_values, setup.source.open())


def read(path: Path, settings: Settings) -> Values:
    """Label and value of every entry, fit for a terminal. Raises UsageProblem if it is no picture or unreadable."""
    source = FilesLocation.named([path])
    (found,) = source.on_disk
    if not found.is_file() or found.is_symlink():
        raise UsageProblem(_("{path}: not an ordinary file").format(path=path))
    with Session(Policy(), settings, source) as session:
        for _identity, result in session.run(start_reading, [str(found)]):
            if isinstance(result, Held):
                raise UsageProblem(f"{path}: {result}")
            return result
    raise AssertionError("an executor answers every job")


def _values(source: Source, identity: str) -> Values:
    data = read_once(source, identity, StillLimits().file_bytes).data
    spec = recognise(data[:HEAD])
    if spec is None:
        raise refusal(data[:HEAD], PurePath(identity).name)
    spec.refuse_unasked(convert=False)
    if spec.is_video:
        raise Held("values-of-film")
    return values(data, spec.audit)
