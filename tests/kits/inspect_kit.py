"""Builds files with planted metadata, by hand: what a reader must see, byte by byte."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

from PIL import Image

XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED_HEADER = b"http://ns.adobe.com/xmp/extension/\0"


@dataclass(frozen=True)
class Wide:
    """A value of type BYTE."""

    data: bytes


def picture(format: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), (90, 120, 60)).save(out, format)
    return out.getvalue()


def _field(value) -> tuple[int, int, bytes]:
    """Type, count and bytes."""
    if isinstance(value, str):
        data = value.encode() + b"\0"
        return 2, len(data), data
    if isinstance(value, Wide):
        return 1, len(value.data), value.data
    if isinstance(value, bytes):
        return 7, len(value), value
    if isinstance(value, int):
        return 4, 1, struct.pack("<I", value)
    return 5, len(value), b"".join(struct.pack("<II", *pair) for pair in value)


def directory(fields: dict, at: int, following: int = 0) -> bytes:
    """One directory with its values behind it, to stand at offset `at`."""
    head, body = struct.pack("<H", len(fields)), b""
    values_at = at + 2 + 12 * len(fields) + 4
    for tag, value in sorted(fields.items()):
        kind, count, data = _field(value)
        if len(data) > 4:
            head += struct.pack("<HHII", tag, kind, count, values_at + len(body))
            body += data + b"\0" * (len(data) % 2)
        else:
            head += struct.pack("<HHI", tag, kind, count) + data.ljust(4, b"\0")
    return head + struct.pack("<I", following) + body


def tiff(ifd0: dict | None = None, exif: dict | None = None, gps: dict | None = None, thumbnail: bytes = b"") -> bytes:
    """An EXIF block. Tags by number."""
    # Sub-directories stand at fixed places, so that pointers are known beforehand.
    places = {0x8769: (exif, 4096), 0x8825: (gps, 20480)}
    fields = dict(ifd0 or {}) | {pointer: at for pointer, (content, at) in places.items() if content is not None}
    ifd1 = 24576 if thumbnail else 0
    block = bytearray(b"II*\0\x08\0\0\0" + directory(fields, 8, ifd1))
    for content, at in places.values():
        if content is not None:
            block = block.ljust(at, b"\0") + directory(content, at)
    if thumbnail:
        block = block.ljust(ifd1, b"\0") + directory({0x0201: ifd1 + 64, 0x0202: len(thumbnail)}, ifd1)
        block = block.ljust(ifd1 + 64, b"\0") + thumbnail
    return bytes(block)


def segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def jpeg(*segments: bytes, behind: bytes = b"") -> bytes:
    plain = picture("JPEG")
    return plain[:2] + b"".join(segments) + plain[2:] + behind


def app_exif(block: bytes) -> bytes:
    return segment(0xE1, b"Exif\0\0" + block)


def app_xmp(packet: bytes) -> bytes:
    return segment(0xE1, XMP_HEADER + packet)


def app_irb(*resources: tuple[int, bytes]) -> bytes:
    return segment(0xED, b"Photoshop 3.0\0" + irb(*resources))


def irb(*resources: tuple[int, bytes]) -> bytes:
    return b"".join(
        b"8BIM" + struct.pack(">H", number) + b"\0\0" + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)
        for number, data in resources
    )


def iim(*datasets: tuple[int, bytes]) -> bytes:
    return b"".join(b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(data)) + data for number, data in datasets)


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def app_jumbf(store: bytes, size: int = 60_000) -> bytes:
    """One box over as many segments as it takes; each repeats the box's header."""
    head, body = store[:8], store[8:]
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(
        segment(0xEB, b"JP\0\x01" + struct.pack(">I", number) + head + piece) for number, piece in enumerate(pieces, 1)
    )


def app_mpf(second_at: int, size: int, picture_type: int = 0x020002) -> bytes:
    """The index of a file of two pictures; second_at: offset from the index's own beginning."""
    listed = struct.pack("<IIIHH", 0x030000, 0, 0, 0, 0) + struct.pack("<IIIHH", picture_type, size, second_at, 0, 0)
    return segment(0xE2, b"MPF\0II*\0\x08\0\0\0" + directory({0xB002: listed}, 8))


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(*chunks: bytes, behind: bytes = b"") -> bytes:
    plain = picture("PNG")
    return plain[:33] + b"".join(chunks) + plain[33:] + behind


def webp_chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def webp(*chunks: bytes, behind: bytes = b"") -> bytes:
    body = picture("WEBP")[12:] + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body + behind


def xmp(properties: str = "", attributes: str = "") -> bytes:
    """A packet with elements and attributes in the customary namespaces."""
    spaces = {
        "dc": "http://purl.org/dc/elements/1.1/",
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
        "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
        "exif": "http://ns.adobe.com/exif/1.0/",
        "aux": "http://ns.adobe.com/exif/1.0/aux/",
        "photoshop": "http://ns.adobe.com/photoshop/1.0/",
        "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
        "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
        "GCamera": "http://ns.google.com/photos/1.0/camera/",
        "GImage": "http://ns.google.com/photos/1.0/image/",
        "GDepth": "http://ns.google.com/photos/1.0/depthmap/",
        "hdrgm": "http://ns.adobe.com/hdr-gain-map/1.0/",
    }
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in spaces.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {declared} {attributes}>{properties}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()
