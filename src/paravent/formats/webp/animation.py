"""Animated WebP: every frame put together to a whole picture, covered, and written anew.

Frames are written only where they differ from the covered frame before; all lossless where all of the source were, else all
lossy. Durations and the number of plays are kept; the background colour, which viewers ignore, is not.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from paravent.errors import Held
from paravent.formats.shared.animation import LONGEST, Dispose, Frame, changed, composed, in_one_colour
from paravent.formats.shared.decoding import check_sizes
from paravent.formats.shared.quality import chosen
from paravent.formats.shared.sample_source import Decoded, Encoder, SampleSource
from paravent.formats.shared.samples import rgba
from paravent.formats.shared.stated import read_orientation, read_profile
from paravent.formats.webp import chunks as webp_chunks
from paravent.formats.webp.picture import LossyCoder, one_picture
from paravent.formats.webp.slack import behind_streams
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples, Samples, eight_bits
from paravent.redact.masks import Mask

REENCODED = "re-encoded-lossy"

_HEAD = 16  # RFC 9649, 2.7.1.1: bytes of ANMF in front of the frame's own chunks
_DISPOSE, _REPLACE = 0x01, 0x02
_GRID = 2  # frames begin at even pixels


@dataclass(frozen=True, slots=True)
class _WebpFrame:
    """One frame as it stands in the file. duration: milliseconds."""

    left: int
    top: int
    duration: int
    over: bool
    dispose: Dispose
    picture: webp_chunks.BitStream


class AnimatedWebpSource(SampleSource):
    """An animation. One of a single frame is written as a still picture."""

    def __init__(self, name: str, parts: Sequence[tuple[bytes, bytes]], limits: StillLimits) -> None:
        chunks = webp_chunks.first_of_each(parts)
        size = webp_chunks.canvas_size(chunks[b"VP8X"])
        frames = [_frame(content) for name, content in parts if name == b"ANMF"]
        check_sizes([(frame.picture.width, frame.picture.height) for frame in frames], limits)
        control = chunks.get(b"ANIM", b"")
        if not frames or len(control) < 6:
            raise Held("damaged")
        moving = len(frames) > 1
        super().__init__(
            name,
            [size] * len(frames),
            limits,
            orientation=read_orientation(chunks.get(b"EXIF", b""), chunks.get(b"XMP ", b"")),
            exact=all(frame.picture.lossless for frame in frames),
            timing=tuple(frame.duration for frame in frames) if moving else (),
            loop=int.from_bytes(control[4:6], "little") if moving else 1,
        )
        self._size = size
        self._frames = frames
        self._profile = chunks.get(b"ICCP") or read_profile(chunks.get(b"EXIF", b""))

    def _decode(self) -> Decoded:
        decoded = in_one_colour(composed(self._parts(), *self._size), self._profile)
        found = decoded.findings + behind_streams(frame.picture for frame in self._frames)
        remarks = decoded.remarks if self._exact else (*decoded.remarks, REENCODED)
        return replace(decoded, remarks=remarks, findings=found)

    def _parts(self) -> Iterator[Frame]:
        for frame in self._frames:
            samples = eight_bits(rgba(webp_chunks.decode(frame.picture)))
            yield Frame(frame.left, frame.top, samples, frame.over, frame.dispose)

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        if self.moving:
            return _AnimationEncoder(profile, self.orientation, self.timing, self._loop, self._exact)
        return one_picture(profile, self.orientation, exact=self._exact)


def _frame(content: bytes) -> _WebpFrame:
    """Read ANMF. Raises Held where it is broken."""
    if len(content) < _HEAD:
        raise Held("damaged")
    left, top, width, height, duration = (int.from_bytes(content[i : i + 3], "little") for i in range(0, 15, 3))
    picture = webp_chunks.bit_stream(webp_chunks.first_of_each(webp_chunks.parts(content[_HEAD:])), extended=True)
    if (picture.width, picture.height) != (width + 1, height + 1):
        raise Held("damaged")
    over, dispose = not content[15] & _REPLACE, Dispose.CLEAR if content[15] & _DISPOSE else Dispose.KEEP
    return _WebpFrame(left * _GRID, top * _GRID, min(duration, LONGEST), over, dispose, picture)


class _AnimationEncoder:
    """Writes an animation; see `sample_source.Encoder`."""

    def __init__(self, profile: str, orientation: int, timing: tuple[int, ...], loop: int, lossless: bool) -> None:
        self._marks = profile, orientation
        self._timing = timing
        self._control = webp_chunks.chunk(b"ANIM", struct.pack("<IH", 0, loop))
        self._lossless = lossless
        self._quality: int | None = None  # of a lossy animation: that of its first picture
        self._before: Samples | None = None
        self._size = (0, 0)
        self._frames: list[bytes] = []
        self._alpha = False

    def add(self, samples: DeepSamples, mask: Mask) -> DeepSamples:
        """Keep what differs from the frame before."""
        page = eight_bits(samples)
        left, top, right, bottom = changed(self._before, page, _GRID)
        part: DeepSamples = np.ascontiguousarray(page[top:bottom, left:right])
        if not self._lossless:
            coder = LossyCoder()
            self._quality = chosen(page, mask, coder) if self._before is None else self._quality
            part = coder.given(part)
        picture = webp_chunks.encode(part, self._quality)
        numbers = (left // _GRID, top // _GRID, right - left - 1, bottom - top - 1, self._timing[len(self._frames)])
        head = b"".join(number.to_bytes(3, "little") for number in numbers) + bytes((_REPLACE,))
        self._frames.append(webp_chunks.chunk(b"ANMF", head + picture.pack()))
        self._alpha |= picture.has_alpha
        self._before, self._size = page, (page.shape[1], page.shape[0])
        return samples

    def finish(self) -> bytes:
        """The whole file."""
        flags = webp_chunks.FLAG_ANIMATION | webp_chunks.FLAG_ALPHA * self._alpha
        return webp_chunks.extended(flags, self._size, self._control + b"".join(self._frames), *self._marks)
