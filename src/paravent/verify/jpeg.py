"""Reads a written JPEG and refuses whatever is not on the list. Shares no code with the modules that write.

Allowed in a prepared copy, in this order: SOI, JFIF 1.01 without thumbnail, the orientation mark, one built-in colour
profile, quantisation tables in use, one baseline frame, Huffman tables in use, one scan, EOI, nothing behind. Files that
other tools wrote may also have progressive frames, several scans, restart intervals, any density, and Adobe's colour
transform.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import NoReturn

from xxhash import xxh3_128

from paravent.errors import Held
from paravent.verify.profiles import Allowed

_JFIF = b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
# "Exif", big-endian TIFF, one directory of one entry: tag 0x0112, SHORT, one value (the next byte pair).
_MARK_HEAD = bytes.fromhex("4578696600004d4d002a000000080001011200030000000100")
_MARK_TAIL = bytes.fromhex("000000000000")
_ICC_HEAD = b"ICC_PROFILE\x00\x01\x01"
_MAX_SCANS = 200
# XXH3 (128 bits) of the Huffman tables of T.81, K.3.
_STANDARD = frozenset(
    map(
        bytes.fromhex,
        (
            "f0b0484f1d18a6d3251892eba119411f",
            "7158e784d14ca99877106bbca3035452",
            "d0e6a4d81bc8be739350a5d555c7ae24",
            "8c8b9504db1cb6f0037114230bc6a952",
        ),
    )
)
# In entropy-coded data, FF 00 stands for FF (T.81, F.1.2.3).
_MARKER, _MARKER_BUT_RESTART = re.compile(rb"\xff[^\x00]"), re.compile(rb"\xff[^\x00\xd0-\xd7]")


@dataclass(slots=True)
class Frame:
    """What the frame header says. components: (id, horizontal factor, vertical factor, quantisation table).

    at: where in the file the size stands. jfif: whether colours are said to be JFIF's. interleaved: one scan holds all.
    """

    width: int
    height: int
    components: list[tuple[int, int, int, int]]
    at: int = 0
    jfif: bool = False
    interleaved: bool = True

    @property
    def sampling(self) -> list[tuple[int, int]]:
        """Horizontal and vertical factors; they mean nothing for a single component (T.81, A.2.2)."""
        return [(h, v) for _, h, v, _ in self.components] if len(self.components) > 1 else [(1, 1)]

    @property
    def is_whole(self) -> bool:
        """Whether it has one or three components whose blocks make up MCUs without a rest."""
        across, down = (side // 8 for side in self.mcu)
        return len(self.components) < 4 and all(across % h == 0 and down % v == 0 for h, v in self.sampling)

    @property
    def mcu(self) -> tuple[int, int]:
        """Width and height of an MCU in pixels."""
        return 8 * max(h for h, _ in self.sampling), 8 * max(v for _, v in self.sampling)


@dataclass(slots=True)
class _Declared:
    own: bool
    orientation: int | None
    profiles: Allowed
    order: list[str] = field(default_factory=list)
    frame: Frame | None = None
    quantisation: set[int] = field(default_factory=set)
    at: int = 0
    huffman: set[int] = field(default_factory=set)
    huffman_used: set[int] = field(default_factory=set)
    marked: int = 1
    profile: bytes = b""


def check(data: bytes, *, orientation: int | None, profiles: Allowed) -> Frame:
    """Raise Held("container") unless `data` is a JPEG that holds only what is allowed.

    orientation: the one it must state (1: none), for a file we wrote; None for a file of another tool. profiles: those
    it may carry, byte for byte; for our own file exactly the given one, if any.
    """
    seen = _Declared(orientation is not None, orientation, profiles)
    if data[:2] != b"\xff\xd8":
        _refuse("no start marker")
    position = 2
    while True:
        if position + 2 > len(data) or data[position] != 0xFF:
            _refuse("bytes between segments" if position < len(data) else "no end marker")
        marker = data[position + 1]
        if marker == 0xD9:
            break
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        body = data[position + 4 : position + 2 + length]
        if length < 2 or len(body) != length - 2:
            _refuse("a segment that is cut off")
        position += 2 + length
        seen.at = position - len(body)
        _judge_segment(seen, marker, body)
        if marker == 0xDA:
            position = _after_scan(data, position, restarts=not seen.own)
    if position + 2 != len(data):
        _refuse(f"{len(data) - position - 2} bytes behind the end")
    return _judge_whole(seen)


def _judge_segment(seen: _Declared, marker: int, body: bytes) -> None:
    if marker == 0xE0:
        _judge_jfif(seen, body)
    elif marker == 0xE1:
        _judge_mark(seen, body)
    elif marker == 0xE2:
        _judge_profile(seen, body)
    elif marker == 0xDB:
        _judge_quantisation(seen, body)
    elif marker == 0xC0 or (not seen.own and marker in (0xC1, 0xC2)):
        _judge_frame(seen, body)
    elif marker == 0xC4:
        _judge_huffman(seen, body)
    elif marker == 0xDA:
        _judge_scan(seen, body)
    elif seen.own or not _harmless(marker, body):
        _refuse(f"segment {marker:02X}")


def _harmless(marker: int, body: bytes) -> bool:
    """A restart interval, or Adobe's colour transform."""
    return (marker == 0xDD and len(body) == 2) or (marker == 0xEE and len(body) == 12 and body.startswith(b"Adobe"))


