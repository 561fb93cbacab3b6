"""What a HEIC or AVIF that was written may hold, read from its bytes with a reader of its own.

One form is permitted: ftyp, meta, mdat; one coded picture, one of its alpha, and a packet of XMP that `marks` judges; every
byte of mdat belongs to one of them. An AVIF sequence has moov with one track besides (`avif_sequence`). Bytes hidden inside
an entropy-coded slice or tile, and samples outside the clean aperture (the encoder's padding, made of covered samples), are
not seen here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from paravent.errors import Held
from paravent.verify import avif_sequence, picture_units
from paravent.verify.motion import Motion
from paravent.verify.profiles import Allowed

_LEAD = bytes(4)  # version and flags
_MAX_BOXES = 64
_STILL, _MOVING = [b"ftyp", b"meta", b"mdat"], [b"ftyp", b"meta", b"moov", b"mdat"]
_META = (b"hdlr", b"pitm", b"iloc", b"iinf", b"iprp")
_META_LINKED = (b"hdlr", b"pitm", b"iloc", b"iinf", b"iref", b"iprp")
_XMP = b"mime\0application/rdf+xml\0"
_HANDLER = _LEAD + bytes(4) + b"pict" + bytes(12) + b"\0"
_ALPHA = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1")
# ITU-T H.273: sRGB, and "as the profile says"; BT.601 matrix, full range.
_SRGB = b"nclx\0\1\0\x0d\0\6\x80"
_LEFT_TO_PROFILE = b"nclx\0\2\0\2\0\6\x80"
_DEPTHS = (8, 10, 12)
_MAX_PADDING = 64  # what an encoder adds to small or odd sizes


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of the two formats. item: kind of its items. configuration: name of the decoder configuration box."""

    name: str
    brands: tuple[tuple[bytes, ...], ...]
    item: bytes
    configuration: bytes
    check_configuration: Callable[[bytes], bool]
    check_picture: Callable[[bytes, bytes], bool]


_HEIC = _Kind(
    "HEIC",
    ((b"heic", b"mif1", b"miaf"), (b"heix", b"mif1", b"miaf")),
    b"hvc1",
    b"hvcC",
    picture_units.is_hevc_configuration,
    picture_units.is_hevc_picture,
)
_AVIF = _Kind(
    "AVIF",
    ((b"avif", b"mif1", b"miaf"),),
    b"av01",
    b"av1C",
    picture_units.is_av1_configuration,
    picture_units.is_av1_picture,
)


def check_heic(data: bytes, *, orientation: int | None, profiles: Allowed) -> None:
    """Pass if the file holds one HEVC picture, maybe its alpha, and nothing else but a permitted profile.

    orientation: 1 or None, for a copy is stored upright. profiles: the permitted ICC profiles, byte for byte; under a
    plan, one of them must be there unless there are none. Raises Held("container").
    """
    _Checker(_HEIC).check(data, orientation, profiles)


def check_avif(data: bytes, *, orientation: int | None, profiles: Allowed) -> Motion:
    """The same for an AV1 picture, or for a sequence of them; returns what it says of its animation."""
    return _Checker(_AVIF).check(data, orientation, profiles)


def packet_of(data: bytes) -> bytes:
    """The content of the last item if it is a packet of XMP, of a file of the permitted form; else empty."""
    checker = _Checker(_HEIC)
    try:
        tables = dict(checker.boxes(dict(checker.boxes(data))[b"meta"][4:]))
        if not _is_packet(checker.boxes(tables[b"iinf"][6:])):
            return b""
        offset, length = (int.from_bytes(tables[b"iloc"][at : at + 4 or None], "big") for at in (-8, -4))
    except (Held, KeyError):
        return b""
    return data[offset : offset + length]


def _is_packet(entries: list[tuple[bytes, bytes]]) -> bool:
    return bool(entries) and entries[-1] == _entry(len(entries), _XMP)


def _entry(number: int, rest: bytes) -> tuple[bytes, bytes]:
    return b"infe", bytes((2, 0, 0, 0, 0, number & 0xFF, 0, 0)) + rest


