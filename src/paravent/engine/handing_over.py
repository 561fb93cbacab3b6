"""Prepared copies in one archive, made as it is read. Each copy is checked once more; nothing of the archive is on disk."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from paravent.errors import Held
from paravent.model.keyed_hash import is_hash_of
from paravent.model.limits import VideoLimits
from paravent.state.ledger import Row
from paravent.stores.base import Output

_PIECE = 1 << 20  # bytes
# What an archive says of every file, whatever the computer: made on no day, by no program of any system, for everybody.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX, _ORDINARY = 3, 0o644 << 16


@dataclass(frozen=True, slots=True)
class Checked:
    """Copies as they were when we wrote them, and names of those that were changed since or are gone. size: bytes of all
    that are unchanged."""

    copies: tuple[Row, ...]
    changed: tuple[str, ...]
    size: int


def checked(output: Output, key: bytes, rows: Iterable[Row]) -> Checked:
    """Look at copies once more. key: of the installation. They come back in the order of their names, which tells nothing
    of that of the originals."""
    copies, changed, size = [], [], 0
    for row in sorted(rows, key=lambda row: row.output):
        with output.reading(row.output, VideoLimits().file_bytes) as file:
            if file is not None and is_hash_of(row.copy_key, key, file):
                copies.append(row)
                size += file.tell()
            else:
                changed.append(row.output)
    return Checked(tuple(copies), tuple(changed), size)


def zipped(output: Output, key: bytes, copies: Sequence[Row]) -> Iterator[bytes]:
    """The archive, piece by piece. Raises Held in the midst of it if a copy is not any more what we wrote."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:  # type: ignore[call-overload]  # asks for no more than `_Sink` has
        for row in copies:
            with output.reading(row.output, VideoLimits().file_bytes) as file:
                if file is None or not is_hash_of(row.copy_key, key, file):
                    raise Held("changed-since-decided")
                yield from _added(archive, sink, row.output, file)
    yield sink.taken()


def _added(archive: zipfile.ZipFile, sink: _Sink, name: str, file: BinaryIO) -> Iterator[bytes]:
    entry = zipfile.ZipInfo(name, _NO_TIME)
    entry.create_system, entry.external_attr = _UNIX, _ORDINARY
    entry.file_size = file.tell()  # it was read to its end
    file.seek(0)
    with archive.open(entry, "w") as member:
        while piece := file.read(_PIECE):
            member.write(piece)
            yield sink.taken()
    yield sink.taken()


class _Sink:
    """What was written and nobody has taken yet."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take more; how much it was."""
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def taken(self) -> bytes:
        """All that is there, once."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data
