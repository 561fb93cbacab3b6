"""Reads a video: its facts, its frames in the order they are shown, the packets of its sound. libav gets an open file only.

Demuxers and decoders are named one by one; nothing is opened by name or address; only pictures and sound are read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, BinaryIO, TypeAlias, cast

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray
from PIL import Image

from paravent.detect.base import Pixels
from paravent.detect.renderings import PLAIN, SAMPLED, Rendering, all_shown, further, rendered
from paravent.errors import Held
from paravent.model.limits import VideoLimits
from paravent.video import framing, lights, structure, turning
from paravent.video.framing import WHOLE, Crop
from paravent.video.presenting import Presenter
from paravent.video.scaling import Scaler
from paravent.video.timing import BY_ORDER, LEAPING, FrameClock, PacketClock
from paravent.video.turning import Turn

Plane: TypeAlias = NDArray[np.unsignedinteger[Any]]

# Kind of video -> libav's demuxer.
DEMUXERS = {
    "MP4": "mov",
    "QuickTime": "mov",
    "3GP": "mov",
    "Matroska": "matroska",
    "WebM": "matroska",
    "AVI": "avi",
    "MPEG-TS": "mpegts",
}
PICTURE_CODECS = ("h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mpeg2video", "mpeg1video", "mjpeg", "h263", "prores")
SOUND_CODECS = (
    *("aac", "mp3", "mp2", "opus", "vorbis", "flac", "alac", "ac3", "eac3", "amrnb", "amrwb"),
    *("pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_f32le", "pcm_u8", "pcm_mulaw", "pcm_alaw"),
)
_DECODERS = {"av1": "libdav1d", "opus": "libopus", "vp8": "vp8", "amrnb": "amrnb"}
_USUAL_RATE = 25.0
_MOST_RATE = 1000.0
_PLAIN = {8: ("yuv420p", "yuvj420p"), 10: ("yuv420p10le",)}
_DEEP = "rgb48le"
_SPARSE = 8  # samples of luma, of which one is looked at in each row and column to tell whether a frame uses few values
_FEW = (0.01, 128), (0.06, 52)  # share left out at both ends, and of 256 values the range below which it may
_FULL_RANGE = 2  # libavutil/pixfmt.h, AVCOL_RANGE_JPEG


@dataclass(frozen=True, slots=True)
class Sound:
    """A track of sound. index: of its stream. name: of its codec. setup: the codec's own. rate: samples a second."""

    index: int
    name: str
    setup: bytes
    rate: int
    channels: int
    time_base: Fraction


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What a video is. width, height: pixels of the upright frame. turn: what makes a stored frame upright. depth: 8 or 10
    bits. rate: frames a second, about. colour: primaries, transfer, matrix (H.273). aspect: width of a pixel over its
    height, upright. lights: boxes, see `lights.of`. crop: what is left out of a stored frame. left_out: what else the file
    holds that plays and is not read: "pictures", "sound".
    """

    kind: str
    codec: str
    width: int
    height: int
    turn: Turn
    depth: int
    time_base: Fraction
    rate: float
    colour: tuple[int, int, int]
    full_range: bool
    aspect: Fraction
    sounds: tuple[Sound, ...]
    lights: bytes = b""
    crop: Crop = WHOLE
    left_out: tuple[str, ...] = ()

    @property
    def stored(self) -> tuple[int, int]:
        """Width and height of what is shown of a frame, before it is made upright."""
        return (self.height, self.width) if self.turn.turns % 2 else (self.width, self.height)


class Picture:
    """A decoded frame, upright (`sequence.Shown`). depth: 8 or 10 bits.

    It is looked at stretched where it uses few of all values (`detect.renderings`); its planes stay as they are.
    """

    def __init__(
        self, frame: av.VideoFrame, turn: Turn, depth: int, scaler: Scaler, rendering: Rendering | None = None
    ) -> None:
        self._frame = frame
        self._scaler = scaler
        self._turn = turn
        self._depth = depth
        self._views: dict[int, Pixels] = {}
        self._given = rendering
        swapped = turn.turns % 2
        self.width: int = frame.height if swapped else frame.width
        self.height: int = frame.width if swapped else frame.height

    def view(self, longest: int) -> Pixels:
        """RGB, (h, w, 3), uint8, C-contiguous, longest side as asked but never enlarged."""
        longest = min(longest, max(self.width, self.height))
        if longest not in self._views:
            self._views[longest] = self._rendered(longest)
        return self._views[longest]

    def grey(self, longest: int) -> Pixels:
        """What a view shows in grey, (h, w), uint8."""
        if self._rendering == PLAIN:
            return self.plain_grey(longest)
        return np.asarray(Image.fromarray(self.view(longest)).convert("L"))

    def plain_grey(self, longest: int) -> Pixels:
        """Grey as players show it, (h, w), uint8."""
        return self._scaled(min(longest, max(self.width, self.height)), "gray")

    def further(self) -> tuple[Picture, ...]:
        """See `sequence.Shown.further`."""
        ways = () if self._given else self._ways[1]
        return tuple(Picture(self._frame, self._turn, self._depth, self._scaler, way) for way in ways)

    @property
    def _rendering(self) -> Rendering:
        return self._given or self._ways[0]

    @cached_property
    def _ways(self) -> tuple[Rendering, tuple[Rendering, ...]]:
        if not _may_use_few(plane_of(self._frame, 0), self._frame.format.components[0].bits):
            return PLAIN, ()
        sample = self._scaled(min(SAMPLED, max(self.width, self.height)), _DEEP)
        return all_shown(sample, further(sample))

    def _rendered(self, longest: int) -> Pixels:
        if self._rendering == PLAIN:
            return self._scaled(longest, "rgb24")
        return rendered(self._scaled(longest, _DEEP), self._rendering)

    def planes(self) -> list[Plane]:
        """Copies of the luma plane and of the two chroma planes at half the size (rounded up), writable."""
        frame = self._frame
        if frame.format.name not in _PLAIN[self._depth]:
            frame = frame.reformat(format=_PLAIN[self._depth][0])
        return [self._turn.upright(plane_of(frame, i)).copy() for i in range(3)]

    def with_planes(self, planes: list[Plane]) -> Picture:
        """The same frame with other planes, upright, of the sizes that `planes` gives."""
        frame = av.VideoFrame(self.width, self.height, _PLAIN[self._depth][0])
        for i, plane in enumerate(planes):
            plane_of(frame, i)[:] = plane
        frame.colorspace, frame.color_range = self._frame.colorspace, self._frame.color_range
        return Picture(frame, Turn(), self._depth, self._scaler)

    def _scaled(self, longest: int, form: str) -> Pixels:
        factor = longest / max(self._frame.width, self._frame.height)
        width, height = max(1, round(self._frame.width * factor)), max(1, round(self._frame.height * factor))
        return self._turn.upright(self._scaler.scaled(self._frame, width, height, form))


def _may_use_few(luma: Plane, bits: int) -> bool:
    """Whether it is worth while to ask how many values a frame uses. Told from some samples."""
    values = np.sort(luma[::_SPARSE, ::_SPARSE], axis=None) >> max(0, bits - 8)
    return any(int(values[-1 - int(tail * values.size)]) - int(values[int(tail * values.size)]) < few for tail, few in _FEW)


def plane_of(frame: av.VideoFrame, index: int) -> Plane:
    """The samples of one plane, a view."""
    plane = frame.planes[index]
    wide = np.uint16 if frame.format.components[0].bits > 8 else np.uint8
    samples: Plane = np.frombuffer(plane, wide).reshape(plane.height, -1)  # type: ignore[call-overload]
    return samples[:, : plane.width]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """pts, duration: ticks of the video's time base."""

    index: int
    pts: int
    duration: int
    picture: Picture


