"""Puts an XMP packet into a TIFF that `tiff` wrote: one more tag in its first directory, and everything behind moved."""

from __future__ import annotations

import struct

from paravent.containers.tiff import Field, TiffReader
from paravent.formats.tiff import tags

_XMP = 700
_BYTE = 1
_START = 8  # of the first directory
_ENTRY = "<HHII"
_MOST = 100  # tags of a page that was written
_INLINE = 4  # bytes that stand in the entry itself


def with_packet(data: bytes, packet: bytes) -> bytes:
    """The file with the packet behind the values of the lower tags."""
    value = packet + b"\0" * (len(packet) % 2)
    reader = TiffReader(data)
    first = tuple(reader.fields(reader.directory(_START, _MOST)))
    behind = [field.start for field in first if field.tag > _XMP and field.stop - field.start > _INLINE]
    place = behind[0] if behind else _first_strip(reader, first)

    def moved(offset: int) -> int:  # everything stands behind the first directory, which gets longer
        return offset + 12 + (len(value) if offset >= place else 0)

    out = bytearray(data)
    at = _START
    while at:
        listed = reader.directory(at, _MOST)
        for number, (tag, _, _, start, stop) in enumerate(reader.fields(listed)):
            if tag == tags.STRIP_OFFSETS:
                strips = struct.unpack_from(f"<{(stop - start) // 4}I", data, start)
                struct.pack_into(f"<{len(strips)}I", out, start, *map(moved, strips))
            if stop - start > _INLINE:
                struct.pack_into("<I", out, at + 10 + 12 * number, moved(start))
        at = listed.following
        struct.pack_into("<I", out, listed.stop - 4, moved(at) if at else 0)
    lower = sum(field.tag < _XMP for field in first)
    entry = struct.pack(_ENTRY, _XMP, _BYTE, len(packet), place + 12)
    at = _START + 2 + 12 * lower
    out[place:place] = value
    out[at:at] = entry
    struct.pack_into("<H", out, _START, len(first) + 1)
    return bytes(out)


def _first_strip(reader: TiffReader, fields: tuple[Field, ...]) -> int:
    return reader.number(next(field.start for field in fields if field.tag == tags.STRIP_OFFSETS), 4)
