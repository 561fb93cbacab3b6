"""What a JPEG 2000 file that was written may hold, read from its bytes with a reader of its own.

One form is permitted: signature, ftyp, jp2h, jp2c; the code stream has a size, one coding style, one quantisation, one
tile. Bytes hidden inside the tile's packets, behind the last bit their decoder reads, are not seen here.
"""

from __future__ import annotations

import struct
from typing import NoReturn

from paravent.errors import Held
from paravent.verify.profiles import Allowed

_SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0\0\0\x14ftypjp2 \0\0\0\0jp2 "
_ENUMERATED = {1: 17, 2: 17, 3: 16, 4: 16}  # ISO/IEC 15444-1, table I.10: grey, sRGB
_ALPHA = {
    2: struct.pack(">7H", 2, 0, 0, 1, 1, 1, 0),
    4: struct.pack(">13H", 4, 0, 0, 1, 1, 0, 2, 2, 0, 3, 3, 1, 0),
}
_SIZ, _COD, _QCD = 0xFF51, 0xFF52, 0xFF5C
_MAX_BOXES = 8


def check(data: bytes, *, orientation: int | None, profiles: Allowed) -> None:
    """Pass if the file holds one picture and, beside it, nothing but a permitted profile.

    orientation: 1 or None, for JPEG 2000 states none. profiles: the permitted ICC profiles, byte for byte; under a plan,
    one of them must be there unless there are none. Raises Held("container").
    """
    _require(orientation in (None, 1), "orientation")
    _require(data.startswith(_SIGNATURE), "signature")
    parts = _boxes(data[len(_SIGNATURE) :])
    _require([name for name, _ in parts] == [b"jp2h", b"jp2c"], "order")
    channels = _check_header(parts[0][1], parts[1][1], profiles, planned=orientation is not None)
    _check_stream(parts[1][1], channels)


def _refuse(what: str) -> NoReturn:
    raise Held("container", detail=f"JPEG 2000 {what}")


def _require(holds: bool, what: str) -> None:
    if not holds:
        _refuse(what)


def _boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    found: list[tuple[bytes, bytes]] = []
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        _require(8 <= size <= len(data) - at and len(found) < _MAX_BOXES, "box")
        found.append((data[at + 4 : at + 8], data[at + 8 : at + size]))
        at += size
    return found


def _check_header(header: bytes, stream: bytes, profiles: Allowed, *, planned: bool) -> int:
    """Compare the header with the code stream's own; returns the number of channels."""
    parts = _boxes(header)
    names = [name for name, _ in parts]
    _require(names in ([b"ihdr", b"colr"], [b"ihdr", b"colr", b"cdef"]), "header")
    _require(len(stream) > 45, "cut off")
    width, height, left, top = struct.unpack_from(">4I", stream, 8)
    channels, depth = int.from_bytes(stream[40:42], "big"), stream[42]
    _require(left == top == 0 and 1 <= channels <= 4 and 7 <= depth <= 15, "size")
    _require(parts[0][1] == struct.pack(">IIHBBBB", height, width, channels, depth, 7, 0, 0), "ihdr")
    colour = parts[1][1]
    if colour[:3] == b"\2\0\0":
        _require(colour[3:] in profiles, "profile")
    else:
        _require(colour == b"\1\0\0" + struct.pack(">I", _ENUMERATED[channels]), "colr")
        _require(not (planned and profiles), "profile")
    _require((parts[2][1] if len(parts) == 3 else None) == _ALPHA.get(channels), "cdef")
    return channels


def _check_stream(stream: bytes, channels: int) -> None:
    """SOC, SIZ, COD, QCD, then one tile-part that reaches to EOC; the lengths are those the contents need."""
    _require(stream[:2] == b"\xff\x4f", "code stream")
    at = 2
    segments = []
    for marker in (_SIZ, _COD, _QCD):
        found, length = int.from_bytes(stream[at : at + 2], "big"), int.from_bytes(stream[at + 2 : at + 4], "big")
        segments.append(stream[at + 4 : at + 2 + length])
        _require(found == marker and len(segments[-1]) == length - 2, "marker")
        at += 2 + length
    size, coding, quantisation = segments
    # one tile as large as the picture, equal channels; one layer, no markers within packets
    corner = stream[8:16]
    plain = bytes(2) + corner + bytes(8) + corner + bytes(8) + channels.to_bytes(2, "big")
    _require(size == plain + bytes((stream[42], 1, 1)) * channels, "size")
    _require(len(coding) >= 10 and coding[0] in (0, 1) and coding[2:4] == b"\0\1" and coding[5] <= 32, "coding")
    _require(len(coding) == 10 + coding[0] * (coding[5] + 1), "coding")  # 1: a size of precincts for each level
    _require(len(quantisation) == 1 + (3 * coding[5] + 1) * (1 if coding[9] else 2), "quantisation")
    tile = stream[at : at + 14]
    _require(len(tile) == 14, "tile")
    name, length, number, extent, part, count = struct.unpack_from(">HHHIBB", tile)
    _require((name, length, number, part, count) == (0xFF90, 10, 0, 0, 1) and tile[12:] == b"\xff\x93", "tile")
    _require(at + extent == len(stream) - 2 and stream[-2:] == b"\xff\xd9", "end")
