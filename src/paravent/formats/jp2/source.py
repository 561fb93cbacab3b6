"""JPEG 2000: grey and RGB, with or without alpha, 8 to 16 bits a colour; JP2 files and bare code streams.

The copy is a JP2. Sources whose wavelets lose nothing stay so, others are encoded anew at a fixed quality. 8 bits go
through Pillow; 9 to 16 through imagecodecs, the extra `deep`, because Pillow would make them 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Jpeg2KImagePlugin

from paravent.containers import signatures
from paravent.containers.isobmff import box, boxes
from paravent.containers.items import Property
from paravent.errors import Held
from paravent.formats import extras
from paravent.formats.base import OTHERS_LEFT
from paravent.formats.heif.source import full_range
from paravent.formats.jp2 import codestream as j2k
from paravent.formats.jp2.spec import JP2
from paravent.formats.shared import icc
from paravent.formats.shared.decoding import DECODER_ERRORS, check_bytes
from paravent.formats.shared.sample_source import Decoded, Encoder, OnePage, SampleSource
from paravent.formats.shared.samples import as_image, erase_transparent, in_standard_colour, under_transparent
from paravent.model.limits import StillLimits
from paravent.model.report import Finding
from paravent.model.samples import DeepSamples
from paravent.redact.masks import Mask

REENCODED = "re-encoded-lossy"
_SRGB, _GREY = 16, 17  # ISO/IEC 15444-1, table I.10
_QUALITY = 48  # decibels
_PLAIN_BITS, _MOST_BITS = 8, 16


@dataclass(frozen=True, slots=True)
class _File:
    """A source taken apart. profile: as `samples.in_standard_colour` takes it."""

    stream: bytes
    head: j2k.CodestreamHeader
    profile: bytes | None
    others: bool

    @property
    def alpha(self) -> bool:
        return self.head.channels in (2, 4)


def open_file(data: bytes, limits: StillLimits) -> SampleSource:
    """Read the boxes and the header of the code stream. Raises Held, also where a library is not installed."""
    check_bytes(data, limits)
    return _Jp2Source(_read(data), limits)


class _Jp2Source(SampleSource):
    def __init__(self, file: _File, limits: StillLimits) -> None:
        head = file.head
        super().__init__(JP2.name, [(head.width, head.height)], limits, exact=head.reversible)
        if not _PLAIN_BITS <= head.bits <= _MOST_BITS:
            raise Held("deep-colour", format=JP2.name, bits=head.bits)
        if head.bits > _PLAIN_BITS:
            _library()
        self._file = file

    def _decode(self) -> Decoded:
        samples = _decoded(self._file)
        colour = np.ascontiguousarray(samples[..., :-1]) if self._file.alpha else samples
        colour, profile, remarks = in_standard_colour(colour, self._file.profile)
        hidden: tuple[Finding, ...] = ()
        if self._file.alpha:
            colour = np.concatenate([colour, samples[..., -1:]], axis=2)
            hidden = under_transparent(erase_transparent(colour))
        remarks += () if self._exact else (REENCODED,)
        return Decoded((colour,), profile, remarks + (OTHERS_LEFT,) * self._file.others, hidden)

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        bits = self._file.head.bits
        if bits == _PLAIN_BITS:
            return OnePage(lambda samples: _wrapped(_encode_plain(samples, exact=self._exact), profile))
        return _DeepPage(bits, profile, exact=self._exact)


class _DeepPage:
    """An `Encoder` for more than 8 bits: what stands in the file has the source's depth."""

    def __init__(self, bits: int, profile: str, *, exact: bool) -> None:
        self._bits, self._profile, self._exact = bits, profile, exact
        self._data = b""

    def add(self, samples: DeepSamples, mask: Mask) -> DeepSamples:
        """See `sample_source.Encoder.add`."""
        lower = np.uint16(_MOST_BITS - self._bits)
        stored = samples.astype(np.uint16) >> lower
        erase_transparent(stored)  # a trace of alpha may have become none
        self._data = _wrapped(_encode_deep(stored, self._bits, exact=self._exact), self._profile)
        return full_range(stored << lower, self._bits)

    def finish(self) -> bytes:
        """See `sample_source.Encoder.finish`."""
        return self._data


# --- reading


def _read(data: bytes) -> _File:
    if data.startswith(j2k.START):
        head, stream = j2k.read(data)
        return _File(stream, head, None, False)
    top = _top(data)
    header = next((content for name, content in top if name == b"jp2h"), None)
    streams = [content for name, content in top if name == b"jp2c"]
    if header is None or not streams or not streams[0].startswith(j2k.START):
        raise Held("damaged")
    head, stream = j2k.read(streams[0])
    inside = list(boxes(header))
    if any(name in (b"pclr", b"cmap") for name, _ in inside):
        raise Held("encoding", detail="JPEG 2000 palette")
    definitions = next((content for name, content in inside if name == b"cdef"), None)
    _check_channels(definitions, head.channels)
    return _File(stream, head, _profile([content for name, content in inside if name == b"colr"]), len(streams) > 1)


