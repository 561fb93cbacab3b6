"""The parts of an export, opened together: ZIPs and folders, each with whatever folders stand around what is known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path, PurePath
from types import TracebackType
from typing import Self

from paravent.errors import Held, UsageProblem
from paravent.i18n.texts import _
from paravent.model.keyed_hash import keyed_hash_of
from paravent.posted.registry import PLATFORMS
from paravent.posted.spec import Medium
from paravent.stores.archive import ArchiveLocation, is_archive
from paravent.stores.base import Source, read_once
from paravent.stores.files import FilesLocation, inputs
from paravent.stores.listing import What

LARGEST_MEDIUM = 1 << 40  # bytes
LARGEST_LIST = 128_000_000  # bytes; ten thousand posts take fifteen million
_READ = frozenset((What.FILE, What.SIDECAR, What.COMPANION))
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
_TOPS = tuple(layout.tops for platform in PLATFORMS for layout in platform.layouts)


@dataclass(frozen=True, slots=True)
class Part:
    """One ZIP or folder. path: as it was named. top: the folders around what is known, with "/" at the end, or ""."""

    path: Path
    source: Source
    top: str

    def names(self) -> Iterator[str]:
        """Every file, from the top of the export."""
        for item in self.source.walk():
            if item.what in _READ and item.relative.startswith(self.top):
                yield item.relative.removeprefix(self.top)

    def has(self, name: str) -> bool:
        """Whether a file of that name is in this part."""
        return self.source.find(self.top + name) is not None

    def read(self, name: str) -> bytes:
        """A list. Raises UsageProblem if it cannot be read."""
        try:
            identity = self.source.find(self.top + name)
            if identity is None:
                raise Held("unreadable", reason=name)
            return read_once(self.source, identity, LARGEST_LIST).data
        except Held as held:
            raise UsageProblem(f"{self.path}: {name}: {held}") from None


class Export:
    """All parts. As a context manager it lets go of them at the end."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Raises UsageProblem for what is no ZIP and no folder, and for archives that are refused."""
        for path in paths:
            if _ADDRESS.match(str(path)) and not path.exists():
                raise UsageProblem(_("{path}: addresses are not opened; ask the platform for an export").format(path=path))
        with ExitStack() as stack:
            self.parts = tuple(_part(path, stack) for path in inputs(paths))
            self._open = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.close()

    def has(self, medium: Medium) -> str | None:
        """The name under which a medium is in one of the parts; None if it is in none."""
        for name in (medium.name, *medium.also):
            for spelt in _spellings(name):
                if any(part.has(spelt) for part in self.parts):
                    return spelt
        return None

    def digest(self, name: str, key: bytes) -> str | None:
        """The keyed digest of a file, read piece by piece; None if it is not there or cannot be read."""
        for part in self.parts:
            identity = part.source.find(part.top + name)
            if identity is not None:
                try:
                    with part.source.opened(identity, LARGEST_MEDIUM) as original:
                        return keyed_hash_of(key, original.file)
                except Held:
                    return None
        return None


def _part(path: Path, stack: ExitStack) -> Part:
    location: ArchiveLocation | FilesLocation
    if is_archive(path):
        location = ArchiveLocation.named([path])
    elif path.is_dir():
        location = FilesLocation.named([path])
    else:
        sentence = _("{path}: neither a ZIP nor a folder; name the export as the platform gave it, unpacked if need be")
        raise UsageProblem(sentence.format(path=path))
    source = stack.enter_context(closing(location.open()))
    return Part(path, source, _top(source))


def _top(source: Source) -> str:
    """The folders that all files share, as far as none of them is known to stand at the top of an export."""
    shared: tuple[str, ...] | None = None
    for item in source.walk():
        if item.what in _READ:
            parents = PurePath(item.relative).parent.parts
            shared = parents if shared is None else _common(shared, parents)
            if not shared:
                break
    known = next((at for at, name in enumerate(shared or ()) if any(top.fullmatch(name) for top in _TOPS)), None)
    return "".join(f"{name}/" for name in (shared or ())[:known])


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    if other[: len(one)] == one:
        return one
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    return one[:same]


def _spellings(name: str) -> tuple[str, ...]:
    """A name as it is, and with accents as disks and archives write them."""
    if name.isascii():
        return (name,)
    return tuple(dict.fromkeys((name, *(unicodedata.normalize(form, name) for form in ("NFC", "NFD")))))
