"""The source that is ZIP archives, read where they lie: a member is unpacked in memory, piece by piece, never to disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from paravent.containers import zip as zips
from paravent.containers.zip import BadZip, Member
from paravent.errors import Held, UsageProblem
from paravent.formats import HEAD
from paravent.i18n.texts import N_, _
from paravent.stores import reading
from paravent.stores.base import Mark, Original, Traces
from paravent.stores.files import inputs
from paravent.stores.listing import Item, sorted_out, walked

_SCHEME, _INSIDE = "zip:", "!/"
_LARGEST = 1 << 44  # bytes of an archive
_SIGNS = (b"PK\3\4", b"PK\5\6")

# Why an archive is not read: code -> sentence. Each says what to do next.
REFUSALS: dict[str, str] = {
    "no-end": N_("no whole ZIP archive; download it again"),
    "two-ends": N_("the archive ends in two ways, so that programs differ in what it holds; download it again"),
    "disks": N_("one part of an archive that was cut in pieces; ask for parts that are archives of their own"),
    "beside": N_("there is more in the file than the archive; download it again"),
    "members": N_("the archive holds more files than Paravent takes; ask for an export of fewer years at a time"),
    "list": N_("the list of the archive is damaged; download it again"),
    "encrypted": N_("the archive is encrypted; name one that is not"),
    "method": N_("the archive is packed in a way that is not supported; name one that the platform made"),
    "link": N_("the archive holds links or devices, which no platform puts there; name one that the platform made"),
    "names": N_("the archive holds names that lead out of it, or that no disk takes; name one that the platform made"),
    "clash": N_("names in the archive differ in capital letters only, or not at all; name one that the platform made"),
    "growth": N_("a file in the archive would become far larger than it can be; name one that the platform made"),
    "overlap": N_("files in the archive lie over each other; name one that the platform made"),
    "twofold": N_("the list of the archive and what stands before a file say different things; download it again"),
    "damaged": N_("a file in the archive is not what the list says; download it again"),
}


@dataclass(frozen=True, slots=True)
class ArchiveLocation:
    """Archives. on_disk: see `named`. pins: what they must be, where a run has begun."""

    on_disk: tuple[Path, ...]
    pins: tuple[Mark, ...] = ()

    @classmethod
    def named(cls, paths: Sequence[Path]) -> ArchiveLocation:
        """Archives by path, absolute, each once. Raises UsageProblem."""
        return cls(tuple(inputs(paths)))

    def open(self) -> ArchiveSource:
        """Raises UsageProblem for what is no archive, or is refused, or is not the one it was."""
        return ArchiveSource(self)


class ArchiveSource:
    """See `base.Source`. An item's identity is the archive's absolute path and its name in there, behind `zip:`."""

    def __init__(self, location: ArchiveLocation) -> None:
        self._open = contextlib.ExitStack()
        with contextlib.ExitStack() as undo:
            undo.callback(self.close)
            self._archives = [_Archive(path, self._open) for path in location.on_disk]
            if location.pins and location.pins != self._pins():
                raise UsageProblem(_("an archive changed since the run began; begin anew"))
            undo.pop_all()

    @property
    def location(self) -> ArchiveLocation:
        """These very archives."""
        return ArchiveLocation(tuple(archive.path for archive in self._archives), self._pins())

    def _pins(self) -> tuple[Mark, ...]:
        return tuple(archive.state for archive in self._archives)

    def walk(self) -> Iterator[Item]:
        """Every file, archive by archive, folder by folder, sorted by name; see `base.Source`."""
        for archive in self._archives:
            yield from archive.walk(f"{archive.path.name}/" if len(self._archives) > 1 else "")

    @contextlib.contextmanager
    def opened(self, identity: str, limit: int) -> Iterator[Original]:
        """See `base.Source`. Also Held "archive-member", while it is read too, for what is not what the list says."""
        archive, member = self._found(identity)
        if archive is None or member is None:
            raise Held("unreadable", reason="no such name")
        if member.size > limit:
            raise Held("file-too-large", limit=limit // 1_000_000)
        if not member.size:
            raise Held("empty")
        try:
            yield Original(zips.opened(archive.file, member), archive.mark(member), Traces())
        except BadZip:
            raise Held("archive-member") from None
        archive.refuse_changed()

    def head(self, identity: str, size: int = HEAD) -> bytes:
        """See `base.Source`."""
        try:
            with self.opened(identity, _LARGEST) as original:
                return original.file.read(size)
        except (Held, OSError):
            return b""

    def mark(self, identity: str) -> Mark | None:
        """See `base.Source`."""
        archive, member = self._found(identity)
        return archive.mark(member) if archive and member else None

    def find(self, relative: str) -> str | None:
        """See `base.Source`."""
        for archive in self._archives:
            top = f"{archive.path.name}/" if len(self._archives) > 1 else ""
            if relative.startswith(top) and relative.removeprefix(top) in archive.members:
                return archive.identity(relative.removeprefix(top))
        return None

    def gone(self, identity: str) -> bool:
        """See `base.Source`. Of other archives nothing is known."""
        archive, member = self._found(identity)
        return archive is not None and member is None

    def close(self) -> None:
        """See `base.Source`."""
        with contextlib.suppress(Held):  # that it changed is said by whoever read from it
            self._open.close()

    def _found(self, identity: str) -> tuple[_Archive | None, Member | None]:
        for archive in self._archives:
            if identity.startswith(archive.prefix):
                return archive, archive.members.get(identity.removeprefix(archive.prefix))
        return None, None


class _Archive:
    """One archive, opened. members: its files by name."""

    def __init__(self, path: Path, stack: contextlib.ExitStack) -> None:
        self.path, self.prefix = path, f"{_SCHEME}{path}{_INSIDE}"
        try:
            self.file: BinaryIO = stack.enter_context(reading.opened(path, _LARGEST))
            self.state = _state(self.file)
            self.members = {member.name: member for member in zips.members(self.file)}
        except BadZip as problem:
            raise UsageProblem(f"{path}: {_(REFUSALS[problem.code])}") from None
        except OSError as error:
            raise UsageProblem(f"{path}: {reading.held(error)}") from None
        except Held as held:
            raise UsageProblem(f"{path}: {held}") from None

    def identity(self, name: str) -> str:
        """That of a member."""
        return f"{self.prefix}{name}"

    def mark(self, member: Member) -> Mark:
        """What a member is known by: another archive has others."""
        said = repr((member, self.state)).encode()
        return Mark(member.size, int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), signed=True))

    def refuse_changed(self) -> None:
        """Raises Held if something wrote to the archive since it was opened, or another took its name."""
        try:
            now = self.path.stat()
        except OSError:
            raise Held("changed-while-reading") from None
        if (now.st_size, now.st_mtime_ns) != (self.state.size, self.state.changed):
            raise Held("changed-while-reading")

    def walk(self, top: str) -> Iterator[Item]:
        """Its files, with what a name of the archive stands before."""
        folders: dict[str, dict[str, int]] = {"": {}}
        for name in self.members:
            _add(folders, name)
        yield from walked("", partial(self._content, folders, top))

    def _content(self, folders: dict[str, dict[str, int]], top: str, folder: str) -> Iterator[Item | str]:
        """What lies in one folder; folders in it by their names, each with a stroke at its end."""
        for name, what in sorted_out(sorted(folders.pop(folder).items())):
            path = folder + name
            if what is None:
                yield f"{path}/"
            else:
                yield Item(self.identity(path), top + path, what)


def is_archive(path: Path) -> bool:
    """Whether a file begins as ZIP archives do."""
    return path.is_file() and reading.read_head(path, 4) in _SIGNS


def _add(folders: dict[str, dict[str, int]], path: str) -> None:
    """Put a file among those of its folder, and its folder among those above."""
    folder, name, mode = *_split(path), stat.S_IFREG
    while folder not in folders:
        folders[folder] = {name: mode}
        folder, name = _split(folder[:-1])
        mode = stat.S_IFDIR
    folders[folder][name] = mode


def _split(path: str) -> tuple[str, str]:
    folder, stroke, name = path.rpartition("/")
    return folder + stroke, name


def _state(file: BinaryIO) -> Mark:
    status = os.fstat(file.fileno())
    return Mark(status.st_size, status.st_mtime_ns)
