"""Writes metadata that gives things away into drawn pictures: what a camera, a photo program or an AI tool leaves behind.

Everything is invented: the place lies in the open sea, the names belong to nobody, addresses end in `.example`.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

from PIL import Image, PngImagePlugin

PERSON = "Camille Exemple"
OWNER = "Robin Exemple"
PLACE = (45.512345, -7.254321)
_ASCII, _SHORT, _LONG, _RATIONAL, _UNDEFINED, _BYTE = 2, 3, 4, 5, 7, 1

Value = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True)
class Planted:
    """What is written into one picture. orientation: the EXIF one. Everything else is there or not."""

    orientation: int = 1
    place: bool = True
    owner: bool = True
    thumbnail: bool = True
    person: bool = False
    video: bool = False


def text(value: str) -> Value:
    """An EXIF ASCII value."""
    data = value.encode("ascii") + b"\0"
    return _ASCII, len(data), data


def short(value: int) -> Value:
    """An EXIF SHORT value."""
    return _SHORT, 1, struct.pack("<H", value)


def rationals(*values: tuple[int, int]) -> Value:
    """EXIF RATIONAL values."""
    return _RATIONAL, len(values), b"".join(struct.pack("<II", *value) for value in values)


def _long(value: int) -> Value:
    return _LONG, 1, struct.pack("<I", value)


def _ifd(entries: dict[int, Value], offset: int, following: int = 0) -> bytes:
    """One TIFF directory at `offset`, its long values behind it."""
    behind = offset + 2 + 12 * len(entries) + 4
    table, values = struct.pack("<H", len(entries)), b""
    for tag, (kind, count, data) in sorted(entries.items()):
        if len(data) <= 4:
            field = data.ljust(4, b"\0")
        else:
            field = struct.pack("<I", behind + len(values))
            values += data + b"\0" * (len(data) % 2)
        table += struct.pack("<HHI", tag, kind, count) + field
    return table + struct.pack("<I", following) + values


def _degrees(value: float) -> Value:
    minutes = abs(value) % 1 * 60
    return rationals((int(abs(value)), 1), (int(minutes), 1), (round(minutes % 1 * 60 * 10_000), 10_000))


def _gps() -> dict[int, Value]:
    latitude, longitude = PLACE
    return {
        0: (_BYTE, 4, bytes((2, 3, 0, 0))),
        1: text("N" if latitude >= 0 else "S"),
        2: _degrees(latitude),
        3: text("E" if longitude >= 0 else "W"),
        4: _degrees(longitude),
        7: rationals((9, 1), (41, 1), (12, 1)),
        29: text("2026:06:12"),
    }


def _camera(owner: bool) -> dict[int, Value]:
    entries = {
        0x829A: rationals((1, 250)),
        0x9000: (_UNDEFINED, 4, b"0232"),
        0x9003: text("2026:06:12 11:41:12"),
        0x9004: text("2026:06:12 11:41:12"),
        0x9291: text("417"),
        0xA420: text("9f3c2d1e5b7a48c6a0e1d2c3b4a59687"),
        0xA431: text("PV-000-4711"),
    }
    if owner:
        entries[0xA430] = text(OWNER)
    return entries


def exif(planted: Planted, picture: Image.Image) -> bytes:
    """A TIFF structure, little-endian, with IFD0, Exif, GPS and, in IFD1, a thumbnail that shows the uncovered picture."""
    first: dict[int, Value] = {
        0x010E: text("Last day before the holidays"),
        0x010F: text("Paravent Test Optics"),
        0x0110: text("PTO-1"),
        0x0112: short(planted.orientation),
        0x0131: text("PTO Firmware 1.4"),
        0x0132: text("2026:06:12 11:41:12"),
        0x8769: _long(0),
    }
    if planted.owner:
        first[0x013B] = text(OWNER)
        first[0x8298] = text(f"(c) {OWNER}, robin@camera.example")
    if planted.place:
        first[0x8825] = _long(0)
    start = 8
    camera_at = start + len(_ifd(first, start))
    camera = _ifd(_camera(planted.owner), camera_at)
    place_at = camera_at + len(camera)
    place = _ifd(_gps(), place_at) if planted.place else b""
    first[0x8769] = _long(camera_at)
    if planted.place:
        first[0x8825] = _long(place_at)
    second_at = place_at + len(place) if planted.thumbnail else 0
    data = b"II*\0" + struct.pack("<I", start) + _ifd(first, start, second_at) + camera + place
    return data + (_thumbnail_ifd(picture, second_at) if planted.thumbnail else b"")


def _thumbnail_ifd(picture: Image.Image, offset: int) -> bytes:
    small = picture.copy()
    small.thumbnail((160, 160))
    stream = io.BytesIO()
    small.save(stream, "JPEG", quality=80)
    jpeg = stream.getvalue()
    entries = {0x0103: short(6), 0x0201: _long(0), 0x0202: _long(len(jpeg))}
    entries[0x0201] = _long(offset + len(_ifd(entries, offset)))
    return _ifd(entries, offset) + jpeg


def xmp() -> bytes:
    """An XMP packet as photo programs write it: a named face region, a place in words, a creator."""
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 photoshop:City="Port-Exemple">
<dc:creator><rdf:Seq><rdf:li>{OWNER}</rdf:li></rdf:Seq></dc:creator>
<dc:subject><rdf:Bag><rdf:li>{PERSON}</rdf:li></rdf:Bag></dc:subject>
<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag><rdf:li rdf:parseType="Resource">
<mwg-rs:Name>{PERSON}</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type>
<mwg-rs:Area stArea:x="0.5" stArea:y="0.5" stArea:w="0.1" stArea:h="0.2" stArea:unit="normalized"/>
</rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()


def video() -> bytes:
    """The start of an MP4, as motion photos carry it behind the end of the JPEG. It holds no pictures."""
    brand = b"ftyp" + b"mp42" + b"\0\0\0\0" + b"mp42isom"
    body = b"mdat" + bytes(range(256)) * 16
    return b"".join(struct.pack(">I", len(box) + 4) + box for box in (brand, body))


def text_chunks() -> PngImagePlugin.PngInfo:
    """PNG text as programs and AI tools write it: an author, a comment, the words a picture was made from."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", OWNER)
    info.add_text("Comment", f"{PERSON} in front of the school")
    info.add_text("parameters", "a poster for the school fair, watercolour\nSteps: 30, Seed: 20260612", zip=True)
    info.add_itxt("XML:com.adobe.xmp", xmp().decode())
    return info
