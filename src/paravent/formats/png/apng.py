"""Animated PNG: every frame put together to a whole picture, covered, and written anew.

Frames are written in true colour, only where they differ from the covered frame before. Durations are kept to the
millisecond, the number of plays as it is. A default image that is no frame (shown only where animations are not) is not
written: nobody sees it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from paravent.errors import Held
from paravent.formats.png import chunks as png_chunks
from paravent.formats.png import pixels as png_pixels
from paravent.formats.png.colour import stated_profile
from paravent.formats.shared.animation import LONGEST, Dispose, Frame, changed, composed, in_one_colour
from paravent.formats.shared.sample_source import Decoded, Encoder, OnePage, SampleSource
from paravent.formats.shared.samples import rgba
from paravent.formats.shared.stated import read_orientation
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples, Samples, eight_bits
from paravent.redact.masks import Mask

_CONTROL = ">IIIIIHHBB"  # W3C PNG third edition, 11.3.6.2
_PER_SECOND = 1000


@dataclass(slots=True)
class PngFrame:
    """One frame as it stands in the file. duration: milliseconds. data: its zlib stream."""

    left: int
    top: int
    width: int
    height: int
    duration: int
    dispose: Dispose
    over: bool
    data: bytes = b""


def read_frames(canvas: png_chunks.PngHeader, parts: Sequence[tuple[bytes, bytes]]) -> list[PngFrame]:
    """The frames, in order. Raises Held where their numbers, places or count are not as they must be."""
    frames: list[PngFrame] = []
    pieces: list[list[bytes]] = []
    sequence = 0
    for name, content in parts:
        if name in (b"fcTL", b"fdAT"):
            if len(content) < 4 or int.from_bytes(content[:4], "big") != sequence:
                raise Held("damaged")
            sequence += 1
        if name == b"fcTL":
            frames.append(_control(canvas, content))
            pieces.append([])
        elif frames and name in (b"fdAT", b"IDAT"):
            pieces[-1].append(content[4:] if name == b"fdAT" else content)
    stated = next(content for name, content in parts if name == b"acTL")
    number = int.from_bytes(stated[:4], "big")
    frames = frames[:number]  # nobody shows those beyond the number stated
    if len(stated) != 8 or number != len(frames) or not all(pieces[:number]) or not frames:
        raise Held("damaged")
    for frame, data in zip(frames, pieces, strict=False):
        frame.data = b"".join(data)
    return frames


def _control(canvas: png_chunks.PngHeader, content: bytes) -> PngFrame:
    if len(content) != struct.calcsize(_CONTROL):
        raise Held("damaged")
    _, width, height, left, top, number, unit, dispose, blend = struct.unpack(_CONTROL, content)
    inside = left + width <= canvas.width and top + height <= canvas.height
    if not (width and height and inside) or dispose > 2 or blend > 1:
        raise Held("damaged")
    duration = min(round(_PER_SECOND * number / (unit or 100)), LONGEST)
    return PngFrame(left, top, width, height, duration, Dispose(dispose), bool(blend))


class ApngSource(SampleSource):
    """An animation of 8 bits. One of a single frame is written as a still picture."""

    def __init__(
        self,
        name: str,
        header: png_chunks.PngHeader,
        chunks: Mapping[bytes, bytes],
        frames: list[PngFrame],
        packet: bytes,
        limits: StillLimits,
    ) -> None:
        if header.bits == 16:
            raise Held("deep-colour", format="APNG", bits=16)
        moving = len(frames) > 1
        super().__init__(
            name,
            [(header.width, header.height)] * len(frames),
            limits,
            orientation=read_orientation(chunks.get(b"eXIf", b""), packet),
            exact=True,
            timing=tuple(frame.duration for frame in frames) if moving else (),
            loop=int.from_bytes(chunks[b"acTL"][4:8], "big") if moving else 1,
        )
        self._header = header
        self._chunks = chunks
        self._frames = frames

    def _decode(self) -> Decoded:
        pages = composed(self._parts(), self._header.width, self._header.height)
        return in_one_colour(pages, stated_profile(self._chunks))

    def _parts(self) -> Iterator[Frame]:
        for frame in self._frames:
            header = replace(self._header, width=frame.width, height=frame.height)
            samples = eight_bits(rgba(png_chunks.with_alpha(header, {**self._chunks, b"IDAT": frame.data})))
            yield Frame(frame.left, frame.top, samples, frame.over, frame.dispose)

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        marks = [png_chunks.profile_chunk(profile), png_chunks.mark_chunk(self.orientation)]
        if self.moving:
            return _ApngEncoder(marks, self.timing, self._loop)
        return OnePage(
            lambda samples: png_chunks.assemble(
                png_pixels.header_of(samples), [*marks, (b"IDAT", png_pixels.drawing(eight_bits(samples)))]
            )
        )


class _ApngEncoder:
    """Writes an animation; see `sample_source.Encoder`."""

    def __init__(self, marks: list[tuple[bytes, bytes]], timing: tuple[int, ...], loop: int) -> None:
        self._marks = marks
        self._timing = timing
        self._loop = loop
        self._before: Samples | None = None
        self._header = png_chunks.PngHeader(0, 0, 8, png_chunks.RGB)
        self._parts: list[tuple[bytes, bytes]] = []
        self._sequence = 0
        self._frames = 0

    def add(self, samples: DeepSamples, mask: Mask) -> DeepSamples:
        """Keep what differs from the frame before."""
        page = eight_bits(samples)
        left, top, right, bottom = changed(self._before, page)
        place = (right - left, bottom - top, left, top)
        shown = (self._timing[self._frames], _PER_SECOND)
        self._append(b"fcTL", struct.pack(">IIIIHHBB", *place, *shown, Dispose.KEEP.value, 0))
        pixels = png_pixels.drawing(np.ascontiguousarray(page[top:bottom, left:right]))
        if self._before is None:
            self._header = png_pixels.header_of(page)
            self._parts.append((b"IDAT", pixels))
        else:
            self._append(b"fdAT", pixels)
        self._before = page
        self._frames += 1
        return samples

    def finish(self) -> bytes:
        """The whole file."""
        control = (b"acTL", struct.pack(">II", self._frames, self._loop))
        return png_chunks.assemble(self._header, [control, *self._marks, *self._parts])

    def _append(self, name: bytes, content: bytes) -> None:
        self._parts.append((name, struct.pack(">I", self._sequence) + content))
        self._sequence += 1
