"""Reads an EXIF block: the TIFF structure that JPEG, PNG and WebP embed."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from typing import Any

from exifread.core.exif_header import ExifHeader

from paravent.inspect.entry import Entry, caption, decoded, time_precision
from paravent.inspect.metadata import iptc, maker_notes, position, xmp
from paravent.inspect.metadata.exif_fields import FIELDS, STRUCTURE, TEXTS, TIMES, WIDE_TEXTS
from paravent.model.report import Kind

# Its warnings quote nothing a user could act on, and one damaged file can cause thousands.
logging.getLogger("exifread").setLevel(logging.CRITICAL + 1)

# A camera's block is at most 64 KB in a JPEG; PNG and WebP would allow gigabytes.
_MAX_BLOCK = 1 << 20
# Numbers and text bytes read from one block before it is taken for hostile; the largest maker notes seen need 4,000.
_MAX_NUMBERS = 60_000
_PAST_THE_END = 30
_MAX_TEXT = 4 << 20
_MAX_DIRECTORIES = 8
_MAX_PREVIEWS = 16

EXIF, GPS, THUMBNAIL, MAKER_NOTE = "EXIF", "EXIF GPS", "EXIF IFD1", "EXIF maker note"


class _Exhausted(Exception):
    """The block asked for more reading than any honest one needs."""


class _Metered(io.BytesIO):
    """A block in memory that gives out a limited number of bytes altogether."""

    left = _MAX_TEXT

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.left -= len(data)
        if self.left < 0:
            raise _Exhausted
        return data


class _ExifReader(ExifHeader):
    """exifread's reader over memory: faster, and with an end to what one block can make it do."""

    def __init__(self, block: bytes) -> None:
        super().__init__(_Metered(block), "I" if block[:1] == b"I" else "M", 0, 0, strict=False)
        self.block = block
        self._left = _MAX_NUMBERS

    def _spend(self, numbers: int) -> None:
        self._left -= numbers
        if self._left < 0:
            raise _Exhausted

    def s2n(self, offset: int, length: int, signed: bool = False) -> int:
        self._spend(1)
        start = self.offset + offset
        chunk = self.block[start : start + length] if start >= 0 else b""
        if len(chunk) < length:
            # Reading past the end is rare but for broken directories, which would do it 65,535 times.
            self._spend(_PAST_THE_END)
            return 0
        return int.from_bytes(chunk, "little" if self.endian == "I" else "big", signed=signed)

    def _process_field(self, tag_name: str, count: int, field_type: int, type_length: int, offset: int) -> list[Any]:
        """A maker note is not taken number by number, as exifread would, at up to 70 ms: its bytes are read in place."""
        if tag_name == "MakerNote":
            return []
        values: list[Any] = super()._process_field(tag_name, count, field_type, type_length, offset)
        return values


def entries(data: bytes | memoryview) -> Iterator[Entry]:
    """Everything the block gives away. data: from the byte order mark on, with or without `Exif\\0\\0` before it."""
    block = bytes(data[:_MAX_BLOCK])
    block = block.removeprefix(b"Exif\0\0")
    if block[:4] not in (b"II*\0", b"MM\0*"):
        yield Entry(Kind.OTHER_METADATA, EXIF, "unreadable", len(block))
        return
    tags, complete = _read(block)
    if not complete:
        yield Entry(Kind.OTHER_METADATA, EXIF, "unreadable")
    yield from position.entries(block, tags)
    for name, tag in tags.items():
        directory, _, field = name.partition(" ")
        if directory == "MakerNote":
            yield from _maker_field(field, tag)
        elif directory != "GPS":
            yield from _field(block, tags, directory, field, tag)
    yield from _pictures(block, tags)


def _read(block: bytes) -> tuple[dict[str, Any], bool]:
    """All tags by exifread's names, as far as they could be read, and whether that was all."""
    reader = _ExifReader(block)
    done = [_attempt(lambda: _directories(reader)), _attempt(lambda: _exif_directories(reader))]
    # A maker note in a shape of its own is no damage: it is reported whole anyway.
    _attempt(lambda: _maker_note(reader))
    return reader.tags, all(done)


def _attempt(action: Callable[[], object]) -> bool:
    try:
        action()
    except Exception:  # exifread trips in many ways over damaged blocks; what it read until then counts
        return False
    return True


def _directories(reader: _ExifReader) -> None:
    for number, offset in enumerate(reader.list_ifd()[:_MAX_DIRECTORIES]):
        name = ("Image", "Thumbnail")[number] if number < 2 else "Further"
        reader.dump_ifd(ifd=offset, ifd_name=name)


def _exif_directories(reader: _ExifReader) -> None:
    pointer = reader.tags.get("Image ExifOffset")
    if pointer is not None:
        reader.dump_ifd(ifd=pointer.values[0], ifd_name="EXIF")
    children = reader.tags.get("Image SubIFDs")
    for offset in children.values[:_MAX_DIRECTORIES] if children is not None else ():
        reader.dump_ifd(ifd=offset, ifd_name="Further")


def _maker_note(reader: _ExifReader) -> None:
    tag = reader.tags.get("EXIF MakerNote")
    if tag is None:
        return
    note = raw(reader.block, tag)
    known = maker_notes.recognised(note, str(reader.tags.get("Image Make", "")))
    if known is None:
        return
    reader.endian = maker_notes.byte_order(note, known, reader.endian)
    directory = known.directory
    if known.base < 0:
        directory += tag.field_offset
    else:
        reader.offset = tag.field_offset + known.base
        directory -= known.base
    reader.dump_ifd(ifd=directory, ifd_name="MakerNote", tag_dict=known.tags)


