"""Puts an XMP packet into a TIFF that `tiff` wrote: one more tag in its first directory, and everything behind moved."""

from __future__ import annotations

import struct

from paravent.formats.tiff import tags

_XMP = 700
_BYTE = 1
_START = 8  # of the first directory
_ENTRY = "<HHII"
_SIZES = {_BYTE: 1, 3: 2, 4: 4, 5: 8, 7: 1}


def with_packet(data: bytes, packet: bytes) -> bytes:
    """The file with the packet behind the values of the lower tags."""
    value = packet + b"\0" * (len(packet) % 2)
    first = _entries(data, _START)
    behind = [start for tag, start, size in first if tag > _XMP and size > 4]
    place = behind[0] if behind else _first_strip(data, first)

    def moved(offset: int) -> int:  # everything stands behind the first directory, which gets longer
        return offset + 12 + (len(value) if offset >= place else 0)

    out = bytearray(data)
    at = _START
    while at:
        entries = _entries(data, at)
        for number, (tag, start, size) in enumerate(entries):
            if tag == tags.STRIP_OFFSETS:
                strips = struct.unpack_from(f"<{size // 4}I", data, start)
                struct.pack_into(f"<{len(strips)}I", out, start, *map(moved, strips))
            if size > 4:
                struct.pack_into("<I", out, at + 10 + 12 * number, moved(start))
        following = at + 2 + 12 * len(entries)
        (at,) = struct.unpack_from("<I", data, following)
        struct.pack_into("<I", out, following, moved(at) if at else 0)
    lower = sum(tag < _XMP for tag, _, _ in first)
    entry = struct.pack(_ENTRY, _XMP, _BYTE, len(packet), place + 12)
    at = _START + 2 + 12 * lower
    out[place:place] = value
    out[at:at] = entry
    struct.pack_into("<H", out, _START, len(first) + 1)
    return bytes(out)


def _entries(data: bytes, at: int) -> list[tuple[int, int, int]]:
    """Tag, start and size in bytes of the values of each entry of a directory."""
    found = []
    for entry in range(at + 2, at + 2 + 12 * int.from_bytes(data[at : at + 2], "little"), 12):
        tag, kind, number, offset = struct.unpack_from(_ENTRY, data, entry)
        size = _SIZES[kind] * number
        found.append((tag, entry + 8 if size <= 4 else offset, size))
    return found


def _first_strip(data: bytes, entries: list[tuple[int, int, int]]) -> int:
    start = next(start for tag, start, _ in entries if tag == tags.STRIP_OFFSETS)
    return int.from_bytes(data[start : start + 4], "little")