@dataclass(frozen=True, slots=True, eq=False)
class SoundPacket:
    """A packet of sound as it stands in the source. pts, dts, duration: ticks of its own time base."""

    index: int
    content: bytes
    pts: int
    duration: int
    packet: av.Packet[Any]


class Video:
    """An open video. Belongs to one thread. Each of `frames` and `parts` reads it from its beginning.

    broken_off: it ends where it was damaged. deinterlaced, resized, mended: frames of two moments became one, frames had
    several sizes, times were not the stated ones; known when it was read to its end.
    """

    def __init__(self, file: BinaryIO, kind: str, limits: VideoLimits, *, salvage: bool = False) -> None:
        """Read the facts. Raises Held: "film-damaged", "film-codec", "film-colour", "no-pictures", "film-too-large"."""
        self._file = file
        self._kind = kind
        self._limits = limits
        self._salvage = salvage
        self.broken_off = self.deinterlaced = self.resized = self.mended = False
        with self.opened() as container:
            self.facts = _facts(container, kind, limits, file)

    def frames(self) -> Generator[Frame]:
        """All frames in the order they are shown. Raises Held."""
        for part in self._read():
            if isinstance(part, Frame):
                yield part

    def frames_from(self, pts: int) -> Generator[Frame]:
        """Frames from a key frame before a time on; nothing where the file cannot be entered there, or cannot be read on.

        Their numbers count from that frame.
        """
        if not self._can_be_entered():
            return
        with self.opened() as container:
            pictures = _decoded(container)
            made = _Frames(self.facts, self._limits)
            try:
                container.seek(pts, stream=pictures)
                for frame in container.decode(pictures):
                    if frame.pts is None:
                        return
                    if not frame.is_corrupt:  # it refers to what lies before that key frame
                        yield from made.of(frame)
                yield from made.finish()
            except (FFmpegError, ValueError):
                return

    def sound_from(self, one: Sound, begin: Fraction) -> Generator[av.AudioFrame]:
        """Decoded sound of a track from a packet before a time (seconds) on, or from the beginning where the file cannot be
        entered there; no more where it cannot be read on."""
        with self.opened() as container:
            stream = cast(av.AudioStream, container.streams[one.index])
            try:
                if self._can_be_entered():
                    container.seek(int(begin / one.time_base), stream=stream)
                yield from container.decode(stream)
            except (FFmpegError, ValueError):
                return

    def parts(self) -> Iterator[Frame | SoundPacket]:
        """Frames, and packets of sound between them as they lie in the file. Raises Held."""
        return self._read()

    def _read(self) -> Iterator[Frame | SoundPacket]:
        made = _Frames(self.facts, self._limits)
        try:
            for packet, decoded in self._packets(made):
                for frame in decoded:
                    if frame.is_corrupt:
                        self._damaged()
                        yield from made.finish()
                        return
                    yield from made.of(frame)
                if isinstance(packet.stream, av.AudioStream) and packet.size:
                    yield _sound_packet(packet)
            yield from made.finish()
        finally:
            self.deinterlaced |= made.presenter.deinterlaced
            self.resized |= made.presenter.resized

    def _packets(self, made: _Frames) -> Iterator[tuple[av.Packet[Any], list[av.VideoFrame]]]:
        """Packets as they lie in the file, their times in one row, and what the decoder gives for them."""
        with self.opened() as container:
            pictures = _decoded(container)
            wanted = [pictures, *(container.streams[one.index] for one in self.facts.sounds)]
            bases = {stream.index: Fraction(stream.time_base or 1) for stream in wanted}
            clock = PacketClock(bases, leaps=self._kind in LEAPING)
            packets = container.demux(wanted)
            while True:
                try:
                    packet = next(packets, None)
                    if packet is None:
                        break
                    clock.correct(packet)
                    decoded: list[av.VideoFrame] = []
                    if packet.stream is pictures:
                        made.clock.sent(packet)
                        decoded = cast("list[av.VideoFrame]", packet.decode())
                except (FFmpegError, ValueError):
                    self._damaged()
                    break
                yield packet, decoded
            self.mended |= made.clock.mended or clock.jumped

    def _can_be_entered(self) -> bool:
        """Whether what stands in the file is the time that is meant, so that it can be entered at one."""
        return self._kind not in BY_ORDER and not (self._kind in LEAPING and self._leaps())

    def _leaps(self) -> bool:
        """Whether its clock is set anew somewhere."""
        with self.opened() as container:
            stream = _pictures(container)
            clock = PacketClock({stream.index: Fraction(stream.time_base or 1)}, leaps=True)
            try:
                for packet in container.demux(stream):
                    clock.correct(packet)
            except (FFmpegError, ValueError):
                return True
            return clock.jumped

    def _damaged(self) -> None:
        if not self._salvage:
            raise Held("film-damaged")
        self.broken_off = True

    def opened(self) -> AbstractContextManager[av.container.InputContainer]:
        """The file as libav sees it, from its beginning. Raises Held("film-damaged")."""
        return opened_container(self._file, self._kind, self._limits)


