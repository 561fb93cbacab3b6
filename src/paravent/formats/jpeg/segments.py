"""The parts of a JPEG that carry the picture, separated from everything else (ITU-T T.81, annex B).

Tables, the frame header and the scans are kept; no application segment, comment, second picture or trailing byte gets past
this module, so that decoders only ever see what the picture needs.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

from paravent.errors import Held

SOI, EOI = b"\xff\xd8", b"\xff\xd9"
JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_ADOBE = "!2sH5sHHHB"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"

_SOS, _DQT, _DHT, _DRI, _APP0, _APP1, _APP2, _APP14 = 0xDA, 0xDB, 0xC4, 0xDD, 0xE0, 0xE1, 0xE2, 0xEE
_FRAMES = {0xC0, 0xC1, 0xC2}
_OTHER_FRAMES = {
    0xC3: "lossless JPEG",
    0xC5: "hierarchical JPEG",
    0xC6: "hierarchical JPEG",
    0xC7: "hierarchical JPEG",
    0xC9: "arithmetic coding",
    0xCA: "arithmetic coding",
    0xCB: "arithmetic coding",
    0xCD: "hierarchical JPEG",
    0xCE: "hierarchical JPEG",
    0xCF: "hierarchical JPEG",
}
_ALONE = {0x01, *range(0xD0, 0xD8)}
# The next marker after entropy-coded data: not a stuffed zero, not a restart marker, not a fill byte.
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
# A marker code behind stray bytes, stuffed zeros and fill bytes.
_MARKER = re.compile(rb"\xff[^\x00\xff]")
# Honest files have some hundreds.
_MAX_MARKERS = 100_000
# More scans than any encoder writes cost time without bound (the "JPEG bomb" of many tiny progressive scans).
_MAX_SCANS = 200


@dataclass(slots=True)
class Parsed:
    """What the markers say. components: (id, horizontal sampling, vertical sampling, table) in frame order.

    exif: the TIFF block, packet: that of XMP; read for orientation and colours only. profile: the assembled ICC profile.
    All b"" if there is none.
    kept: the segments that carry the picture, scans with their entropy-coded data.
    """

    width: int = 0
    height: int = 0
    precision: int = 0
    progressive: bool = False
    components: list[tuple[int, int, int, int]] = field(default_factory=list)
    adobe_transform: int | None = None
    has_jfif: bool = False
    exif: bytes = b""
    packet: bytes = b""
    profile: bytes = b""
    kept: list[bytes] = field(default_factory=list)
    scans: int = 0

    @property
    def sampling(self) -> list[tuple[int, int]]:
        """Horizontal and vertical sampling factors in frame order."""
        return [(h, v) for _, h, v, _ in self.components]

    @property
    def colour(self) -> str:
        """What the components mean, by the rules of libjpeg: grey, ycc, rgb, cmyk or ycck."""
        ids = bytes(c[0] for c in self.components)
        if len(ids) == 1:
            return "grey"
        if len(ids) == 4:
            return "ycck" if self.adobe_transform == 2 else "cmyk"
        if self.has_jfif:
            return "ycc"
        if self.adobe_transform is not None:
            return "rgb" if self.adobe_transform == 0 else "ycc"
        return "rgb" if ids == b"RGB" else "ycc"

    def clean(self) -> bytes:
        """The picture alone as a JPEG file: a fixed JFIF or Adobe header, tables, frame, scans."""
        head = SOI
        if self.colour in ("grey", "ycc"):
            head += JFIF
        elif self.adobe_transform is not None or self.colour == "rgb":
            transform = 2 if self.colour == "ycck" else 0
            head += struct.pack(_ADOBE, b"\xff\xee", 14, b"Adobe", 100, 0, 0, transform)
        return b"".join([head, *self.kept, EOI])


def parse(data: bytes) -> Parsed:
    """Walk the markers of the first picture in `data`. Raises Held for damage and for coding nobody can read back."""
    if data[:2] != SOI:
        raise Held("damaged")
    parsed = Parsed()
    profile_parts: dict[int, bytes] = {}
    position = 2
    for _ in range(_MAX_MARKERS):
        position, marker = _next_marker(data, position)
        if marker == EOI[1]:
            break
        if marker in _ALONE:
            continue
        body = _body(data, position)
        _take(parsed, profile_parts, marker, body)
        segment_end = position + 2 + len(body)
        if marker != _SOS:
            position = segment_end
            continue
        position = _scan_end(data, segment_end)
        parsed.kept.append(_segment(_SOS, body) + data[segment_end:position])
        parsed.scans += 1
        if parsed.scans > _MAX_SCANS:
            raise Held("encoding", detail=f"more than {_MAX_SCANS} scans")
        if position == len(data):  # the end marker is missing; whether samples are too, the decoder will tell
            break
    else:
        raise Held("damaged")
    if not parsed.components or not parsed.scans:
        raise Held("damaged")
    parsed.profile = _assembled(profile_parts)
    return parsed


def _next_marker(data: bytes, position: int) -> tuple[int, int]:
    """Position after the next marker code, and the code. Stray bytes between segments are passed over, as decoders do."""
    found = _MARKER.search(data, position)
    if found is None:
        raise Held("damaged")
    return found.end(), data[found.end() - 1]


def _body(data: bytes, position: int) -> bytes:
    length = int.from_bytes(data[position : position + 2], "big")
    body = data[position + 2 : position + length]
    if length < 2 or len(body) != length - 2:
        raise Held("damaged")
    return body


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def _scan_end(data: bytes, position: int) -> int:
    found = _AFTER_SCAN.search(data, position)
    return found.start() if found else len(data)


def _take(parsed: Parsed, profile_parts: dict[int, bytes], marker: int, body: bytes) -> None:
    """Note what one segment says about the picture."""
    if marker in _FRAMES:
        _take_frame(parsed, marker, body)
        parsed.kept.append(_segment(marker, body))
    elif marker in _OTHER_FRAMES:
        raise Held("encoding", detail=_OTHER_FRAMES[marker])
    elif marker in (_DQT, _DHT):
        parsed.kept.append(_segment(marker, _whole_tables(marker, body)))
    elif marker == _DRI:
        parsed.kept.append(_segment(marker, body))
    elif marker == _APP0 and body.startswith(b"JFIF\x00"):
        parsed.has_jfif = True
    elif marker == _APP1 and body.startswith(b"Exif\x00") and not parsed.exif:
        parsed.exif = body[6:]
    elif marker == _APP1 and body.startswith(_XMP) and not parsed.packet:
        parsed.packet = body[len(_XMP) :]
    elif marker == _APP2 and body.startswith(b"ICC_PROFILE\x00") and len(body) > 14:
        profile_parts.setdefault(body[12], body[14:])
    elif marker == _APP14 and body.startswith(b"Adobe") and len(body) >= 12:
        parsed.adobe_transform = body[11]


def _whole_tables(marker: int, body: bytes) -> bytes:
    """The tables of a segment without a part of one behind them, over which not every binding of libjpeg survives."""
    at = end = 0
    while at < len(body):
        at += 65 + 64 * (body[at] >> 4) if marker == _DQT else 17 + sum(body[at + 1 : at + 17])
        end = at if at <= len(body) else end
    return body[:end]


def _take_frame(parsed: Parsed, marker: int, body: bytes) -> None:
    if parsed.components or len(body) < 6:
        raise Held("damaged")
    parsed.precision, parsed.height, parsed.width, count = struct.unpack_from("!BHHB", body)
    if count not in (1, 3, 4) or len(body) != 6 + 3 * count or 0 in (parsed.width, parsed.height):
        raise Held("damaged")
    if parsed.precision != 8:
        raise Held("encoding", detail=f"{parsed.precision} bits a sample")
    parsed.progressive = marker == 0xC2
    for i in range(count):
        identity, factors, table = body[6 + 3 * i : 9 + 3 * i]
        if not (1 <= factors >> 4 <= 4 and 1 <= factors & 15 <= 4 and table < 4):
            raise Held("damaged")
        parsed.components.append((identity, factors >> 4, factors & 15, table))


def _assembled(parts: dict[int, bytes]) -> bytes:
    """The ICC profile from its numbered chunks (ICC.1:2022, B.4); b"" when one is missing."""
    numbers = sorted(parts)
    if numbers != list(range(1, len(numbers) + 1)):
        return b""
    return b"".join(parts[n] for n in numbers)


def rebuild(jpeg: bytes, orientation_exif: bytes, profile: bytes) -> bytes:
    """A freshly encoded JPEG in its final container: JFIF, orientation mark, profile, and the picture.

    jpeg: what an encoder wrote. orientation_exif: a TIFF block or b"". profile: an ICC profile (at most 65,519 bytes) or
    b"". Component ids become 1, 2, 3 as JFIF 1.02 asks.
    """
    parsed = parse(jpeg)
    head = [SOI, JFIF]
    if orientation_exif:
        head.append(_segment(_APP1, b"Exif\x00\x00" + orientation_exif))
    if profile:
        head.append(_segment(_APP2, b"ICC_PROFILE\x00\x01\x01" + profile))
    first = parsed.components[0][0]
    kept = [_renumbered(part, 1 - first) if first != 1 else part for part in parsed.kept]
    return b"".join([*head, *kept, EOI])


def _renumbered(part: bytes, by: int) -> bytes:
    """A frame or scan segment with `by` added to each component id; any other segment as it is."""
    if part[1] in _FRAMES:
        count, start, step = part[9], 10, 3
    elif part[1] == _SOS:
        count, start, step = part[4], 5, 2
    else:
        return part
    changed = bytearray(part)
    for i in range(start, start + count * step, step):
        changed[i] += by
    return bytes(changed)


def with_packet(data: bytes, packet: bytes) -> bytes:
    """A file of ours with an XMP packet behind its JFIF header."""
    at = len(SOI + JFIF)
    content = _XMP + packet
    return data[:at] + b"\xff\xe1" + struct.pack(">H", 2 + len(content)) + content + data[at:]
