"""ZIP archives as they should not be: written byte by byte, each with one thing wrong."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

_TIME, _DATE = 0x6000, 0x5A21


@dataclass(frozen=True)
class Part:
    """A member. local: what stands before it, where that differs. size, packed: said of it, None for the truth."""

    name: bytes = b"a.json"
    data: bytes = b"[]"
    method: int = 0
    flags: int = 0
    attributes: int = 0
    size: int | None = None
    packed: int | None = None
    sum: int | None = None
    local: Part | None = None
    start: int | None = None

    def content(self) -> bytes:
        if self.method != 8:
            return self.data
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(self.data) + packer.flush()

    def said(self) -> tuple[int, int, int]:
        """Sum, packed size and size."""
        own = (zlib.crc32(self.data), len(self.content()), len(self.data))
        given = (self.sum, self.packed, self.size)
        first, second, third = (mine if one is None else one for one, mine in zip(given, own, strict=True))
        return first, second, third


def written(*parts: Part, before: bytes = b"", after: bytes = b"", comment: bytes = b"", count: int | None = None) -> bytes:
    """An archive of these parts. before: its beginning; after: behind its list."""
    body, listed = bytearray(before), bytearray()
    for part in parts:
        start = len(body) if part.start is None else part.start
        local = part.local or part
        body += struct.pack(
            "<4s5H3L2H", b"PK\3\4", 20, local.flags, local.method, _TIME, _DATE, *local.said(), len(local.name), 0
        )
        body += local.name + part.content()
        head = (b"PK\1\2", 0x0314, 20, part.flags, part.method, _TIME, _DATE, *part.said(), len(part.name), 0, 0, 0, 0)
        listed += struct.pack("<4s6H3L5H2L", *head, part.attributes, start) + part.name
    number = len(parts) if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, number, number, len(listed), len(body), len(comment))
    return bytes(body) + bytes(listed) + after + end + comment


PLAIN = Part()
ZEROS = Part(b"zeros", bytes(8_000_000), 8)

# Name of what is wrong, its code, the archive.
HOSTILE: dict[str, tuple[str, bytes]] = {
    "no archive": ("no-end", b"PK\3\4" + bytes(100)),
    "cut off": ("no-end", written(PLAIN)[:-3]),
    "something behind it": ("no-end", written(PLAIN) + b"more"),
    "something before it": ("beside", b"#!/bin/sh\n" + written(PLAIN)),
    "something between": ("beside", written(PLAIN, after=b"more")),
    "an end in the comment": ("two-ends", written(PLAIN, comment=written()[-22:])),
    "more files than the list has": ("list", written(PLAIN, count=2)),
    "fewer files than the list has": ("list", written(PLAIN, replace(PLAIN, name=b"b.json"), count=1)),
    "encrypted": ("encrypted", written(replace(PLAIN, flags=1))),
    "encrypted in another way": ("encrypted", written(replace(PLAIN, flags=1 << 6))),
    "its names encrypted": ("encrypted", written(replace(PLAIN, flags=1 << 13))),
    "packed by another method": ("method", written(replace(PLAIN, method=12))),
    "a link": ("link", written(replace(PLAIN, attributes=0o120777 << 16))),
    "a device": ("link", written(replace(PLAIN, attributes=0o060666 << 16))),
    "a pipe": ("link", written(replace(PLAIN, attributes=0o010666 << 16))),
    "a way out": ("names", written(replace(PLAIN, name=b"a/../../b"))),
    "an absolute name": ("names", written(replace(PLAIN, name=b"/etc/passwd"))),
    "a drive": ("names", written(replace(PLAIN, name=b"C:a"))),
    "a backslash": ("names", written(replace(PLAIN, name=b"..\\a"))),
    "an empty part": ("names", written(replace(PLAIN, name=b"a//b"))),
    "a dot": ("names", written(replace(PLAIN, name=b"./b"))),
    "no name": ("names", written(replace(PLAIN, name=b""))),
    "a zero in a name": ("names", written(replace(PLAIN, name=b"a\0b"))),
    "no text in a name": ("names", written(replace(PLAIN, name=b"\xff", flags=1 << 11))),
    "a long name": ("names", written(replace(PLAIN, name=b"n" * 1025))),
    "deep folders": ("names", written(replace(PLAIN, name=b"d/" * 40 + b"a"))),
    "a folder with content": ("names", written(replace(PLAIN, name=b"a/"))),
    "a name twice": ("clash", written(PLAIN, PLAIN)),
    "capital letters": ("clash", written(PLAIN, replace(PLAIN, name=b"A.json"))),
    "capital letters of a folder": ("clash", written(replace(PLAIN, name=b"a/b"), replace(PLAIN, name=b"A/c"))),
    "accents in two ways": (
        "clash",
        written(replace(PLAIN, name="é".encode()), replace(PLAIN, name="e\N{COMBINING ACUTE ACCENT}".encode())),
    ),
    "a file that is a folder": ("clash", written(replace(PLAIN, name=b"a"), replace(PLAIN, name=b"a/b"))),
    "a folder that is a file": ("clash", written(replace(PLAIN, name=b"a/b"), replace(PLAIN, name=b"a"))),
    "much from little": ("growth", written(ZEROS)),
    "more than is there": ("growth", written(replace(PLAIN, method=8, size=1 << 31))),
    "a stored file of two sizes": ("list", written(replace(PLAIN, size=9))),
    "one content twice": ("overlap", written(PLAIN, replace(PLAIN, name=b"b.json", start=0))),
    "a content in the list": ("overlap", written(replace(PLAIN, start=30))),
    "cut in pieces": ("disks", written(PLAIN)[:-18] + b"\1\0" + written(PLAIN)[-16:]),
}

# Archives with a list in order, whose one member is refused when it is opened.
DECEIVING: dict[str, bytes] = {
    "another name": written(replace(PLAIN, local=replace(PLAIN, name=b"b.json"))),
    "another method": written(replace(PLAIN, local=replace(PLAIN, method=8))),
    "another size": written(replace(PLAIN, local=replace(PLAIN, size=1))),
    "another sum": written(replace(PLAIN, local=replace(PLAIN, sum=1))),
    "encrypted after all": written(replace(PLAIN, local=replace(PLAIN, flags=1))),
    "a wrong sum": written(replace(PLAIN, sum=1)),
    "no beginning": written(replace(PLAIN, start=2), before=b"\0\0\0"),
    "less than it says": written(replace(PLAIN, data=b"x" * 90, method=8, size=91)),
    "more than it says": written(replace(PLAIN, data=b"x" * 90, method=8, size=89, sum=zlib.crc32(b"x" * 89))),
    "no deflated data": written(replace(PLAIN, data=b"\xff" * 90)).replace(
        struct.pack("<HHH", 0, _TIME, _DATE), struct.pack("<HHH", 8, _TIME, _DATE)
    ),
}


def zipped(files: dict[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive as Python writes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packed) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def write_zip(path: Path, files: dict[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> Path:
    """The same as a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zipped(files, packed))
    return path
