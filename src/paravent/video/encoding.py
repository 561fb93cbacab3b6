"""Encodes covered frames. What an encoder is told never depends on the source's size or bit rate; it runs in one thread.

The codec stays the source's where the wheels carry an encoder for it; else it is H.264.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import av
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from paravent.codecs import av1, avc, hevc
from paravent.containers.isobmff import box
from paravent.errors import Held
from paravent.video import scheduling
from paravent.video.mp4 import Colour
from paravent.video.source import Plane, VideoFacts, plane_of

# x264: one thread, no look ahead in a thread of its own. The simplest search between pixels costs 5 per cent of the size
# and saves a quarter of the time; moving only whole blocks, none of their parts, costs 1 and saves a fifth of the rest.
_X264 = {
    "preset": "veryfast",
    "crf": "21.5",
    "x264-params": "threads=1:lookahead-threads=1:sliced-threads=0:subme=1:partitions=i8x8,i4x4",
}
# x265: no threads, no signature.
_X265 = {
    "preset": "superfast",
    "crf": "24",
    "x265-params": "pools=none:frame-threads=1:wpp=0:pmode=0:pme=0:info=0:log-level=none:repeat-headers=0",
}
_VP9 = {"deadline": "good", "cpu-used": "5", "crf": "31", "b": "0", "row-mt": "0", "threads": "1"}
_AV1 = {"preset": "9", "crf": "33", "svtav1-params": "lp=1"}


@dataclass(frozen=True, slots=True)
class Codec:
    """How pictures are coded. name: as `VideoFacts.codec`. encoder: libav's name. entry: sample entry in MP4."""

    name: str
    encoder: str
    options: dict[str, str]
    entry: bytes
    depths: tuple[int, ...]
    picture: Callable[[bytes], bytes]
    configuration: Callable[[bytes, VideoFacts], tuple[bytes, bytes]]
    even: bool = False


@dataclass(frozen=True, slots=True)
class Coded:
    """A coded picture; times in ticks of the video's time base."""

    content: bytes
    pts: int
    dts: int
    duration: int
    key: bool


def _avc(extradata: bytes, facts: VideoFacts) -> tuple[bytes, bytes]:
    return b"avcC", avc.configuration(extradata)


def _hevc(extradata: bytes, facts: VideoFacts) -> tuple[bytes, bytes]:
    return b"hvcC", hevc.configuration(extradata)


def _vp9(extradata: bytes, facts: VideoFacts) -> tuple[bytes, bytes]:
    """VP Codec ISO Media File Format Binding 1.0, 2.2."""
    profile = 2 if facts.depth > 8 else 0
    flags = facts.depth << 4 | 1 << 1 | facts.full_range
    return b"vpcC", bytes((1, 0, 0, 0, profile, 51, flags, *facts.colour, 0, 0))


def _av1(extradata: bytes, facts: VideoFacts) -> tuple[bytes, bytes]:
    return b"av1C", av1.configuration(extradata, facts.depth)


def _as_it_is(content: bytes) -> bytes:
    return content


CODECS: dict[str, Codec] = {
    "h264": Codec("h264", "libx264", _X264, b"avc1", (8,), avc.picture, _avc, even=True),
    "hevc": Codec("hevc", "libx265", _X265, b"hvc1", (8, 10), hevc.picture, _hevc, even=True),
    "vp9": Codec("vp9", "libvpx-vp9", _VP9, b"vp09", (8, 10), _as_it_is, _vp9),
    "av1": Codec("av1", "libsvtav1", _AV1, b"av01", (8, 10), av1.picture, _av1, even=True),
}


# What an MP4 cannot hold is written in its nearest kin.
_KIN = {"vp8": "vp9"}


def chosen(facts: VideoFacts) -> Codec:
    """The codec a video is written in: its own, else H.264; HEVC where the depth needs it."""
    codec = CODECS.get(_KIN.get(facts.codec, facts.codec), CODECS["h264"])
    return codec if facts.depth in codec.depths else CODECS["hevc"]


class Encoder:
    """Takes planes, gives coded pictures."""

    def __init__(self, codec: Codec, facts: VideoFacts) -> None:
        self._codec = codec
        self._facts = facts
        self.width = facts.width + (facts.width % 2 if codec.even else 0)
        self.height = facts.height + (facts.height % 2 if codec.even else 0)
        self._durations: dict[int, int] = {}
        form = "yuv420p10le" if facts.depth > 8 else "yuv420p"
        context = cast(VideoCodecContext, av.CodecContext.create(codec.encoder, "w"))
        context.width, context.height, context.pix_fmt = self.width, self.height, form
        context.time_base = facts.time_base
        context.framerate = Fraction(facts.rate).limit_denominator(60_000)
        context.thread_count = 1
        context.thread_type = "NONE"
        context.color_primaries, context.color_trc, context.colorspace = facts.colour
        context.color_range = 2 if facts.full_range else 1
        context.sample_aspect_ratio = facts.aspect
        context.flags |= av.codec.context.Flags.global_header
        context.options = codec.options
        try:
            with scheduling.unchanged():
                context.open()
        except FFmpegError as error:
            raise Held("film-codec", detail=codec.encoder) from error
        self._context = context
        self._form = form

    @property
    def colour(self) -> Colour:
        """For the container."""
        return Colour(*self._facts.colour, full=self._facts.full_range)

    def configuration(self) -> tuple[bytes, bytes]:
        """Name and content of the decoder configuration box."""
        return self._codec.configuration(bytes(self._context.extradata or b""), self._facts)

    def encode(self, planes: list[Plane], pts: int, duration: int) -> Iterator[Coded]:
        """Code one frame; what comes out may be earlier ones. Raises Held."""
        frame = av.VideoFrame(self.width, self.height, self._form)
        put(frame, planes)
        frame.pts, frame.time_base = pts, self._facts.time_base
        frame.pict_type = PictureType.NONE
        frame.color_range = 2 if self._facts.full_range else 1
        self._durations[pts] = duration
        yield from self._coded(frame)

    def finish(self) -> Iterator[Coded]:
        """What is still in the encoder."""
        yield from self._coded(None)

    def _coded(self, frame: av.VideoFrame | None) -> Iterator[Coded]:
        try:
            packets = self._context.encode(frame)
        except FFmpegError as error:
            raise Held("film-codec", detail=self._codec.encoder) from error
        for packet in packets:
            content = self._codec.picture(bytes(packet))
            if packet.pts is None or packet.dts is None or not content:
                raise Held("film-codec", detail=self._codec.encoder)
            yield Coded(content, packet.pts, packet.dts, self._durations.pop(packet.pts, 1), packet.is_keyframe)


def put(frame: av.VideoFrame, planes: list[Plane]) -> None:
    """Copy planes into a frame at least as large; what it has more repeats the edge."""
    for i, plane in enumerate(planes):
        there = plane_of(frame, i)
        rows, columns = plane.shape
        there[:rows, :columns] = plane
        there[rows:, :columns] = plane[-1:]
        there[:, columns:] = there[:, columns - 1 : columns]


def configuration_box(encoder: Encoder) -> bytes:
    """The decoder configuration as a whole box."""
    return box(*encoder.configuration())
