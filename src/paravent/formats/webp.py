"""WebP: lossy and lossless still pictures, with or without alpha.

Lossy pictures are encoded anew at a fixed quality, lossless ones stay so. The copy's RIFF container is built here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from io import BytesIO

import numpy as np

from paravent.errors import Held
from paravent.formats import icc
from paravent.formats.base import DeepSamples, Limits
from paravent.formats.decoding import check_bytes, load, open_image
from paravent.formats.exif_mark import orientation_exif, read_orientation
from paravent.formats.samples import (
    Decoded,
    Encoder,
    OnePage,
    SampleSource,
    as_image,
    erase_transparent,
    in_standard_colour,
)

REENCODED = "re-encoded-lossy"

_MAX_CHUNKS = 10_000
_LOSSY = {"lossless": False, "quality": 90, "alpha_quality": 100, "method": 4, "exact": False}
# For lossless data "quality" is effort; method 1 would take three times as long and save a fifth.
_LOSSLESS = {"lossless": True, "quality": 50, "method": 0, "exact": True}
# RFC 9649, 2.7: bits of the VP8X flags.
_FLAG_ANIMATION, _FLAG_EXIF, _FLAG_ALPHA, _FLAG_PROFILE = 0x02, 0x08, 0x10, 0x20


@dataclass(frozen=True, slots=True)
class _Frame:
    """The picture's bit stream. kind: VP8 (lossy) or VP8L."""

    kind: bytes
    stream: bytes
    alpha: bytes
    width: int
    height: int
    has_alpha: bool


class WebpFormat:
    """WebP files."""

    name = "WebP"

    def sniff(self, head: bytes) -> bool:
        """Whether the file begins as a RIFF container of WebP."""
        return head[:4] == b"RIFF" and head[8:12] == b"WEBP"

    def open(self, data: bytes, limits: Limits) -> SampleSource:
        """Read the container and the header of the bit stream. Raises Held."""
        check_bytes(data, limits)
        chunks = _chunks(data)
        flags = int.from_bytes(chunks.get(b"VP8X", b"")[:1], "little")
        if flags & _FLAG_ANIMATION or {b"ANIM", b"ANMF"} & chunks.keys():
            raise Held("animated")
        frame = _frame(chunks)
        return _WebpSource(frame, chunks.get(b"ICCP"), read_orientation(chunks.get(b"EXIF", b"")), limits)


WEBP = WebpFormat()


class _WebpSource(SampleSource):
    def __init__(self, frame: _Frame, profile: bytes | None, orientation: int, limits: Limits) -> None:
        exact = frame.kind == b"VP8L"
        super().__init__(WEBP.name, [(frame.width, frame.height)], limits, orientation=orientation, exact=exact)
        self._frame = frame
        self._profile = profile

    def _decode(self) -> Decoded:
        image = open_image(_file(self._frame, b"", b""), WEBP.name)
        if image.size != (self._frame.width, self._frame.height):
            raise Held("damaged")
        samples = load(image, "RGBA" if self._frame.has_alpha else "RGB")
        colour, profile, remarks = in_standard_colour(np.ascontiguousarray(samples[..., :3]), self._profile)
        if self._frame.has_alpha:
            colour = np.concatenate([colour, samples[..., 3:]], axis=2)
        erase_transparent(colour)
        return Decoded((colour,), profile, remarks if self._exact else (*remarks, REENCODED))

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        return OnePage(lambda samples: self._encode(samples, profile))

    def _encode(self, samples: DeepSamples, profile: str) -> bytes:
        buffer = BytesIO()
        as_image(samples).save(buffer, "WEBP", **(_LOSSLESS if self._exact else _LOSSY))
        mark = orientation_exif(self.orientation) if self.orientation != 1 else b""
        return _file(_frame(_chunks(buffer.getvalue())), icc.build(profile) if profile else b"", mark)


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """The first chunk of each type inside the RIFF size; what lies behind it is nobody's. Raises Held."""
    if len(data) < 12 or not WEBP.sniff(data):
        raise Held("damaged")
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data):
        raise Held("damaged")
    found: dict[bytes, bytes] = {}
    position = 12
    for _ in range(_MAX_CHUNKS):
        if position + 8 > end:
            return found
        name, length = struct.unpack_from("<4sI", data, position)
        if position + 8 + length > end:
            raise Held("damaged")
        found.setdefault(name, data[position + 8 : position + 8 + length])
        position += 8 + length + length % 2
    raise Held("damaged")


def _frame(chunks: dict[bytes, bytes]) -> _Frame:
    """The still picture. Raises Held where its header is broken or disagrees with the container's."""
    if b"VP8L" in chunks:
        frame = _lossless_frame(chunks[b"VP8L"])
    elif b"VP8 " in chunks:
        frame = _lossy_frame(chunks[b"VP8 "], chunks.get(b"ALPH", b"") if b"VP8X" in chunks else b"")
    else:
        raise Held("damaged")
    canvas = chunks.get(b"VP8X")
    if canvas is not None:
        if len(canvas) != 10:
            raise Held("damaged")
        size = (1 + int.from_bytes(canvas[4:7], "little"), 1 + int.from_bytes(canvas[7:10], "little"))
        if size != (frame.width, frame.height):
            raise Held("damaged")
    return frame


def _lossless_frame(stream: bytes) -> _Frame:
    """RFC 9649, 3.4: signature, 14 bits width - 1, 14 bits height - 1, 1 bit alpha, 3 bits version."""
    if len(stream) < 5 or stream[0] != 0x2F:
        raise Held("damaged")
    bits = int.from_bytes(stream[1:5], "little")
    if bits >> 29:
        raise Held("encoding", detail="WebP")
    return _Frame(b"VP8L", stream, b"", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF), bool(bits >> 28 & 1))


def _lossy_frame(stream: bytes, alpha: bytes) -> _Frame:
    """RFC 6386, 9.1: a key frame's tag, start code, 14 bits width and 14 bits height."""
    if len(stream) < 10 or stream[0] & 1 or stream[3:6] != b"\x9d\x01\x2a":
        raise Held("damaged")
    width, height = struct.unpack_from("<HH", stream, 6)
    return _Frame(b"VP8 ", stream, alpha, width & 0x3FFF, height & 0x3FFF, bool(alpha))


def _file(frame: _Frame, profile: bytes, mark: bytes) -> bytes:
    """A container of the given parts, in the order RFC 9649, 2.7 wants; the short form where nothing else is there."""
    body = (
        _chunk(b"ICCP", profile) + _chunk(b"ALPH", frame.alpha) + _chunk(frame.kind, frame.stream) + _chunk(b"EXIF", mark)
    )
    if profile or frame.alpha or mark:
        flags = _FLAG_PROFILE * bool(profile) | _FLAG_ALPHA * frame.has_alpha | _FLAG_EXIF * bool(mark)
        size = (frame.width - 1).to_bytes(3, "little") + (frame.height - 1).to_bytes(3, "little")
        body = _chunk(b"VP8X", bytes((flags, 0, 0, 0)) + size) + body
    return struct.pack("<4sI4s", b"RIFF", 4 + len(body), b"WEBP") + body


def _chunk(name: bytes, content: bytes) -> bytes:
    if not content:
        return b""
    return struct.pack("<4sI", name, len(content)) + content + b"\0" * (len(content) % 2)
