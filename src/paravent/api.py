"""The Python interface: the same pipeline as the command line, in worker processes.

Like everything that starts processes, calls belong under `if __name__ == "__main__":` in a script.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from paravent.engine import judging, session
from paravent.engine.judging import Judgement
from paravent.model.limits import WorkerLimits
from paravent.model.policy import Policy
from paravent.model.report import FileReport

AnyPath: TypeAlias = str | os.PathLike[str]


def protect(
    paths: AnyPath | Iterable[AnyPath],
    output: AnyPath,
    *,
    policy: Policy | None = None,
    force: bool = False,
    workers: int | None = None,
    timeout: float = 120.0,
    memory: int = 2048,
    private: AnyPath | None = None,
) -> Iterator[FileReport]:
    """Write a prepared copy of every picture below `paths` into the folder `output`; a report a file, as it is finished.

    policy: default preset "family". force: prepare again what is done. workers: processes, default one a core. timeout:
    seconds, memory: megabytes that one file may take. private: state folder. Nothing is done before the first report is
    asked for but checking the folders and installing the models. Raises ParaventError of a kind named in `paravent.errors`.
    """
    settings = _settings(workers, timeout, memory, private, force)
    return session.protect(_paths(paths), Path(output), policy or Policy(), settings)


def scan(
    paths: AnyPath | Iterable[AnyPath],
    *,
    metadata_only: bool = False,
    workers: int | None = None,
    timeout: float = 120.0,
    memory: int = 2048,
    private: AnyPath | None = None,
) -> Iterator[FileReport]:
    """Say of every file below `paths` what it gives away; nothing is written. Other arguments as in `protect`."""
    settings = _settings(workers, timeout, memory, private)
    return session.scan(_paths(paths), Policy(), settings, faces=not metadata_only)


def verify(
    copies: AnyPath | Iterable[AnyPath],
    *,
    against: AnyPath | None = None,
    workers: int | None = None,
    timeout: float = 120.0,
    memory: int = 2048,
    private: AnyPath | None = None,
) -> Iterator[Judgement]:
    """Judge files from their bytes alone, whoever wrote them; against: folder of the originals, to compare with.

    Other arguments as in `protect`.
    """
    settings = _settings(workers, timeout, memory, private)
    return judging.verify(_paths(copies), Path(against) if against is not None else None, settings)


def _settings(
    workers: int | None, timeout: float, memory: int, private: AnyPath | None, force: bool = False
) -> session.Settings:
    limits = WorkerLimits(workers or session.cores(), timeout, memory)
    return session.Settings(limits, Path(private) if private is not None else None, force)


def _paths(paths: AnyPath | Iterable[AnyPath]) -> list[Path]:
    if isinstance(paths, (str, os.PathLike)):
        return [Path(paths)]
    return [Path(path) for path in paths]