@contextmanager
def opened_container(file: BinaryIO, kind: str, limits: VideoLimits) -> Iterator[av.container.InputContainer]:
    """A video as libav sees it. Raises Held("film-damaged")."""
    file.seek(0)
    codecs = ",".join((*PICTURE_CODECS, *_DECODERS.values(), *SOUND_CODECS))
    options = {"codec_whitelist": codecs, "protocol_whitelist": "none", "max_streams": str(limits.streams)}
    try:
        container = av.open(file, "r", format=DEMUXERS[kind], container_options=options, metadata_errors="replace")
    except (FFmpegError, ValueError) as error:
        raise Held("film-damaged") from error
    with container:
        yield container


class _Frames:
    """Makes frames of what was decoded: as they are shown, each with its time."""

    def __init__(self, facts: VideoFacts, limits: VideoLimits) -> None:
        step = max(1, round(1 / (Fraction(facts.rate).limit_denominator(100_000) * facts.time_base)))
        self.clock = FrameClock(step, by_order=facts.kind in BY_ORDER)
        self.presenter = Presenter(facts.crop, facts.stored)
        self._facts = facts
        self._limits = limits
        self._scaler = Scaler()
        self._times: deque[tuple[int, int]] = deque()
        self._index = 0

    def of(self, frame: av.VideoFrame) -> Iterator[Frame]:
        """What can be shown now that a frame was decoded. Raises Held."""
        if max(frame.width, frame.height) > self._limits.side or frame.width * frame.height > self._limits.pixels:
            raise Held("film-too-large")
        refuse_colour(int(frame.colorspace))
        self._times.append(self.clock.stamp(frame))
        yield from map(self._made, self.presenter.take(frame))

    def finish(self) -> Iterator[Frame]:
        """What was kept back."""
        yield from map(self._made, self.presenter.finish())

    def _made(self, frame: av.VideoFrame) -> Frame:
        pts, duration = self._times.popleft()
        self._index += 1
        facts = self._facts
        return Frame(self._index - 1, pts, duration, Picture(frame, facts.turn, facts.depth, self._scaler))