def _top(data: bytes) -> list[Property]:
    """The boxes of the file; what can be no box ends it once there is a code stream. Raises Held."""
    found: list[Property] = []
    try:
        for one in boxes(data):  # those before a broken one are kept
            found.append(one)
    except Held:
        if not any(name == b"jp2c" for name, _ in found):
            raise
    return found


def _check_channels(definitions: bytes | None, channels: int) -> None:
    """Colours must come first and in order, then alpha that is not premultiplied. Raises Held."""
    if definitions is None:
        return
    if definitions != _definitions(channels):
        raise Held("encoding", detail="JPEG 2000 cdef")


def _definitions(channels: int) -> bytes:
    """A `cdef` box's content (I.5.3.6): number, kind (0 colour, 1 alpha) and what it belongs to (0: all)."""
    alpha = channels in (2, 4)
    rows = [(i, 0, i + 1) for i in range(channels - alpha)] + [(channels - 1, 1, 0)] * alpha
    return b"".join(value.to_bytes(2, "big") for value in (channels, *(value for row in rows for value in row)))


def _profile(colours: list[bytes]) -> bytes | None:
    """What the colours mean, as `samples.in_standard_colour` takes it. Raises Held for a space that is not read."""
    stated = colours[0] if colours else b"\1\0\0" + _SRGB.to_bytes(4, "big")
    if len(stated) >= 7 and stated[0] == 1 and int.from_bytes(stated[3:7], "big") in (_SRGB, _GREY):
        return None
    if stated[:1] == b"\2":
        return stated[3:]
    raise Held("encoding", detail="JPEG 2000 colr")


def _decoded(file: _File) -> DeepSamples:
    """(h, w, c), 16 bits at full range. The decoder sees a file of ours with the stream, nothing else of the source."""
    bits, size = file.head.bits, (file.head.height, file.head.width, file.head.channels)
    data = _boxed(file.stream, file.head, _enumerated(file.head.channels))
    try:
        if bits == _PLAIN_BITS:
            samples: DeepSamples = np.array(Jpeg2KImagePlugin.Jpeg2KImageFile(BytesIO(data)))
        else:
            samples = np.array(_library().jpeg2k_decode(data, numthreads=1))
    except (RuntimeError, *DECODER_ERRORS):
        raise Held("damaged") from None
    if samples.size != size[0] * size[1] * size[2] or samples.dtype != (np.uint8 if bits == _PLAIN_BITS else np.uint16):
        raise Held("damaged")
    samples = samples.reshape(size)
    if bits == _PLAIN_BITS:
        return samples
    return full_range(samples.astype(np.uint16) << np.uint16(_MOST_BITS - bits), bits)


# --- writing


def _encode_plain(samples: DeepSamples, *, exact: bool) -> bytes:
    out = BytesIO()
    quality = {} if exact else {"quality_mode": "dB", "quality_layers": [_QUALITY]}
    as_image(samples).save(out, "JPEG2000", irreversible=not exact, no_jp2=True, mct=int(samples.shape[2] > 2), **quality)
    return out.getvalue()


def _encode_deep(samples: DeepSamples, bits: int, *, exact: bool) -> bytes:
    flat = samples[..., 0] if samples.shape[2] == 1 else samples
    encoded: bytes = _library().jpeg2k_encode(
        np.ascontiguousarray(flat),
        level=0 if exact else _QUALITY,
        codecformat="j2k",
        bitspersample=bits,
        reversible=exact,
        numthreads=1,
    )
    return encoded


def _wrapped(stream: bytes, profile: str) -> bytes:
    """The encoder's stream, without its signature, in a file of our own."""
    head, cleaned = j2k.read(stream)
    colour = b"\2\0\0" + icc.build(profile) if profile else _enumerated(head.channels)
    return _boxed(cleaned, head, colour)


def _enumerated(channels: int) -> bytes:
    return b"\1\0\0" + (_GREY if channels < 3 else _SRGB).to_bytes(4, "big")


def _boxed(stream: bytes, head: j2k.CodestreamHeader, colour: bytes) -> bytes:
    """A JP2 file (Annex I): signature, file type, header with size, colour and channels where there is alpha, stream."""
    size = head.height.to_bytes(4, "big") + head.width.to_bytes(4, "big") + head.channels.to_bytes(2, "big")
    channels = box(b"cdef", _definitions(head.channels)) if head.channels in (2, 4) else b""
    header = box(b"ihdr", size, bytes((head.bits - 1, 7, 0, 0))) + box(b"colr", colour) + channels
    return signatures.JP2 + box(b"ftyp", b"jp2 ", bytes(4), b"jp2 ") + box(b"jp2h", header) + box(b"jp2c", stream)


def _library() -> Any:
    return extras.library(JP2.deep_extra, f"{JP2.title}, 16 bits")
