"""ZIP archives: a bounded reader of the list of members, and of one member at a time. Nothing is unpacked.

A ZIP says everything twice, in its list and before each member, and readers differ in what they believe. What says two
things, or could be read in two ways, is refused here: `BadZip` with a code. No library does that: `zipfile` of Python
holds all of the list, and believes it.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

MOST_MEMBERS = 1_000_000
LONGEST_NAME = 1024  # bytes
DEEPEST = 40  # parts of a name
# Deflate gives at most 1,032 bytes for one; lists of posts give 10 to 40.
MOST_GROWTH, ALWAYS_FINE = 250, 1 << 20

_END, _END_64, _LOCATOR = b"PK\5\6", b"PK\6\6", b"PK\6\7"
_LISTED, _LOCAL = b"PK\1\2", b"PK\3\4"
_END_RECORD = struct.Struct("<4s4H2LH")
_END_64_RECORD = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_RECORD = struct.Struct("<4sLQL")
_LISTED_RECORD = struct.Struct("<4s6H3L5H2L")
_LOCAL_RECORD = struct.Struct("<4s5H3L2H")
_WIDE, _WIDE_COUNT, _WIDE_FIELD = 0xFFFFFFFF, 0xFFFF, 1
_LONGEST_COMMENT = 0xFFFF
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 1 | 1 << 6 | 1 << 13
_SIZES_BEHIND, _UTF_8 = 1 << 3, 1 << 11
_DRIVE = re.compile(r"[A-Za-z]:")
_PIECE = 1 << 16  # bytes


class BadZip(Exception):
    """An archive, or a member, that is not read. `code` is a key of `stores.archive.REFUSALS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Member(NamedTuple):
    """A file in an archive, as the list says. start: of the header before it. packed, size: bytes. sum: CRC-32. time: as
    MS-DOS had it, date before time."""

    name: str
    start: int
    packed: int
    size: int
    sum: int
    deflated: bool
    time: int


class _Ends(NamedTuple):
    """Where the list lies."""

    start: int
    size: int
    number: int


@dataclass(slots=True)
class _Names:
    """All names of an archive, to find those that a disk would take for one another."""

    files: set[str] = field(default_factory=set)
    folders: dict[str, str] = field(default_factory=dict)

    def add(self, name: str) -> None:
        """Raises BadZip for a name that clashes with an earlier one."""
        path = name.rstrip("/")
        if name.endswith("/"):
            self._add_folder(path)
            return
        self._add_folders(path)
        key = _folded(path)
        if key in self.files or key in self.folders:
            raise BadZip("clash")
        self.files.add(key)

    def _add_folders(self, path: str) -> None:
        parent = path.rpartition("/")[0]
        if parent:
            self._add_folder(parent)

    def _add_folder(self, path: str) -> None:
        key = _folded(path)
        known = self.folders.get(key)
        if known is None:
            if key in self.files:
                raise BadZip("clash")
            self._add_folders(path)
            self.folders[key] = path
        elif known != path:
            raise BadZip("clash")


def members(file: BinaryIO) -> list[Member]:
    """The files of an archive, in the order of its list; folders are left out. Raises BadZip, OSError."""
    ends = _ends(file)
    names = _Names()
    found = []
    for name, member in _listed(file, ends):
        names.add(name)
        if member is not None:
            found.append(member)
    _refuse_overlaps(found, ends.start)
    return found


def opened(file: BinaryIO, member: Member) -> BinaryIO:
    """One member, seekable. It shares the position of `file`. Reading raises BadZip for what is not what the list says.

    Raises BadZip, OSError.
    """
    start = _content(file, member)
    return io.BufferedReader(_Content(file, start, member), _PIECE)


def _ends(file: BinaryIO) -> _Ends:
    size = file.seek(0, os.SEEK_END)
    begin = max(0, size - _END_RECORD.size - _LONGEST_COMMENT)
    file.seek(begin)
    tail = file.read(size - begin)
    fitting = [at for at in _positions(tail, _END) if _fits(tail, at)]
    if len(fitting) != 1:
        raise BadZip("two-ends" if fitting else "no-end")
    at = begin + fitting[0]
    _sign, disk, first, here, count, length, start, _comment = _END_RECORD.unpack_from(tail, fitting[0])
    if disk or first or here != count:
        raise BadZip("disks")
    wide = _wide_ends(file, at)
    if wide is not None:
        at, here, count, length, start = wide
    elif _WIDE in (length, start):
        raise BadZip("no-end")
    if start + length != at:
        raise BadZip("beside")
    if count > MOST_MEMBERS or length > count * (_LISTED_RECORD.size + LONGEST_NAME + 2 * _LONGEST_COMMENT):
        raise BadZip("members")
    return _Ends(start, length, count)


def _positions(data: bytes, sign: bytes) -> Iterator[int]:
    at = data.find(sign)
    while at >= 0:
        yield at
        at = data.find(sign, at + 1)


def _fits(tail: bytes, at: int) -> bool:
    """Whether an end record reaches exactly to the end of the file with its comment."""
    if len(tail) - at < _END_RECORD.size:
        return False
    comment: int = _END_RECORD.unpack_from(tail, at)[-1]
    return at + _END_RECORD.size + comment == len(tail)


def _wide_ends(file: BinaryIO, at: int) -> tuple[int, int, int, int, int] | None:
    """The end record for large archives, if there is one: its place, then as in the small one."""
    place = at - _LOCATOR_RECORD.size
    if place < 0:
        return None
    sign, disk, record, disks = _LOCATOR_RECORD.unpack(_exactly(file, place, _LOCATOR_RECORD.size))
    if sign != _LOCATOR:
        return None
    if disk or disks > 1 or record + _END_64_RECORD.size > place:
        raise BadZip("disks")
    sign, length, *_versions, disk, first, here, count, size, start = _END_64_RECORD.unpack(
        _exactly(file, record, _END_64_RECORD.size)
    )
    if sign != _END_64 or record + 12 + length != place:
        raise BadZip("no-end")
    if disk or first or here != count:
        raise BadZip("disks")
    return record, here, count, size, start


def _listed(file: BinaryIO, ends: _Ends) -> Iterator[tuple[str, Member | None]]:
    """Each entry of the list: its name and, unless it is a folder, the file."""
    file.seek(ends.start)
    left = ends.size
    for _ in range(ends.number):
        head = file.read(_LISTED_RECORD.size)
        if len(head) < _LISTED_RECORD.size or head[:4] != _LISTED:
            raise BadZip("list")
        values = _LISTED_RECORD.unpack(head)
        lengths = values[10:13]
        rest = file.read(sum(lengths))
        left -= len(head) + len(rest)
        if len(rest) != sum(lengths) or left < 0:
            raise BadZip("list")
        yield _entry(values, rest[: lengths[0]], rest[lengths[0] : lengths[0] + lengths[1]])
    if left:
        raise BadZip("list")


def _entry(values: tuple[int, ...], raw: bytes, extra: bytes) -> tuple[str, Member | None]:
    flags, method, time, date, total, packed, size = values[3:10]
    disk, _inner, attributes, start = values[13:17]
    if flags & _ENCRYPTED:
        raise BadZip("encrypted")
    if method not in (_STORED, _DEFLATED):
        raise BadZip("method")
    if stat.S_IFMT(attributes >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise BadZip("link")
    size, packed, start = _widened(extra, size, packed, start)
    name = _name(raw, flags)
    if disk not in (0, _WIDE_COUNT):
        raise BadZip("disks")
    if name.endswith("/"):
        if size:
            raise BadZip("names")
        return name, None
    if size > max(ALWAYS_FINE, packed * MOST_GROWTH):
        raise BadZip("growth")
    if method == _STORED and size != packed:
        raise BadZip("list")
    return name, Member(name, start, packed, size, total, method == _DEFLATED, date << 16 | time)


def _widened(extra: bytes, *values: int) -> Iterator[int]:
    """Sizes and places, where they are too large for the list those of its field for large archives."""
    wide = _wide_field(extra)
    for value in values:
        if value != _WIDE:
            yield value
            continue
        if len(wide) < 8:
            raise BadZip("list")
        yield int.from_bytes(wide[:8], "little")
        wide = wide[8:]


def _wide_field(extra: bytes) -> bytes:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == _WIDE_FIELD:
            return extra[at + 4 : at + 4 + length]
        at += 4 + length
    return b""


def _name(raw: bytes, flags: int) -> str:
    if len(raw) > LONGEST_NAME:
        raise BadZip("names")
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        if flags & _UTF_8:
            raise BadZip("names") from None
        name = raw.decode("cp437")
    parts = name.removesuffix("/").split("/")
    if not {"", ".", ".."}.isdisjoint(parts) or len(parts) > DEEPEST:
        raise BadZip("names")
    if "\\" in name or "\0" in name or _DRIVE.match(name):
        raise BadZip("names")
    return name


def _folded(name: str) -> str:
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()


def _refuse_overlaps(found: list[Member], end: int) -> None:
    """Members that share bytes can hold more than the archive has."""
    before = 0
    for member in sorted(found, key=lambda one: one.start):
        if member.start < before:
            raise BadZip("overlap")
        before = member.start + _LOCAL_RECORD.size + len(member.name) + member.packed
    if before > end:
        raise BadZip("overlap")


def _content(file: BinaryIO, member: Member) -> int:
    """Where the bytes of a member begin, if what stands before them says what the list says."""
    head = _exactly(file, member.start, _LOCAL_RECORD.size)
    sign, _needed, flags, method, time, date, total, packed, size, name, extra = _LOCAL_RECORD.unpack(head)
    if sign != _LOCAL or flags & _ENCRYPTED:
        raise BadZip("twofold")
    rest = _exactly(file, member.start + len(head), name + extra)
    size, packed = _widened(rest[name:], size, packed)
    said = (_name(rest[:name], flags), method == _DEFLATED, date << 16 | time)
    if said != (member.name, member.deflated, member.time) or method not in (_STORED, _DEFLATED):
        raise BadZip("twofold")
    if (total, packed, size) != (member.sum, member.packed, member.size) and not (
        flags & _SIZES_BEHIND and (total, packed, size) == (0, 0, 0)
    ):
        raise BadZip("twofold")
    return member.start + len(head) + len(rest)


def _exactly(file: BinaryIO, start: int, size: int) -> bytes:
    file.seek(start)
    data = file.read(size)
    if len(data) != size:
        raise BadZip("list")
    return data


class _Content(io.RawIOBase):
    """The bytes of a member. What is read from its beginning to its end is compared with its sum."""

    def __init__(self, file: BinaryIO, start: int, member: Member) -> None:
        self._file, self._start, self._member = file, start, member
        self._begin()

    def _begin(self) -> None:
        self._at = self._taken = 0
        self._sum: int | None = 0
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS) if self._member.deflated else None

    def readable(self) -> bool:
        """See `io.RawIOBase`, as are all that follow."""
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._member.size}[whence]
        target = min(max(0, base + offset), self._member.size)
        if self._inflate is None:
            if target != self._at:
                self._at = self._taken = target
                self._sum = 0 if target == 0 else None
            return target
        if target < self._at:
            self._begin()
        while self._at < target:
            self._next(min(_PIECE, target - self._at))
        return target

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        data = self._next(min(len(view), self._member.size - self._at)) if len(view) else b""
        view[: len(data)] = data
        return len(data)

    def _next(self, wanted: int) -> bytes:
        """At most so many bytes, at least one before the end."""
        data = self._packed(wanted) if self._inflate is None else self._inflated(self._inflate, wanted)
        self._at += len(data)
        if self._sum is not None:
            self._sum = zlib.crc32(data, self._sum)
        if self._at == self._member.size and self._sum not in (None, self._member.sum):
            raise BadZip("damaged")
        return data

    def _packed(self, most: int) -> bytes:
        data = _exactly(self._file, self._start + self._taken, min(most, self._member.packed - self._taken))
        self._taken += len(data)
        return data

    def _inflated(self, inflate: zlib._Decompress, wanted: int) -> bytes:
        data = b""
        while wanted and not data:
            if inflate.eof:
                raise BadZip("damaged")
            data = self._unpacked(inflate, wanted)
        if self._at + len(data) == self._member.size:
            self._refuse_more(inflate)
        return data

    def _unpacked(self, inflate: zlib._Decompress, most: int) -> bytes:
        """What comes out of the next piece. Raises BadZip where there is none, and it is not the end."""
        packed = inflate.unconsumed_tail or self._packed(_PIECE)
        try:
            data = inflate.decompress(packed, most)
        except zlib.error:
            raise BadZip("damaged") from None
        if not (packed or data or inflate.eof):
            raise BadZip("damaged")
        return data

    def _refuse_more(self, inflate: zlib._Decompress) -> None:
        """Raises BadZip if there would be more bytes than the list says, or fewer were used."""
        while not inflate.eof:
            if self._unpacked(inflate, 1):
                raise BadZip("damaged")
        if inflate.unused_data or self._taken != self._member.packed:
            raise BadZip("damaged")