def _sound_packet(packet: av.Packet[Any]) -> SoundPacket:
    pts = packet.pts if packet.pts is not None else packet.dts
    if pts is None:
        raise Held("film-damaged")
    return SoundPacket(packet.stream.index, bytes(packet), pts, packet.duration or 0, packet)


def _pictures(container: av.container.InputContainer) -> av.VideoStream:
    """The first track of moving pictures; covers and thumbnails are none."""
    for stream in container.streams.video:
        if not stream.disposition & av.stream.Disposition.attached_pic:
            return stream
    raise Held("no-pictures")


def _decoded(container: av.container.InputContainer) -> av.VideoStream:
    """The same, to be decoded in this thread."""
    pictures = _pictures(container)
    pictures.thread_type = "NONE"
    pictures.codec_context.thread_count = 1
    return pictures


# Code points of matrices (ITU-T H.273, table 4) that no one here can turn into RGB.
_MATRICES = {
    0: "RGB",
    8: "YCgCo",
    10: "BT.2020 constant luminance",
    11: "SMPTE ST 2085",
    12: "chromaticity-derived",
    13: "chromaticity-derived constant luminance",
    14: "ICtCp",
    15: "IPT-C2",
    16: "YCgCo-Re",
    17: "YCgCo-Ro",
}


