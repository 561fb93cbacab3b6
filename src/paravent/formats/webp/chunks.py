"""The container of WebP: its chunks read and written, and one bit stream decoded and encoded."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

from paravent.containers.chunks import riff, riff_end
from paravent.errors import Held
from paravent.formats.shared import icc
from paravent.formats.shared.decoding import load, open_image
from paravent.formats.shared.exif_mark import orientation_exif
from paravent.formats.shared.samples import as_image
from paravent.model.samples import DeepSamples, Samples

# RFC 9649, 2.7: bits of the VP8X flags.
FLAG_ANIMATION, FLAG_XMP, FLAG_EXIF, FLAG_ALPHA, FLAG_PROFILE = 0x02, 0x04, 0x08, 0x10, 0x20

_MAX_CHUNKS = 10_000
_LOSSY = {"lossless": False, "alpha_quality": 100, "method": 4, "exact": False}
# For lossless data "quality" is effort; method 1 would take three times as long and save a fifth.
_LOSSLESS = {"lossless": True, "quality": 50, "method": 0, "exact": True}


@dataclass(frozen=True, slots=True)
class BitStream:
    """A picture's bit stream. kind: VP8 (lossy) or VP8L."""

    kind: bytes
    stream: bytes
    alpha: bytes
    width: int
    height: int
    has_alpha: bool

    @property
    def lossless(self) -> bool:
        """Whether it is of the lossless kind."""
        return self.kind == b"VP8L"

    def pack(self) -> bytes:
        """The chunks of the picture."""
        return chunk(b"ALPH", self.alpha) + chunk(self.kind, self.stream)


def _is_webp(head: bytes) -> bool:
    """Whether the bytes begin as a RIFF container of WebP."""
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each chunk inside the RIFF size; what lies behind it is nobody's. Raises Held."""
    if len(data) < 12 or not _is_webp(data):
        raise Held("damaged")
    end = riff_end(data)
    if end > len(data):
        raise Held("damaged")
    return parts(data[12:end])


def parts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of chunks that follow each other. Raises Held for one that does not fit and for too many."""
    for count, (name, start, stop, _) in enumerate(riff(content, 0, len(content), _MAX_CHUNKS + 1)):
        if stop > len(content) or count == _MAX_CHUNKS:
            raise Held("damaged")
        yield name, content[start:stop]


def first_of_each(found: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The first chunk of each name."""
    firsts: dict[bytes, bytes] = {}
    for name, content in found:
        firsts.setdefault(name, content)
    return firsts


def canvas_size(vp8x: bytes) -> tuple[int, int]:
    """Width and height that VP8X states. Raises Held."""
    if len(vp8x) < 10:
        raise Held("damaged")
    return 1 + int.from_bytes(vp8x[4:7], "little"), 1 + int.from_bytes(vp8x[7:10], "little")


def bit_stream(found: dict[bytes, bytes], *, extended: bool) -> BitStream:
    """The picture among the chunks. extended: ALPH counts. Raises Held where its header is broken."""
    if b"VP8L" in found:
        return _lossless_stream(found[b"VP8L"])
    if b"VP8 " in found:
        return _lossy_stream(found[b"VP8 "], found.get(b"ALPH", b"") if extended else b"")
    raise Held("damaged")


def _lossless_stream(stream: bytes) -> BitStream:
    """RFC 9649, 3.4: signature, 14 bits width - 1, 14 bits height - 1, 1 bit alpha, 3 bits version."""
    if len(stream) < 5 or stream[0] != 0x2F:
        raise Held("damaged")
    bits = int.from_bytes(stream[1:5], "little")
    if bits >> 29:
        raise Held("encoding", detail="WebP")
    return BitStream(b"VP8L", stream, b"", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF), bool(bits >> 28 & 1))


def _lossy_stream(stream: bytes, alpha: bytes) -> BitStream:
    """RFC 6386, 9.1: a key frame's tag, start code, 14 bits width and 14 bits height."""
    if len(stream) < 10 or stream[0] & 1 or stream[3:6] != b"\x9d\x01\x2a":
        raise Held("damaged")
    width, height = struct.unpack_from("<HH", stream, 6)
    return BitStream(b"VP8 ", stream, alpha, width & 0x3FFF, height & 0x3FFF, bool(alpha))


def decode(picture: BitStream) -> Samples:
    """RGB or, where it has alpha, RGBA samples: (h, w, 3 or 4). Raises Held."""
    image = open_image(still(picture, "", 1), "WebP")
    if image.size != (picture.width, picture.height):
        raise Held("damaged")
    return load(image, "RGBA" if picture.has_alpha else "RGB")


def encode(samples: DeepSamples, quality: int | None) -> BitStream:
    """Samples (h, w, 3 or 4), uint8, as a bit stream. quality: None for lossless; all other settings never change."""
    buffer = BytesIO()
    settings = _LOSSLESS if quality is None else _LOSSY | {"quality": quality}
    as_image(samples).save(buffer, "WEBP", **settings)
    return bit_stream(first_of_each(chunks(buffer.getvalue())), extended=True)


def still(picture: BitStream, profile: str, orientation: int) -> bytes:
    """A whole file of one picture; the short form where nothing else is there."""
    if profile or picture.alpha or orientation != 1:
        flags = FLAG_ALPHA * picture.has_alpha
        return extended(flags, (picture.width, picture.height), picture.pack(), profile, orientation)
    return _file(picture.pack())


def extended(flags: int, size: tuple[int, int], pictures: bytes, profile: str, orientation: int) -> bytes:
    """A whole file in the long form, in the order RFC 9649, 2.7 wants. flags: of the pictures."""
    mark = orientation_exif(orientation) if orientation != 1 else b""
    flags |= FLAG_PROFILE * bool(profile) | FLAG_EXIF * bool(mark)
    canvas = bytes((flags, 0, 0, 0)) + (size[0] - 1).to_bytes(3, "little") + (size[1] - 1).to_bytes(3, "little")
    colour = icc.build(profile) if profile else b""
    return _file(chunk(b"VP8X", canvas) + chunk(b"ICCP", colour) + pictures + chunk(b"EXIF", mark))


def with_packet(data: bytes, packet: bytes) -> bytes:
    """A file of ours with an XMP packet at its end, in the long form. Raises Held."""
    found = list(chunks(data))
    named = first_of_each(found)
    if b"VP8X" in named:
        canvas, found = named[b"VP8X"], found[1:]
    else:
        picture = bit_stream(named, extended=False)
        size = (picture.width - 1).to_bytes(3, "little") + (picture.height - 1).to_bytes(3, "little")
        canvas = bytes((FLAG_ALPHA * picture.has_alpha, 0, 0, 0)) + size
    head = chunk(b"VP8X", bytes((canvas[0] | FLAG_XMP,)) + canvas[1:])
    return _file(head + b"".join(chunk(*part) for part in found) + chunk(b"XMP ", packet))


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk, padded; nothing for empty content."""
    if not content:
        return b""
    return struct.pack("<4sI", name, len(content)) + content + b"\0" * (len(content) % 2)


def _file(body: bytes) -> bytes:
    return struct.pack("<4sI4s", b"RIFF", 4 + len(body), b"WEBP") + body