def _judge_jfif(seen: _Declared, body: bytes) -> None:
    plain = body == _JFIF if seen.own else body.startswith(b"JFIF\x00") and len(body) == 14 and body[12:] == b"\x00\x00"
    if not plain or seen.order:
        _refuse("segment E0")
    seen.order.append("jfif")


def _judge_mark(seen: _Declared, body: bytes) -> None:
    plain = len(body) == 32 and body.startswith(_MARK_HEAD) and body.endswith(_MARK_TAIL) and 1 <= body[25] <= 8
    if not plain or "mark" in seen.order or seen.frame:
        _refuse("segment E1")
    seen.marked = body[25]
    seen.order.append("mark")


def _judge_profile(seen: _Declared, body: bytes) -> None:
    if not body.startswith(_ICC_HEAD) or body[len(_ICC_HEAD) :] not in seen.profiles or seen.profile:
        _refuse("segment E2")
    seen.profile = body[len(_ICC_HEAD) :]


def _judge_quantisation(seen: _Declared, body: bytes) -> None:
    while body:
        size, number = 65 + 64 * (body[0] >> 4), body[0] & 15
        twice = number in seen.quantisation or size > 65
        if body[0] >> 4 > 1 or number > 3 or len(body) < size or (seen.own and twice):
            _refuse("a quantisation table out of place")
        seen.quantisation.add(number)
        body = body[size:]


def _judge_huffman(seen: _Declared, body: bytes) -> None:
    while body:
        size = 17 + sum(body[1:17])
        if len(body) < size or (seen.own and (body[0] in seen.huffman or not _plain_codes(body[:size]))):
            _refuse("a Huffman table out of place")
        seen.huffman.add(body[0])
        body = body[size:]


def _plain_codes(table: bytes) -> bool:
    """Whether a Huffman table is a standard one (T.81, K.3), or as libjpeg counts them: every code but that of ones alone
    is given, and values with codes of one length ascend. Where codes had to be cut to 16 bits, these mix values."""
    if xxh3_128(table).digest() in _STANDARD:
        return True
    counts, values = table[1:17].rstrip(b"\x00"), table[17:]
    at, left, ascending = 0, 1, True
    for count in counts:
        group = values[at : at + count]
        ascending = ascending and list(group) == sorted(group)
        at, left = at + count, 2 * left - count
    return left == 1 and len(set(values)) == len(values) and (ascending or len(counts) == 16)


def _judge_frame(seen: _Declared, body: bytes) -> None:
    if seen.frame or len(body) < 6 or body[0] != 8 or body[5] not in (1, 3, 4) or len(body) != 6 + 3 * body[5]:
        _refuse("a frame header out of place")
    parts = [body[i : i + 3] for i in range(6, len(body), 3)]
    components = [(part[0], part[1] >> 4, part[1] & 15, part[2]) for part in parts]
    if any(not (1 <= h <= 4 and 1 <= v <= 4) for _, h, v, _ in components):
        _refuse("a frame header out of place")
    width, height = int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")
    if 0 in (width, height):
        _refuse("a picture without size")
    if seen.own and not _plainly_said(components):
        _refuse("a frame header out of place")
    seen.frame = Frame(width, height, components, seen.at + 1, "jfif" in seen.order)


def _plainly_said(components: list[tuple[int, int, int, int]]) -> bool:
    """Whether sampling factors are the smallest, and tables numbered as they are first used."""
    across, down, tables = ([component[i] for component in components] for i in (1, 2, 3))
    return math.gcd(*across) == math.gcd(*down) == 1 and list(dict.fromkeys(tables)) == list(range(len(set(tables))))


def _judge_scan(seen: _Declared, body: bytes) -> None:
    scans = seen.order.count("scan")
    if seen.frame is None or (seen.own and scans) or scans >= _MAX_SCANS or not body or len(body) != 4 + 2 * body[0]:
        _refuse("a scan out of place")
    if seen.own and body != _scan_of(seen.frame):
        _refuse("a scan out of place")
    for i in range(body[0]):
        selectors = body[2 + 2 * i]
        seen.huffman_used |= {selectors >> 4, 0x10 | (selectors & 15)}
    seen.order.append("scan")


def _scan_of(frame: Frame) -> bytes:
    """The header of a baseline scan of all components: Huffman tables 0 for lightness, 1 for colour."""
    chosen = [bytes((component[0], 0x11 if i else 0x00)) for i, component in enumerate(frame.components)]
    return bytes((len(chosen),)) + b"".join(chosen) + b"\x00\x3f\x00"


def _after_scan(data: bytes, position: int, *, restarts: bool) -> int:
    """Position of the marker that ends the entropy-coded data."""
    marker = (_MARKER_BUT_RESTART if restarts else _MARKER).search(data, position)
    if marker is None:
        _refuse("no end marker")
    return marker.start()


def _judge_whole(seen: _Declared) -> Frame:
    if seen.frame is None or "scan" not in seen.order:
        _refuse("no picture")
    seen.frame.interleaved = seen.order.count("scan") == 1
    if seen.own:
        if seen.marked != seen.orientation:
            _refuse("another orientation than the picture had")
        if seen.profiles and not seen.profile:
            _refuse("no colour profile")
        if seen.order[0] != "jfif" or [c[0] for c in seen.frame.components] != [1, 2, 3][: len(seen.frame.components)]:
            _refuse("no JFIF header")
        if seen.huffman != seen.huffman_used or seen.quantisation != {c[3] for c in seen.frame.components}:
            _refuse("tables that nothing uses")
    return seen.frame


def _refuse(what: str) -> NoReturn:
    raise Held("container", detail=what)
