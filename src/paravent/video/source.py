"""Reads a video: its facts, its frames in the order they are shown, the packets of its sound. libav gets an open file only.

Demuxers and decoders are named one by one; nothing is opened by name or address; only pictures and sound are read.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, BinaryIO, TypeAlias, cast

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from paravent.detect.base import Pixels
from paravent.errors import Held
from paravent.model.limits import VideoLimits
from paravent.video import lights, turning
from paravent.video.scaling import Scaler
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
    height, upright. lights: boxes, see `lights.of`.
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


class Picture:
    """A decoded frame, upright (`detect.base.Viewer`). depth: 8 or 10 bits."""

    def __init__(self, frame: av.VideoFrame, turn: Turn, depth: int, scaler: Scaler) -> None:
        self._frame = frame
        self._scaler = scaler
        self._turn = turn
        self._depth = depth
        self._views: dict[int, Pixels] = {}
        swapped = turn.turns % 2
        self.width: int = frame.height if swapped else frame.width
        self.height: int = frame.width if swapped else frame.height

    def view(self, longest: int) -> Pixels:
        """RGB, (h, w, 3), uint8, C-contiguous, longest side as asked but never enlarged."""
        longest = min(longest, max(self.width, self.height))
        if longest not in self._views:
            self._views[longest] = self._scaled(longest, "rgb24")
        return self._views[longest]

    def grey(self, longest: int) -> Pixels:
        """Grey, (h, w), uint8."""
        return self._scaled(min(longest, max(self.width, self.height)), "gray")

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
    """An open video. Belongs to one thread. Each of `frames` and `parts` reads it from its beginning."""

    def __init__(self, file: BinaryIO, kind: str, limits: VideoLimits, *, salvage: bool = False) -> None:
        """Read the facts. Raises Held: "film-damaged", "film-codec", "no-pictures", "film-too-large"."""
        self._file = file
        self._kind = kind
        self._limits = limits
        self._salvage = salvage
        self.broken_off = False
        with self._opened() as container:
            self.facts = _facts(container, kind, limits)

    def frames(self) -> Generator[Frame]:
        """All frames in the order they are shown. Raises Held."""
        for part in self._read(sound=False):
            if isinstance(part, Frame):
                yield part

    def frames_from(self, pts: int) -> Generator[Frame]:
        """Frames from a key frame before a time on; nothing where the file cannot be entered there, or cannot be read on.

        Their numbers count from that frame.
        """
        with self._opened() as container:
            pictures = _pictures(container)
            pictures.thread_type = "NONE"
            pictures.codec_context.thread_count = 1
            made = _Frames(self.facts)
            try:
                container.seek(pts, stream=pictures)
                for frame in container.decode(pictures):
                    if frame.pts is None:
                        return
                    if not frame.is_corrupt:  # it refers to what lies before that key frame
                        yield made.stamped(frame, self.facts.turn, self.facts.depth)
            except (FFmpegError, ValueError):
                return

    def parts(self) -> Iterator[Frame | SoundPacket]:
        """Frames, and packets of sound between them as they lie in the file. Raises Held."""
        yield from self._read(sound=True)

    def _read(self, *, sound: bool) -> Iterator[Frame | SoundPacket]:
        with self._opened() as container:
            pictures = _pictures(container)
            pictures.thread_type = "NONE"
            pictures.codec_context.thread_count = 1
            wanted = [pictures, *(container.streams[one.index] for one in self.facts.sounds if sound)]
            made = _Frames(self.facts)
            packets = container.demux(wanted)
            while True:
                try:
                    packet = next(packets, None)
                    if packet is None:
                        return
                    decoded = cast("list[av.VideoFrame]", packet.decode()) if packet.stream is pictures else []
                except (FFmpegError, ValueError):
                    self._damaged()
                    return
                for frame in decoded:
                    if not self._is_sound(frame):
                        self._damaged()
                        return
                    yield made.stamped(frame, self.facts.turn, self.facts.depth)
                if packet.stream is not pictures and packet.size:
                    yield _sound_packet(packet)

    def _is_sound(self, frame: av.VideoFrame) -> bool:
        turned = self.facts.turn.turns % 2
        size = (frame.height, frame.width) if turned else (frame.width, frame.height)
        if size != (self.facts.width, self.facts.height):
            raise Held("film-codec", detail="changing size")
        return not frame.is_corrupt

    def _damaged(self) -> None:
        if not self._salvage:
            raise Held("film-damaged")
        self.broken_off = True

    def _opened(self) -> AbstractContextManager[av.container.InputContainer]:
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
    """Makes frames of what was decoded, each with its time; where a file states none, it follows the one before."""

    def __init__(self, facts: VideoFacts) -> None:
        self._step = max(1, round(1 / (Fraction(facts.rate).limit_denominator(100_000) * facts.time_base)))
        self._scaler = Scaler()
        self._index = 0
        self._next: int | None = None

    def stamped(self, frame: av.VideoFrame, turn: Turn, depth: int) -> Frame:
        pts = frame.pts if frame.pts is not None else frame.dts
        if pts is None:
            pts = self._next if self._next is not None else 0
        if self._next is not None and pts <= self._last:
            raise Held("film-damaged")
        duration = frame.duration or self._step
        self._last, self._next = pts, pts + duration
        self._index += 1
        return Frame(self._index - 1, pts, duration, Picture(frame, turn, depth, self._scaler))

    _last = 0


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


def _facts(container: av.container.InputContainer, kind: str, limits: VideoLimits) -> VideoFacts:
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
    turn, light = _shown(container, stream)
    aspect = Fraction(stream.sample_aspect_ratio or context.sample_aspect_ratio or 1) or Fraction(1)
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
        sounds=tuple(_sound(one) for one in container.streams.audio if one.codec_context is not None),
        lights=light if deep else b"",
    )


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
