"""Sound: copied packet by packet where nothing else can be in them, else encoded anew; or made harder to recognise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import av
from av.error import FFmpegError

from paravent.codecs import aac, opus
from paravent.containers.isobmff import box
from paravent.errors import Held
from paravent.video.mp4 import aac_configuration, audio_entry
from paravent.video.source import Sound, SoundPacket

# ISO/IEC 14496-3, table 4.85: kinds of elements that may begin a packet of AAC, and those that carry no sound.
_AAC_SOUND = (0, 1, 3)
_AAC_DATA, _AAC_FILL = 4, 6
_RATE = 96_000  # bits a second for each channel
_AAC_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_OPUS_PARTS = 400  # of a second: the shortest packet
_AAC_FRAME = 1024  # samples
# A voice is raised by this factor, and what is above `_HIGHEST` Hz is taken away.
_RAISED = 1.22
_HIGHEST = 5500


@dataclass(frozen=True, slots=True)
class Heard:
    """A packet to be written; times in ticks of the track's time base."""

    content: bytes
    pts: int
    duration: int


@dataclass(frozen=True, slots=True)
class Setup:
    """What a container says of a track. name: "aac" or "opus". private: the codec's own setup."""

    name: str
    private: bytes
    channels: int
    rate: int
    time_base: Fraction

    def entry(self) -> bytes:
        """The sample entry in an MP4."""
        if self.name == "aac":
            return audio_entry(b"mp4a", aac_configuration(self.private), self.channels, self.rate)
        head = self.private[9:]  # OpusHead without its name and version, little-endian there, big-endian here
        swapped = head[:1] + head[1:3][::-1] + head[3:7][::-1] + head[7:9][::-1] + head[9:]
        return audio_entry(b"Opus", box(b"dOps", b"\0", swapped), self.channels, self.rate)


def setup_of(one: Sound) -> bytes | None:
    """A codec's setup, written anew from what it means; None where it means what cannot be written, or nothing."""
    if one.name == "aac":
        return aac.written(one.setup, one.rate)
    return opus.written(one.setup) if one.name == "opus" else None


def may_be_copied(name: str, content: bytes) -> bool:
    """Whether a packet holds sound and no room for anything else, as far as that can be told without decoding it."""
    if name == "aac":
        return bool(content) and bool(_aac(content))
    if name == "opus":
        return opus.is_full(content)
    return False


def copied(name: str, content: bytes) -> bytes:
    """A packet as it is to be written: what stands before the sound and is no sound is left out."""
    return _aac(content) if name == "aac" else content