def raw(block: bytes, tag: Any) -> bytes:
    """The bytes of a tag's value; exifread leaves long ones out."""
    return block[tag.field_offset : tag.field_offset + tag.field_length]


def _field(block: bytes, tags: dict[str, Any], directory: str, field: str, tag: Any) -> Iterator[Entry]:
    where = THUMBNAIL if directory == "Thumbnail" else EXIF
    if field in STRUCTURE:
        return
    if field in TIMES:
        yield from _time(tags, where, field, tag)
    elif field in TEXTS or field in FIELDS:
        yield from _named(block, where, field, tag)
    elif field in _EMBEDDED:
        yield from _EMBEDDED[field](raw(block, tag))
    else:
        yield Entry(Kind.OTHER_METADATA, where, "camera-settings", 0, field, tag.printable)


def _named(block: bytes, where: str, field: str, tag: Any) -> Iterator[Entry]:
    text = _text(field, raw(block, tag)) if field in TEXTS or field in WIDE_TEXTS else str(tag.printable).strip("\0 ")
    if not text:
        return
    kind, precision = FIELDS.get(field, (Kind.CAPTION, ""))
    entry = caption(where, field, text)
    # Image generators put prompts into any text field, Make and Model included.
    yield entry if kind is Kind.CAPTION or entry.kind is Kind.AI_PROMPT else Entry(kind, where, precision, 0, field, text)


def _text(field: str, value: bytes) -> str:
    if field in WIDE_TEXTS:
        return value.decode("utf-16-le", "replace").strip("\0 ")
    if field == "UserComment":
        code, value = value[:8], value[8:]
        if code == b"UNICODE\0":
            # The byte order is the block's by the standard, anyone's in practice: text is mostly ASCII.
            little = value[1::2].count(0) >= value[0::2].count(0)
            return value.decode("utf-16-le" if little else "utf-16-be", "replace").strip("\0 ")
    return decoded(value)


def _time(tags: dict[str, Any], where: str, field: str, tag: Any) -> Iterator[Entry]:
    text = str(tag.printable)
    precision = time_precision(text)
    if precision is None:
        return
    fraction = tags.get(f"EXIF {TIMES[field]}") if where == EXIF else None
    if precision == "to-the-second" and fraction is not None and str(fraction.printable).strip("\0 "):
        precision = "to-the-subsecond"
        text = f"{text}.{fraction.printable}"
    yield Entry(Kind.TIME, where, precision, 0, field, text)


def _maker_field(field: str, tag: Any) -> Iterator[Entry]:
    known = maker_notes.FIELDS.get(field)
    if known is None:
        return
    values = tag.values
    small = isinstance(values, list) and all(isinstance(value, int) and 0 <= value < 256 for value in values)
    text = decoded(bytes(values)) if small else str(tag.printable).strip("\0 ")
    if text.strip("0[], "):
        yield Entry(known[0], MAKER_NOTE, known[1], 0, field, text)


def _colour(profile: bytes) -> Iterator[Entry]:
    yield Entry(Kind.COLOUR_PROFILE, EXIF, "", len(profile))


_EMBEDDED: dict[str, Callable[[bytes], Iterator[Entry]]] = {
    "ApplicationNotes": xmp.entries,
    "IPTC/NAA": iptc.entries,
    "InterColorProfile": _colour,
}


def _pictures(block: bytes, tags: dict[str, Any]) -> Iterator[Entry]:
    """Thumbnail, previews and the maker note itself, by size; pictures are found by their first bytes, not read."""
    note = tags.get("EXIF MakerNote")
    if note is not None:
        yield Entry(Kind.OTHER_METADATA, MAKER_NOTE, "maker-note", len(raw(block, note)))
    start, size = _thumbnail(block, tags)
    if size:
        yield Entry(Kind.HIDDEN_PICTURE, THUMBNAIL, "thumbnail", size)
    at = -1
    for _ in range(_MAX_PREVIEWS):
        at = block.find(b"\xff\xd8\xff", at + 1)
        if at < 0:
            return
        if start <= at < start + size:
            at = start + size - 1
            continue
        end = block.find(b"\xff\xd9", at)
        end = len(block) if end < 0 else end + 2
        yield Entry(Kind.HIDDEN_PICTURE, EXIF, "preview", end - at)
        at = end - 1


def _thumbnail(block: bytes, tags: dict[str, Any]) -> tuple[int, int]:
    """Where the thumbnail of IFD1 starts in the block and its size in bytes, as far as it is there."""
    for place, length in (("JPEGInterchangeFormat", "JPEGInterchangeFormatLength"), ("StripOffsets", "StripByteCounts")):
        offsets, sizes = tags.get(f"Thumbnail {place}"), tags.get(f"Thumbnail {length}")
        if offsets is not None and sizes is not None and offsets.values and sizes.values:
            numbers = [value for value in (offsets.values[0], *sizes.values) if isinstance(value, int)]
            if len(numbers) == len(sizes.values) + 1:
                return numbers[0], max(0, min(sum(numbers[1:]), len(block) - numbers[0]))
    return 0, 0