class _Checker:
    def __init__(self, kind: _Kind) -> None:
        self._kind = kind

    def _refuse(self, what: str) -> NoReturn:
        raise Held("container", detail=f"{self._kind.name} {what}")

    def _require(self, holds: bool, what: str) -> None:
        if not holds:
            self._refuse(what)

    def check(self, data: bytes, orientation: int | None, profiles: Allowed) -> Motion:
        self._require(orientation in (None, 1), "orientation")
        parts = self.boxes(data)
        moving = self._kind is _AVIF and [name for name, _ in parts] == _MOVING
        self._require(moving or [name for name, _ in parts] == _STILL, "order")
        ftyp, meta, pictures = parts[0][1], parts[1][1], parts[-1][1]
        brands = (avif_sequence.BRANDS,) if moving else self._kind.brands
        permitted = [brand[0] + bytes(4) + b"".join(brand) for brand in brands]
        self._require(ftyp in permitted, "ftyp")
        self._require(meta[:4] == _LEAD, "meta")
        tables = self.boxes(meta[4:])
        names = tuple(name for name, _ in tables)
        self._require(names in (_META, _META_LINKED), "meta")
        count, packet = self._check_tables(dict(tables))
        self._require(not moving or (count, packet) == (1, False), "meta")
        start = len(data) - len(pictures)
        contents, end = self._cut(dict(tables)[b"iloc"], count + packet, start, pictures)
        self._require(moving or end == len(pictures), "mdat")
        items = self._properties(dict(tables)[b"iprp"], count)
        self._check_item(items[0], contents[0], profiles, planned=orientation is not None)
        if count == 2:
            self._check_alpha(items[1], contents[1])
        if not moving:
            return Motion()
        first = items[0]
        colours, size = first.get(b"colr", []), first[b"ispe"][0][4:]
        facts = avif_sequence.First(first[b"av1C"][0], colours, size, end, start)
        return avif_sequence.check_moov(parts[2][1], facts, pictures)

    def boxes(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """Names and contents of the boxes in `data`."""
        found: list[tuple[bytes, bytes]] = []
        at = 0
        while at < len(data):
            size = int.from_bytes(data[at : at + 4], "big")
            self._require(8 <= size <= len(data) - at and len(found) < _MAX_BOXES, "box")
            found.append((data[at + 4 : at + 8], data[at + 8 : at + size]))
            at += size
        return found

    def _check_tables(self, tables: dict[bytes, bytes]) -> tuple[int, bool]:
        """How many coded pictures there are, and whether a packet is."""
        self._require(tables[b"hdlr"] == _HANDLER, "hdlr")
        self._require(tables[b"pitm"] == _LEAD + b"\0\1", "pitm")
        entries = self.boxes(tables[b"iinf"][6:])
        packet = _is_packet(entries)
        count = len(entries) - packet
        self._require(tables[b"iinf"][:6] == _LEAD + bytes((0, len(entries))) and count in (1, 2), "iinf")
        wanted = [_entry(number, self._kind.item + b"\0") for number in range(1, count + 1)]
        self._require(entries[:count] == wanted, "iinf")
        links = [(b"auxl", b"\0\2\0\1\0\1")] * (count == 2) + [(b"cdsc", bytes((0, count + 1, 0, 1, 0, 1)))] * packet
        stated = tables.get(b"iref")
        if stated is None:
            self._require(not links, "iref")
        else:
            self._require(stated[:4] == _LEAD and self.boxes(stated[4:]) == links != [], "iref")
        return count, packet

    def _cut(self, iloc: bytes, count: int, start: int, pictures: bytes) -> tuple[list[bytes], int]:
        """The items' contents, which stand in mdat without gaps from its first byte, and where they end."""
        self._require(iloc[:8] == _LEAD + b"\x44\0" + bytes((0, count)) and len(iloc) == 8 + 14 * count, "iloc")
        contents, at = [], 0
        for number in range(1, count + 1):
            entry = iloc[14 * number - 6 : 14 * number + 8]
            self._require(entry[:6] == bytes((0, number, 0, 0, 0, 1)), "iloc")
            offset, length = int.from_bytes(entry[6:10], "big"), int.from_bytes(entry[10:], "big")
            self._require(offset == start + at and length > 0, "iloc")
            contents.append(pictures[at : at + length])
            at += length
        self._require(at <= len(pictures), "mdat")
        return contents, at

    def _properties(self, iprp: bytes, count: int) -> list[dict[bytes, list[bytes]]]:
        """Each item's properties by name; every one in the file must belong to an item."""
        parts = self.boxes(iprp)
        self._require([name for name, _ in parts] == [b"ipco", b"ipma"], "iprp")
        pool, links = self.boxes(parts[0][1]), parts[1][1]
        self._require(links[:8] == _LEAD + bytes((0, 0, 0, count)), "ipma")
        used: set[int] = set()
        items = []
        at = 8
        for number in range(1, count + 1):
            self._require(links[at : at + 2] == bytes((0, number)) and at + 2 < len(links), "ipma")
            indices = [value & 0x7F for value in links[at + 3 : at + 3 + links[at + 2]]]
            self._require(len(indices) == links[at + 2] == len(set(indices)), "ipma")
            self._require(all(1 <= index <= len(pool) for index in indices), "ipma")
            used |= set(indices)
            properties: dict[bytes, list[bytes]] = {}
            for index in indices:
                properties.setdefault(pool[index - 1][0], []).append(pool[index - 1][1])
            items.append(properties)
            at += 3 + len(indices)
        self._require(at == len(links) and len(used) == len(pool), "ipma")
        return items

    def _check_item(self, item: dict[bytes, list[bytes]], content: bytes, profiles: Allowed, *, planned: bool) -> None:
        colours = item.get(b"colr", [])
        if len(colours) == 2:
            self._require(colours[0][:4] == b"prof" and colours[0][4:] in profiles, "profile")
            self._require(colours[1] == _LEFT_TO_PROFILE, "colr")
        else:
            self._require(colours == [_SRGB] and not (planned and profiles), "colr")
        self._check_coded({name: found for name, found in item.items() if name != b"colr"}, content)

    def _check_alpha(self, item: dict[bytes, list[bytes]], content: bytes) -> None:
        self._require(item.get(b"auxC") in [[_LEAD + kind + b"\0"] for kind in _ALPHA], "auxC")
        self._check_coded({name: found for name, found in item.items() if name != b"auxC"}, content)

    def _check_coded(self, item: dict[bytes, list[bytes]], content: bytes) -> None:
        configuration = self._kind.configuration
        unknown = next(iter(item.keys() - {configuration, b"ispe", b"pixi", b"clap"}), b"")
        self._require(not unknown and all(len(found) == 1 for found in item.values()), "property")
        self._require({configuration, b"ispe", b"pixi"} <= item.keys(), "property")
        size, pixi = item[b"ispe"][0], item[b"pixi"][0]
        self._require(len(size) == 12 and size[:4] == _LEAD, "ispe")
        bits = pixi[5:]
        self._require(pixi[:4] == _LEAD and len(bits) == pixi[4] and len(bits) in (1, 3), "pixi")
        self._require(len(set(bits)) == 1 and bits[0] in _DEPTHS, "pixi")
        self._check_aperture(item.get(b"clap", [b""])[0], size)
        self._require(self._kind.check_configuration(item[configuration][0]), configuration.decode())
        self._require(self._kind.check_picture(content, item[configuration][0]), "picture")

    def _check_aperture(self, clap: bytes, ispe: bytes) -> None:
        """The shown part begins at the top left; what is cut off is padding, and less than an encoder's block."""
        if not clap:
            return
        self._require(len(clap) == 32, "clap")
        numbers = [int.from_bytes(clap[at : at + 4], "big", signed=True) for at in range(0, 32, 4)]
        for at, coded in ((0, int.from_bytes(ispe[4:8], "big")), (2, int.from_bytes(ispe[8:], "big"))):
            shown, one = numbers[at : at + 2]
            offset, two = numbers[at + 4 : at + 6]
            self._require((one, two) == (1, 2) and shown > 0 and offset == shown - coded, "clap")
            self._require(coded <= max(_MAX_PADDING, shown + 1) and coded >= shown, "clap")