def _aac(content: bytes) -> bytes:
    """A packet of AAC without the fill and data elements in front, which state their lengths; empty if nothing is left."""
    total = 8 * len(content)
    value = int.from_bytes(content, "big")
    at = 0

    def take(count: int) -> int:
        nonlocal at
        at += count
        return value >> max(0, total - at) & ((1 << count) - 1)

    while at + 7 <= total:
        start = at
        kind = take(3)
        if kind in _AAC_SOUND:
            if start == 0:
                return content
            left = total - start
            return ((value & ((1 << left) - 1)) << (-left % 8)).to_bytes(-(-left // 8), "big")
        if kind == _AAC_FILL:
            count = take(4)
            count += take(8) - 1 if count == 15 else 0
            at += 8 * count
        elif kind == _AAC_DATA:
            _tag, aligned, count = take(4), take(1), take(8)
            count += take(8) if count == 255 else 0
            at += -at % 8 * aligned + 8 * count
        else:
            return b""
    return b""


class SoundCopier:
    """Passes packets on. Times count in samples, also where the source's ticks are coarser."""

    def __init__(self, one: Sound, setup: bytes, start: Fraction) -> None:
        """setup: `setup_of` it. start: seconds at which it begins to be heard."""
        self.setup = Setup(one.name, setup, one.channels, one.rate, Fraction(1, one.rate))
        self._base = one.time_base
        self._began = False
        self._frame = _AAC_FRAME if one.name == "aac" else one.rate // _OPUS_PARTS
        # Samples before the sound begins: of Opus stated (RFC 7845, 5.1), of AAC a packet, as encoders have it.
        run_up = int.from_bytes(setup[10:12], "little") if one.name == "opus" else _AAC_FRAME
        self._next = round(start * one.rate) - run_up

    def take(self, packet: SoundPacket) -> Iterator[Heard]:
        """The packet, bit by bit, but for what `copied` leaves out."""
        rate = self.setup.rate
        pts = round(packet.pts * self._base * rate)
        if pts - self._next <= 2 * self._base * rate and (self._began or self._next - pts <= 2 * self._base * rate):
            pts = self._next  # what would overlap follows too
        self._began = True
        length = max(1, round(packet.duration * self._base * rate / self._frame)) * self._frame
        self._next = pts + length
        yield Heard(copied(self.setup.name, packet.content), pts, length)

    def finish(self) -> Iterator[Heard]:
        """Nothing is kept back."""
        return iter(())


class SoundEncoder:
    """Decodes and encodes anew, as AAC. disguise: make voices harder to recognise."""

    def __init__(self, one: Sound, *, disguise: bool) -> None:
        self._source = one
        self._disguise = disguise
        self._rate = one.rate if one.rate in _AAC_RATES else 48_000
        self._chain: Disguise | None = None
        self._layout = _layout(one.channels)
        context = av.CodecContext.create("aac", "w")
        context.sample_rate, context.layout = self._rate, self._layout
        context.format = "fltp"
        context.bit_rate = _RATE * max(1, min(one.channels, 2))
        context.time_base = Fraction(1, self._rate)
        context.thread_count = 1
        context.flags |= av.codec.context.Flags.global_header | av.codec.context.Flags.bitexact
        context.open()
        self._context = context
        self._resampler = av.AudioResampler(context.format.name, self._layout, self._rate, context.frame_size)
        self.setup = Setup("aac", bytes(context.extradata or b""), context.channels, self._rate, Fraction(1, self._rate))

    def take(self, packet: SoundPacket) -> Iterator[Heard]:
        """What comes out for a packet. Raises Held."""
        try:
            frames = cast("list[av.AudioFrame]", packet.packet.decode())
        except FFmpegError as error:
            raise Held("film-damaged") from error
        for frame in frames:
            yield from self._frame(frame)

    def finish(self) -> Iterator[Heard]:
        """What is still inside."""
        if self._chain is not None:
            for frame in self._chain.finish():
                yield from self._resampled(frame)
        yield from self._resampled(None)
        yield from self._coded(None)

    def _frame(self, frame: av.AudioFrame) -> Iterator[Heard]:
        if not self._disguise:
            yield from self._resampled(frame)
            return
        if self._chain is None:
            self._chain = Disguise(frame)
        for changed in self._chain.take(frame):
            yield from self._resampled(changed)

    def _resampled(self, frame: av.AudioFrame | None) -> Iterator[Heard]:
        for part in self._resampler.resample(frame):
            yield from self._coded(part)

    def _coded(self, frame: av.AudioFrame | None) -> Iterator[Heard]:
        for packet in self._context.encode(frame):
            yield Heard(bytes(packet), packet.pts or 0, packet.duration or 0)


class Disguise:
    """Raises voices and takes away what is highest, at the same speed."""

    def __init__(self, frame: av.AudioFrame) -> None:
        """frame: the first."""
        graph = av.filter.Graph()
        graph.threads = 1
        source = graph.add_abuffer(template=None, sample_rate=frame.sample_rate, format=frame.format, layout=frame.layout)
        steps = (
            ("asetrate", str(round(frame.sample_rate * _RAISED))),
            ("aresample", str(frame.sample_rate)),
            ("atempo", f"{1 / _RAISED:.6f}"),
            ("lowpass", f"f={_HIGHEST}"),
        )
        last = source
        for name, arguments in steps:
            step = graph.add(name, arguments)
            last.link_to(step)
            last = step
        last.link_to(graph.add("abuffersink"))
        graph.configure()
        self._graph = graph
        self._first = frame.pts or 0
        self._base = frame.time_base
        self._rate = frame.sample_rate
        self._count = 0

    def take(self, frame: av.AudioFrame) -> Iterator[av.AudioFrame]:
        """What comes out for a frame."""
        frame.pts = None
        self._graph.push(frame)
        yield from self._pulled()

    def finish(self) -> Iterator[av.AudioFrame]:
        """What is still inside."""
        self._graph.push(None)
        yield from self._pulled()

    def _pulled(self) -> Iterator[av.AudioFrame]:
        while True:
            try:
                frame = cast(av.AudioFrame, self._graph.pull())
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            start = round(self._first * Fraction(self._base or Fraction(1, self._rate)) * self._rate)
            frame.pts, frame.time_base = start + self._count, Fraction(1, self._rate)
            self._count += frame.samples
            yield frame


def _layout(channels: int) -> str:
    return {1: "mono", 2: "stereo", 6: "5.1"}.get(channels, "stereo")
