"""Reads what a JPEG gives away: its segments, what lies between them and what lies behind the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from paravent.containers.tiff import TiffReader
from paravent.inspect.containers.jpeg_segments import APP0, APP15, COM, EOI, JUNK, Segment, walk
from paravent.inspect.containers.jpeg_tables import Tables
from paravent.inspect.containers.trailing import behind, hidden
from paravent.inspect.entry import BETWEEN, Entry
from paravent.inspect.metadata import comments
from paravent.inspect.metadata.blocks import Blocks
from paravent.inspect.spans import unclaimed
from paravent.model.report import Kind

# MP entry types of CIPA DC-007; 0 (undefined) is what most gain maps come with.
_MPF_TYPES = {0x010001: "preview", 0x010002: "preview", 0x050000: "gain-map"}
_MPF_MULTI_VIEW = range(0x020000, 0x030000)
_MPF_ENTRIES = 0xB002
_MAX_MPF = 64
_EXTENSION_HEADER = 40
_JUMBF_HEADER = 8
_ADOBE_SIZE = 7  # version, two flags of two bytes, colour transform


@dataclass(slots=True)
class _Gathered:
    """What spans segments and is read when all are known: blocks in pieces, extended XMP by identity and offset.

    pictures: precision code by offset in the file.
    """

    exif: list[list[bytes]] = field(default_factory=list)
    photoshop: list[list[bytes]] = field(default_factory=list)
    xmp: list[bytes] = field(default_factory=list)
    extended_xmp: dict[bytes, dict[int, bytes]] = field(default_factory=dict)
    jumbf: dict[int, list[bytes]] = field(default_factory=dict)
    profile: int = 0
    pictures: dict[int, str] = field(default_factory=dict)


def entries(data: bytes) -> Iterator[Entry]:
    """Everything the file gives away, as far as its segments can be followed."""
    gathered = _Gathered()
    tables = Tables()
    end = None
    for segment in walk(data, 0, len(data)):
        if segment.marker == EOI:
            end = segment.end
        elif segment.marker == JUNK:
            yield Entry(Kind.HIDDEN_DATA, BETWEEN, "unknown", segment.end - segment.start)
        elif segment.marker == COM:
            yield from comments.entries("JPEG comment", data[segment.start : segment.end])
        elif APP0 <= segment.marker <= APP15:
            yield from _application(data, segment, gathered)
        elif segment.marker >= 0xF0:
            yield hidden(data, segment.start, segment.end, "JPEG extension segment")
        else:
            tables.segment(segment.marker, data[segment.start : segment.end])
    yield from tables.entries()
    yield from _joined(gathered)
    if end is not None:
        yield from behind(data, end, len(data), gathered.pictures)


def _application(data: bytes, segment: Segment, gathered: _Gathered) -> Iterator[Entry]:
    number = segment.marker - APP0
    for wanted, prefix, handler in _HANDLERS:
        if wanted == number and data.startswith(prefix, segment.start, segment.end):
            yield from handler(data, segment.start + len(prefix), segment.end, gathered)
            return
    yield hidden(data, segment.start, segment.end, f"JPEG APP{number}")


def _jfif(data: bytes, start: int, end: int, gathered: _Gathered) -> Iterator[Entry]:
    width, height = data[start + 7 : start + 8], data[start + 8 : start + 9]
    if end - start > 9 and any(width) and any(height):
        yield Entry(Kind.HIDDEN_PICTURE, "JFIF", "thumbnail", end - start - 9)
    else:
        yield from unclaimed(data, ((start + 9, end),), "JFIF")


def _jfxx(data: bytes, start: int, end: int, gathered: _Gathered) -> Iterator[Entry]:
    yield Entry(Kind.HIDDEN_PICTURE, "JFXX", "thumbnail", max(0, end - start - 1))


def _exif(data: bytes, start: int, end: int, gathered: _Gathered) -> Iterator[Entry]:
    # The header is `Exif` with two zeros; the second is a filler that some writers get wrong.
    block = data[start + 1 : end]
    if gathered.exif and block[:2] not in (b"II", b"MM"):
        # A block too long for one segment goes on in the next.
        gathered.exif[-1].append(block)
    else:
        gathered.exif.append([block])
    return iter(())


def _xmp(data: bytes, start: int, end: int, gathered: _Gathered) -> Iterator[Entry]:
    gathered.xmp.append(data[start:end])
    return iter(())


def _extended_xmp(data: bytes, start: int, end: int, gathered: _Gathered) -> Iterator[Entry]:
    identity, offset = data[start : start + 32], int.from_bytes(data[start + 36 : start + 40], "big")
    gathered.extended_xmp.setdefault(identity, {})[offset] = data[start + _EXTENSION_HEADER : end]
    return iter(())


def _profile(data: bytes, start: int, end: int, gathered: _Gathered) -> Iterator[Entry]:
    gathered.profile += max(0, end - start - 2)
    return iter(())


def _photoshop(data: bytes, start: int, end: int, gathered: _Gathered) -> Iterator[Entry]:
    block = data[start:end]
    if gathered.photoshop and block[:4] != b"8BIM":
        gathered.photoshop[-1].append(block)
    else:
        gathered.photoshop.append([block])
    return iter(())


def _jumbf(data: bytes, start: int, end: int, gathered: _Gathered) -> Iterator[Entry]:
    if end - start < 6 + _JUMBF_HEADER:
        return iter(())
    instance = int.from_bytes(data[start : start + 2], "big")
    parts = gathered.jumbf.setdefault(instance, [])
    # Every further segment repeats the box header, and the extended length if there is one.
    box = start + 6
    repeated = (16 if data[box : box + 4] == b"\0\0\0\x01" else _JUMBF_HEADER) if parts else 0
    parts.append(data[box + repeated : end])
    return iter(())


def _multi_picture(data: bytes, start: int, end: int, gathered: _Gathered) -> Iterator[Entry]:
    yield Entry(Kind.OTHER_METADATA, "MPF", "multi-picture")
    gathered.pictures.update(_mpf_pictures(data[start:end], start))


def _mpf_pictures(block: bytes, base: int) -> Iterator[tuple[int, str]]:
    reader = TiffReader(block)
    for tag, _, _, start, stop in reader.fields(reader.directory(reader.first, _MAX_MPF)):
        if tag != _MPF_ENTRIES:
            continue
        for at in range(start, min(stop, len(block), start + 16 * _MAX_MPF) - 15, 16):
            yield base + reader.number(at + 8, 4), _mpf_precision(reader.number(at, 4) & 0xFFFFFF)


def _mpf_precision(picture_type: int) -> str:
    return "multi-view" if picture_type in _MPF_MULTI_VIEW else _MPF_TYPES.get(picture_type, "")


def _gain_map(data: bytes, start: int, end: int, gathered: _Gathered) -> Iterator[Entry]:
    yield Entry(Kind.OTHER_METADATA, "ISO 21496-1", "gain-map")


def _editor(data: bytes, start: int, end: int, gathered: _Gathered) -> Iterator[Entry]:
    yield Entry(Kind.OTHER_METADATA, "JPEG APP12", "editing")


def _adobe(data: bytes, start: int, end: int, gathered: _Gathered) -> Iterator[Entry]:
    return unclaimed(data, ((start + _ADOBE_SIZE, end),), "JPEG APP14")


_Handler = Callable[[bytes, int, int, _Gathered], Iterator[Entry]]
_HANDLERS: tuple[tuple[int, bytes, _Handler], ...] = (
    (0, b"JFIF\0", _jfif),
    (0, b"JFXX\0", _jfxx),
    (1, b"Exif\0", _exif),
    (1, b"http://ns.adobe.com/xap/1.0/\0", _xmp),
    (1, b"http://ns.adobe.com/xmp/extension/\0", _extended_xmp),
    (2, b"ICC_PROFILE\0", _profile),
    (2, b"MPF\0", _multi_picture),
    (2, b"urn:iso:std:iso:ts:21496:-1\0", _gain_map),
    (11, b"JP", _jumbf),
    (12, b"Ducky", _editor),
    (13, b"Photoshop 3.0\0", _photoshop),
    (14, b"Adobe", _adobe),
)


def _joined(gathered: _Gathered) -> Iterator[Entry]:
    blocks = Blocks()
    for pieces in gathered.exif:
        yield from blocks.read("EXIF", b"".join(pieces))
    for packet in gathered.xmp:
        yield from blocks.read("XMP", packet)
    for parts in gathered.extended_xmp.values():
        yield from blocks.read("XMP", b"".join(part for _, part in sorted(parts.items())))
    for pieces in gathered.photoshop:
        yield from blocks.read("Photoshop", b"".join(pieces))
    for parts_of_box in gathered.jumbf.values():
        yield from blocks.read("C2PA", b"".join(parts_of_box))
    if gathered.profile:
        yield Entry(Kind.COLOUR_PROFILE, "ICC", "", gathered.profile)
