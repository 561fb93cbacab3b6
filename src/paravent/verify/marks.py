"""Recognises the one XMP packet that a copy may carry because a person asked for it, and takes it away.

What remains is judged by the checks of the format, which know of no XMP: a packet in any other place is refused there.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from typing import TypeAlias

from paravent.errors import Held
from paravent.verify import isobmff

# A file without its packet, and the packet; empty where there is none at the one permitted place.
_Parted: TypeAlias = tuple[bytes, bytes]

_REQUEST = (
    rb'  <rdf:Description rdf:about="" xmlns:plus="http://ns\.useplus\.org/ldf/xmp/1\.0/"'
    rb' xmlns:tdm="http://www\.w3\.org/ns/tdmrep/">\n'
    rb"   <plus:DataMining>http://ns\.useplus\.org/ldf/vocab/DMI-PROHIBITED</plus:DataMining>\n"
    rb"   <tdm:reservation>1</tdm:reservation>\n"
    rb"  </rdf:Description>\n"
)
_LINE = (
    rb'  <rdf:Description rdf:about="" xmlns:dc="http://purl\.org/dc/elements/1\.1/">\n'
    rb'   <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">([^<>\r\n]{1,1000})</rdf:li></rdf:Alt></dc:rights>\n'
    rb"  </rdf:Description>\n"
)
_PACKET = re.compile(
    rb'<\?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"\?>\n'
    rb'<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
    rb' <rdf:RDF xmlns:rdf="http://www\.w3\.org/1999/02/22-rdf-syntax-ns#">\n'
    rb"(" + _REQUEST + rb")?(?:" + _LINE + rb")?"
    rb' </rdf:RDF>\n</x:xmpmeta>\n<\?xpacket end="r"\?>'
)
_ENTITY = re.compile(r"&(?:amp|lt|gt);")
_LONGEST = 200  # characters of a copyright line

_JFIF = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
_IN_JPEG = b"http://ns.adobe.com/xap/1.0/\0"
_IN_PNG = b"XML:com.adobe.xmp\0\0\0\0\0"
_IN_GIF = b"\x21\xff\x0bXMP DataXMP"
_GIF_TRAILER = b"\1" + bytes(range(255, -1, -1)) + b"\0"
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_MAX_BOXES = 16
_MAX_CHUNKS = 10_000
_WEBP_FLAG = 0x04  # RFC 9649, 2.7


def without_mark(data: bytes, form: str, expected: bytes | None) -> tuple[bytes, tuple[bool, bool]]:
    """The file without its packet, and whether that asks not to be mined and whether it names a rights holder.

    form: name of the format. expected: the packet that a plan wants, byte for byte, empty for none; None where no plan is
    known and any packet in the one form passes. Raises Held("container") for another packet, or a missing one.
    """
    part = _PARTED.get(form)
    rest, packet = part(data) if part else (data, b"")
    if expected is not None:
        if packet != expected:
            raise Held("container", detail="XMP")
        return rest, (False, False)
    return rest, _read(packet) if packet else (False, False)


def _read(packet: bytes) -> tuple[bool, bool]:
    found = _PACKET.fullmatch(packet)
    if found is None or not any(found.groups()) or (found[2] is not None and not _is_line(found[2])):
        raise Held("container", detail="XMP")
    return found[1] is not None, found[2] is not None


def _is_line(escaped: bytes) -> bool:
    """Whether it is one printable line whose only entities stand for signs that XML keeps for itself."""
    try:
        text = _ENTITY.sub("+", escaped.decode("utf-8"))
    except UnicodeDecodeError:
        return False
    return "&" not in text and text.isprintable() and text == text.strip() and len(text) <= _LONGEST


def _of_jpeg(data: bytes) -> _Parted:
    """Right behind the JFIF header."""
    start = 20
    length = int.from_bytes(data[start + 2 : start + 4], "big")
    segment = data[start : start + 2 + length]
    content = segment[4 + len(_IN_JPEG) :]
    if not data.startswith(_JFIF) or segment[:2] != b"\xff\xe1" or segment[4 : 4 + len(_IN_JPEG)] != _IN_JPEG:
        return data, b""
    return data[:start] + data[start + len(segment) :], content


def _of_png(data: bytes) -> _Parted:
    """Right behind IHDR."""
    start = 33
    length = int.from_bytes(data[start : start + 4], "big")
    chunk = data[start + 4 : start + 8 + length]
    behind = start + 12 + length
    if data[8:16] != b"\0\0\0\x0dIHDR" or not chunk.startswith(b"iTXt" + _IN_PNG):
        return data, b""
    if data[behind - 4 : behind] != zlib.crc32(chunk).to_bytes(4, "big"):
        return data, b""
    return data[:start] + data[behind:], chunk[4 + len(_IN_PNG) :]


def _of_webp(data: bytes) -> _Parted:
    """The last chunk, and the flag that announces it."""
    if data[:4] != b"RIFF" or data[8:16] != b"WEBPVP8X" or len(data) < 30 or not data[20] & _WEBP_FLAG:
        return data, b""
    start = following = 12
    for _ in range(_MAX_CHUNKS):
        if following >= len(data):
            break
        start, length = following, int.from_bytes(data[following + 4 : following + 8], "little")
        following += 8 + length + length % 2
    packet, padding = data[start + 8 : start + 8 + length], data[start + 8 + length :]
    whole = following == len(data) == 8 + int.from_bytes(data[4:8], "little")
    if not whole or data[start : start + 4] != b"XMP " or padding.strip(b"\0"):
        return data, b""
    flags = bytes((data[20] & ~_WEBP_FLAG,))
    body = data[8:20] + flags + data[21:start]
    return b"RIFF" + len(body).to_bytes(4, "little") + body, packet


def _of_gif(data: bytes) -> _Parted:
    """Right behind a header without a common colour table."""
    head = 13
    if len(data) < head or data[10] & 0x80 or not data.startswith(_IN_GIF, head):
        return data, b""
    start = head + len(_IN_GIF)
    end = data.find(_GIF_TRAILER, start)
    if end <= start:
        return data, b""
    return data[:head] + data[end + len(_GIF_TRAILER) :], data[start:end]


def _of_jp2(data: bytes) -> _Parted:
    """The last box."""
    start = following = 0
    for _ in range(_MAX_BOXES):
        if following >= len(data):
            break
        start, length = following, int.from_bytes(data[following : following + 4], "big")
        if length < 8:
            return data, b""
        following += length
    packet = data[start + 8 + len(_XMP_UUID) :]
    if not packet or following != len(data) or data[start + 4 : start + 8 + len(_XMP_UUID)] != b"uuid" + _XMP_UUID:
        return data, b""
    return data[:start], packet


def _of_tiff(data: bytes) -> _Parted:
    """A tag of the first directory, which the check of the format lets pass."""
    if data[:8] != b"II*\0\x08\0\0\0" or len(data) < 10:
        return data, b""
    entries = int.from_bytes(data[8:10], "little")
    for at in range(10, min(10 + 12 * entries, len(data) - 12), 12):
        tag, kind, number, offset = struct.unpack_from("<HHII", data, at)
        if (tag, kind) == (700, 1):
            return data, data[offset : offset + number] if number > 4 else data[at + 8 : at + 8 + number]
    return data, b""


def _of_heif(data: bytes) -> _Parted:
    """The last item, which the check of the format lets pass."""
    return data, isobmff.packet_of(data)


_PARTED: dict[str, Callable[[bytes], _Parted]] = {
    "JPEG": _of_jpeg,
    "PNG": _of_png,
    "WebP": _of_webp,
    "GIF": _of_gif,
    "TIFF": _of_tiff,
    "HEIC": _of_heif,
    "AVIF": _of_heif,
    "JP2": _of_jp2,
}
