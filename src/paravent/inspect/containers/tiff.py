"""Reads what a TIFF gives away: every page's fields, thumbnails, private tags, and bytes that nothing refers to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from exifread.tags.exif import EXIF_TAGS
from numpy.typing import NDArray

from paravent.containers.tiff import Field
from paravent.inspect.containers.tiff_block import block
from paravent.inspect.containers.tiff_directories import EXIF, GPS, SUB_DIRECTORIES, Directory, Walk
from paravent.inspect.containers.trailing import behind, hidden
from paravent.inspect.entry import Entry
from paravent.inspect.metadata import exif
from paravent.inspect.metadata.blocks import Blocks
from paravent.inspect.metadata.exif_fields import FIELDS
from paravent.inspect.spans import Spans, unclaimed
from paravent.model.report import Kind

_WHERE = "TIFF"
_SUBFILE, _REDUCED, _MASK = 0x00FE, 1, 4
_XMP, _IPTC, _PHOTOSHOP, _PROFILE, _LAYERS = 0x02BC, 0x83BB, 0x8649, 0x8773, 0x935C
_BLOCKS = {_XMP: "XMP", _PHOTOSHOP: "Photoshop"}
# Where a page's pixels are, as tags of offsets and of sizes: strips, tiles, one JPEG.
_PIXELS = ((0x0111, 0x0117), (0x0144, 0x0145), (0x0201, 0x0202))
_STRIPS, _JPEG = 0x0111, 0x0201
_YCBCR = 6
_LARGEST = 1 << 40  # bytes of a page; more cannot be stored in what is read
# Tables of the JPEG compression of TIFF 6.0, stored without a size, and how long they are at most.
_TABLES = {0x0207: 64, 0x0208: 33, 0x0209: 272}
# GeoTIFF: pixel scale, tie points, transformation.
_GEOGRAPHIC = frozenset((0x830E, 0x8480, 0x8482, 0x85D8))
# GeoTIFF's parameters and GDAL's notes.
_GEOGRAPHIC_NOTES = frozenset((0x87AF, 0x87B0, 0x87B1, 0xA480, 0xA481))
# How pixels are stored, by TIFF 6.0 and its technical notes; what `exif_fields.STRUCTURE` names stays away there.
_STRUCTURE = frozenset(
    (
        *(0x00FE, 0x00FF, 0x0107, 0x0108, 0x0109, 0x010A, 0x0118, 0x0119, 0x011E, 0x011F, 0x0120, 0x0121, 0x0122),
        *(0x0123, 0x0124, 0x0125, 0x0129, 0x012C, 0x013D, 0x0140, 0x0141, 0x0142, 0x0143, 0x0144, 0x0145, 0x0146),
        *(0x0147, 0x0148, 0x014C, 0x014E, 0x0150, 0x0152, 0x0153, 0x0154, 0x0155, 0x0156, 0x015A, 0x015B, 0x0200),
        *(0x0203, 0x0205, 0x0206, 0x0207, 0x0208, 0x0209, 0x0191, 0x0192, 0x0193, 0x022F, 0x80E3, 0x80E4, 0x80E5, 0x80E6),
    )
)
_SPECIAL = frozenset((_XMP, _IPTC, _PHOTOSHOP, _PROFILE, _LAYERS)) | _GEOGRAPHIC | _GEOGRAPHIC_NOTES
_MAX_IPTC = 256 << 10
# Descriptive fields of one file altogether, in bytes, and pages they may come from.
_MAX_DESCRIBED, _MAX_DESCRIBED_PAGES = 1 << 20, 256


def entries(data: bytes) -> Iterator[Entry]:
    """Everything the file gives away, as far as its directories can be followed."""
    walk = Walk(data)
    yield from _described(data, walk)
    blocks = Blocks()
    for directory in walk.directories:
        if directory.role in (0, SUB_DIRECTORIES):
            for field in directory.fields.values():
                yield from _field(data, blocks, field)
    yield from _pages(walk)
    claimed = _claimed(walk)
    if not walk.complete:
        # With directories missing, their pixels would look like bytes that belong to nothing.
        yield Entry(Kind.OTHER_METADATA, _WHERE, "unreadable")
    elif walk.directories:
        last = min(claimed.end(), len(data))
        yield from unclaimed(data, claimed.gaps(0, last), "between TIFF parts")
        yield from behind(data, last, len(data))


def _described(data: bytes, walk: Walk) -> Iterator[Entry]:
    """What the descriptive fields of each page give away, with its EXIF and GPS directories."""
    left, pages = _MAX_DESCRIBED, _MAX_DESCRIBED_PAGES
    children = _children(walk)
    for index, directory in enumerate(walk.directories):
        if directory.role not in (0, SUB_DIRECTORIES):
            continue
        page = [field for field in directory.fields.values() if _describes(field)]
        notes = children[index, EXIF]
        positions = children[index, GPS] + [child for note in notes for child in children[note, GPS]]
        if not page and not notes and not positions:
            continue
        built = block(data, walk.order, page, _fields(walk, notes), _fields(walk, positions))
        left -= len(built)
        pages -= 1
        if left < 0 or pages < 0:
            yield Entry(Kind.OTHER_METADATA, exif.EXIF, "unreadable", len(built))
            return
        yield from exif.entries(built)


def _children(walk: Walk) -> dict[tuple[int, int], list[int]]:
    """Indices of directories by the index of the one that points to them and by role."""
    children: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, directory in enumerate(walk.directories):
        children[directory.owner, directory.role].append(index)
    return children


def _fields(walk: Walk, indices: list[int]) -> list[Field]:
    return [field for index in indices for field in walk.directories[index].fields.values()]


def _describes(field: Field) -> bool:
    known = field.tag in EXIF_TAGS or f"Tag 0x{field.tag:04X}" in FIELDS
    return known and field.tag not in _STRUCTURE and field.tag not in _SPECIAL and field.tag not in (EXIF, GPS)


def _field(data: bytes, blocks: Blocks, field: Field) -> Iterator[Entry]:
    """What one field gives away that is not for the EXIF reader."""
    tag, start, stop = field.tag, field.start, field.stop
    if tag in _BLOCKS:
        yield from blocks.read_at(_BLOCKS[tag], data, start, stop)
    elif tag == _IPTC:
        yield from blocks.read_made("IPTC", lambda: _unswapped(data[start : min(stop, start + _MAX_IPTC)]))
    elif tag == _PROFILE:
        yield Entry(Kind.COLOUR_PROFILE, "ICC", "", stop - start)
    elif tag == _LAYERS:
        yield Entry(Kind.HIDDEN_PICTURE, "Photoshop", "layers", stop - start)
    elif tag in _GEOGRAPHIC:
        yield Entry(Kind.PLACE, "GeoTIFF", "exact-position")
    elif tag in _GEOGRAPHIC_NOTES:
        yield Entry(Kind.OTHER_METADATA, "GeoTIFF", "", stop - start)
    elif tag not in _STRUCTURE and not _describes(field) and tag not in EXIF_TAGS:
        yield hidden(data, start, stop, "TIFF private tag", "private-chunk")


def _unswapped(value: bytes) -> bytes:
    """Some programs store IPTC as numbers of four bytes in the file's order, which turns it around."""
    if value[:1] == b"\x1c" or value[3:4] != b"\x1c":
        return value
    return np.frombuffer(value, ">u4", len(value) // 4).astype("<u4").tobytes()


def _pages(walk: Walk) -> Iterator[Entry]:
    """Pictures besides the one that is shown."""
    pictures = [directory for directory in walk.directories if directory.role in (0, SUB_DIRECTORIES)]
    kinds = [int(next(iter(walk.numbers(directory.fields.get(_SUBFILE))[:1]), 0)) for directory in pictures]
    shown = next((number for number, kind in enumerate(kinds) if not kind & (_REDUCED | _MASK)), 0)
    for number, (directory, kind) in enumerate(zip(pictures, kinds, strict=True)):
        if number == shown:
            continue
        size = sum(int(walk.numbers(directory.fields.get(sizes)).sum()) for _, sizes in _PIXELS)
        if kind & _MASK:
            yield Entry(Kind.OTHER_METADATA, _WHERE, "transparency", size)
        elif kind & _REDUCED or _JPEG in directory.fields:
            yield Entry(Kind.HIDDEN_PICTURE, _WHERE, "thumbnail", size)
        else:
            yield Entry(Kind.HIDDEN_PICTURE, _WHERE, "page", size)


def _claimed(walk: Walk) -> Spans:
    """All bytes that the directories refer to."""
    claimed = Spans()
    claimed.add(0, walk.header)
    for directory in walk.directories:
        claimed.add(directory.start, directory.stop)
        for field in directory.fields.values():
            claimed.add(field.start, field.stop)
        _claim_pixels(walk, directory, claimed)
    return claimed


def _rows(walk: Walk, directory: Directory, strips: int) -> NDArray[np.int64] | None:
    """Bytes that the rows of each strip take (TIFF 6.0, section 7), None where compressed or laid out otherwise."""

    def number(tag: int, default: int) -> int:
        return int(next(iter(walk.numbers(directory.fields.get(tag))[:1]), default))

    width, height, samples = number(0x0100, 0), number(0x0101, 0), number(0x0115, 1)
    row = -(-width * samples * number(0x0102, 1) // 8)
    plain = (number(0x0103, 1), number(0x011C, 1)) == (1, 1) and number(0x0106, 0) != _YCBCR
    if not strips or not plain or not 0 < row * height < _LARGEST:
        return None
    step = max(1, min(number(0x0116, height), height))
    rows: NDArray[np.int64] = np.clip(height - step * np.arange(strips, dtype=np.int64), 0, step)
    return rows * row


def _claim_pixels(walk: Walk, directory: Directory, claimed: Spans) -> None:
    for offsets_tag, sizes_tag in _PIXELS:
        offsets, sizes = (walk.numbers(directory.fields.get(tag)) for tag in (offsets_tag, sizes_tag))
        if len(offsets) != len(sizes):
            # How long they are cannot be known without decoding.
            walk.complete = False
        else:
            needed = _rows(walk, directory, len(sizes)) if offsets_tag == _STRIPS else None
            claimed.add_many(offsets, sizes if needed is None else np.minimum(sizes, needed))
    for tag, size in _TABLES.items():
        offsets = walk.numbers(directory.fields.get(tag))
        claimed.add_many(offsets, np.full(len(offsets), size, np.int64))