def refuse_colour(matrix: int) -> None:
    """Raise Held("film-colour") for colours that cannot be read, and so not looked at."""
    if matrix in _MATRICES:
        raise Held("film-colour", detail=f"{_MATRICES[matrix]}, H.273 {matrix}")


def _facts(container: av.container.InputContainer, kind: str, limits: VideoLimits, file: BinaryIO) -> VideoFacts:
    if len(container.streams) > limits.streams:
        raise Held("film-damaged")
    stream = _pictures(container)
    context = stream.codec_context
    name = context.name.removeprefix("lib").replace("dav1d", "av1")
    if name not in PICTURE_CODECS:
        raise Held("film-codec", detail=name)
    width, height = context.width, context.height
    if not width or not height:
        raise Held("film-damaged")
    if max(width, height) > limits.side or width * height > limits.pixels:
        raise Held("film-too-large")
    refuse_colour(int(context.colorspace))
    turn, light = _shown(container, stream)
    crop = _crop(container, stream, kind, file, limits)
    if crop.is_needed:
        width, height = crop.of(width, height)[2:]
    stated = Fraction(stream.sample_aspect_ratio or context.sample_aspect_ratio or 1) or Fraction(1)
    aspect = crop.aspect(width, height) or stated
    if turn.turns % 2:
        width, height, aspect = height, width, 1 / aspect
    deep = context.format is not None and context.format.components[0].bits > 8
    rate = float(stream.average_rate or stream.guessed_rate or _USUAL_RATE)
    return VideoFacts(
        kind=kind,
        codec=name,
        width=width,
        height=height,
        turn=turn,
        depth=10 if deep else 8,
        time_base=Fraction(stream.time_base or Fraction(1, 1000)),
        rate=rate if 0 < rate <= _MOST_RATE else _USUAL_RATE,
        colour=(int(context.color_primaries), int(context.color_trc), int(context.colorspace)),
        full_range=int(context.color_range) == _FULL_RANGE,
        aspect=aspect,
        sounds=tuple(_sound(one) for one in container.streams.audio if _is_readable(one)),
        lights=light if deep else b"",
        crop=crop,
        left_out=_left_out(container),
    )


def _crop(
    container: av.container.InputContainer, stream: av.VideoStream, kind: str, file: BinaryIO, limits: VideoLimits
) -> Crop:
    place = [one.index for one in container.streams.video].index(stream.index)
    before = file.tell()
    crop = framing.read(file, kind, stream.id if kind in structure.BOXED else place, limits)
    file.seek(before)
    return crop


def _is_readable(stream: av.AudioStream) -> bool:
    context = stream.codec_context
    return context is not None and context.name.removeprefix("lib").removesuffix("float") in SOUND_CODECS


def _left_out(container: av.container.InputContainer) -> tuple[str, ...]:
    covers = av.stream.Disposition.attached_pic
    pictures = sum(not stream.disposition & covers for stream in container.streams.video) > 1
    sound = not all(_is_readable(stream) for stream in container.streams.audio)
    return ("pictures",) * pictures + ("sound",) * sound


def _sound(stream: av.AudioStream) -> Sound:
    context = stream.codec_context
    return Sound(
        index=stream.index,
        name=context.name.removeprefix("lib"),
        setup=bytes(context.extradata or b""),
        rate=context.sample_rate,
        channels=context.channels,
        time_base=Fraction(stream.time_base or Fraction(1, context.sample_rate or 1)),
    )


def _shown(container: av.container.InputContainer, stream: av.VideoStream) -> tuple[Turn, bytes]:
    """`turning.of` and `lights.of` the first frame."""
    try:
        for frame in container.decode(stream):
            return turning.of(frame), lights.of(frame)
    except (FFmpegError, ValueError):
        raise Held("film-damaged") from None
    raise Held("film-damaged")
