"""An output folder by its path, for tests that do not hold an `Output`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from paravent.stores.folder import FolderLocation, FolderOutput, StagedFile

_outputs: dict[int, FolderOutput] = {}

Staged = StagedFile


@contextlib.contextmanager
def stage(output_root: Path) -> Iterator[StagedFile]:
    """See `base.Output.stage`."""
    with contextlib.closing(FolderLocation(output_root).open()) as output, output.stage() as staged:
        _outputs[id(staged)] = output
        try:
            yield staged
        finally:
            del _outputs[id(staged)]


def publish(staged: StagedFile, destination: str) -> None:
    """See `base.Output.publish`."""
    _outputs[id(staged)].publish(staged, destination)


def existing(output_root: Path, destination: str, limit: int) -> bytes | None:
    """The bytes of what `base.Output.reading` gives."""
    with (
        contextlib.closing(FolderLocation(output_root).open()) as output,
        output.reading(destination, limit) as file,
    ):
        return None if file is None else file.read()


def withdraw(output_root: Path, destination: str) -> None:
    """Take away a copy that we wrote, so that a new one can be published. Raises Held("cannot-write")."""
    with contextlib.closing(FolderLocation(output_root).open()) as output:
        output.withdraw(destination, lambda _file: True)


def empty_staging(output_root: Path) -> None:
    """See `base.Output.empty_staging`."""
    with contextlib.closing(FolderLocation(output_root).open()) as output:
        output.empty_staging()
