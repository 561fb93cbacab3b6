"""The directories of TIFF 6.0: one a picture, each a list of tags. Only the tags that matter are kept."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TypeAlias

from paravent.containers import signatures
from paravent.containers.tiff import SIZES, FieldList, TiffReader
from paravent.errors import Held

SUBFILE, WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER = 254, 256, 257, 258, 259, 262, 266
STRIP_OFFSETS, ORIENTATION, SAMPLES, ROWS, STRIP_COUNTS = 273, 274, 277, 278, 279
X_RESOLUTION, Y_RESOLUTION, PLANAR, FAX3, FAX4, RESOLUTION_UNIT, PAGE_NUMBER = 282, 283, 284, 292, 293, 296, 297
PREDICTOR, COLOURS, TILE_WIDTH, TILE_LENGTH, TILE_OFFSETS, TILE_COUNTS = 317, 320, 322, 323, 324, 325
SUB_DIRECTORIES, EXTRA, SAMPLE_FORMAT, JPEG_TABLES, SUBSAMPLING, BLACK_WHITE = 330, 338, 339, 347, 530, 532
PROFILE, DNG_VERSION = 34675, 50706

# How `struct` calls the types of fields; the others carry nothing that is needed.
_CODES = {1: "B", 3: "H", 4: "I", 5: "Q", 6: "B", 7: "B"}
_WANTED = frozenset(
    (
        *(SUBFILE, WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, STRIP_OFFSETS, ORIENTATION, SAMPLES, ROWS),
        *(STRIP_COUNTS, PLANAR, FAX3, FAX4, PREDICTOR, COLOURS, TILE_WIDTH, TILE_LENGTH, TILE_OFFSETS, TILE_COUNTS),
        *(SUB_DIRECTORIES, EXTRA, SAMPLE_FORMAT, JPEG_TABLES, SUBSAMPLING, BLACK_WHITE, PROFILE, DNG_VERSION),
    )
)
_HEADER = 8
_MAX_TAGS = 4_000
# Numbers of all pages together: entries may share their values, and a number in memory takes 36 bytes, a byte 8.
_MAX_VALUES = 16_000_000
_BYTES_A_NUMBER = 4

Entry: TypeAlias = tuple[int, int, tuple[int, ...]]  # tag, type, values


@dataclass(frozen=True, slots=True)
class Directory:
    """One picture. order: "<" or ">". tags: values as integers, fractions as one integer of eight bytes. types: of them."""

    order: str
    tags: dict[int, tuple[int, ...]]
    types: dict[int, int]

    def first(self, tag: int, default: int = 0) -> int:
        """The tag's first value."""
        return self.tags.get(tag, (default,))[0]

    def raw(self, tag: int) -> bytes | None:
        """The values of a tag of bytes; None where it is not there."""
        values = self.tags.get(tag)
        if values is None or max(values) > 0xFF:
            return None
        return bytes(values)


def read(data: bytes, most: int) -> list[Directory]:
    """The directories in order, at most `most` + 1. Raises Held for broken ones, a circle, and none at all."""
    if not data.startswith(signatures.TIFF) or len(data) < _HEADER:
        raise Held("encoding", detail="BigTIFF") if data[2:4] in (b"+\0", b"\0+") else Held("damaged")
    reader = TiffReader(data)
    found: list[Directory] = []
    visited = set[int]()
    left = _MAX_VALUES
    position = reader.first
    while position and len(found) <= most:
        listed = reader.directory(position, _MAX_TAGS)
        if position in visited or not listed.whole or listed.stop > len(data):
            raise Held("damaged")
        visited.add(position)
        directory, left = _directory(data, reader, listed, left)
        found.append(directory)
        position = listed.following
    if not found:
        raise Held("damaged")
    return found


def _directory(data: bytes, reader: TiffReader, listed: FieldList, left: int) -> tuple[Directory, int]:
    """What matters of a directory, with at most `left` numbers; how many are left. Raises Held."""
    tags: dict[int, tuple[int, ...]] = {}
    types: dict[int, int] = {}
    for field in reader.fields(listed):
        if field.tag not in _WANTED or field.type not in _CODES or not field.values or field.tag in tags:
            continue
        left -= field.values if SIZES[field.type] > 1 else field.values // _BYTES_A_NUMBER
        if field.stop > len(data) or left < 0:
            raise Held("damaged")
        values = struct.unpack_from(f"{reader.order}{field.values}{_CODES[field.type]}", data, field.start)
        tags[field.tag], types[field.tag] = values, field.type
    return Directory(reader.order, tags, types), left


def pack(order: str, entries: list[Entry], at: int, following: int) -> bytes:
    """A directory that stands at `at`, with its values behind it. following: where the next one stands, 0 for none."""
    body, behind = b"", b""
    end = at + 6 + 12 * len(entries)
    for tag, kind, values in sorted(entries):
        packed = struct.pack(f"{order}{len(values)}{_CODES[kind]}", *values)
        body += struct.pack(order + "HHI", tag, kind, len(values))
        if len(packed) <= 4:
            body += packed.ljust(4, b"\0")
            continue
        body += struct.pack(order + "I", end + len(behind))
        behind += packed + b"\0" * (len(packed) % 2)
    return struct.pack(order + "H", len(entries)) + body + struct.pack(order + "I", following) + behind


def fraction(order: str, numerator: int, denominator: int) -> int:
    """A fraction as `Directory.tags` holds it."""
    value: int = struct.unpack(order + "Q", struct.pack(order + "II", numerator, denominator))[0]
    return value
