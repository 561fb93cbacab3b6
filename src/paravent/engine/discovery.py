"""Finds the files below what a person named; the walking itself is the store's."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from paravent.stores.base import refuse_overlap as refuse_overlap_of
from paravent.stores.files import FilesLocation, inputs
from paravent.stores.folder import FolderLocation
from paravent.stores.listing import What

__all__ = ["Found", "What", "inputs", "refuse_overlap", "walk"]


@dataclass(frozen=True, slots=True)
class Found:
    """See `stores.listing.Item`. path: absolute."""

    path: Path
    relative: str
    what: What
    reason: str = ""


def refuse_overlap(named: Sequence[Path], output: Path) -> None:
    """See `stores.base.refuse_overlap`."""
    refuse_overlap_of(FilesLocation(tuple(named)), FolderLocation(output))


def walk(named: Sequence[Path], own: Collection[Path] = ()) -> Iterator[Found]:
    """See `stores.files.FilesSource.walk`."""
    with closing(FilesLocation(tuple(named), tuple(own)).open()) as source:
        for item in source.walk():
            yield Found(Path(item.identity), item.relative, item.what, item.reason)
