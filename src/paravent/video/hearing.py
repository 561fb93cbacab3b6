"""What a player lets be heard of tracks of sound: from when on, and whether a track holds sound that it hides.

An encoder needs a run-up, which containers mark as not to be heard; it is short and holds next to nothing. Whatever else is
marked so was cut away by somebody: such a track must not be copied packet by packet.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, cast

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.error import FFmpegError
from numpy.typing import NDArray

from paravent.video.source import Sound, Video

_RUN_UP = 3840  # samples: the longest that encoders state (RFC 7845, 4.2; of AAC 2112)
_QUIET, _SILENT = 0.25, 0.003  # root mean square of what is hidden: for each of what is heard beside it, and of full scale
_BESIDE = 4096  # samples
_TAIL = 6  # packets
_USUAL = 1024  # samples of a packet that does not say


@dataclass(frozen=True, slots=True)
class Hearing:
    """start: seconds at which a track begins to be heard; None if never. hides: it holds sound that is not to be heard."""

    start: Fraction | None = None
    hides: bool = False


@dataclass(slots=True)
class _Track:
    """A track as its packets go by. skip: samples still to be left out. before, behind: hidden samples at both ends."""

    sound: Sound
    skip: int = 0
    start: Fraction | None = None
    before: int = 0
    behind: int = 0
    hides: bool = False
    head: list[bytes] = field(default_factory=list)
    tail: deque[bytes] = field(default_factory=lambda: deque(maxlen=_TAIL))

    def take(self, packet: av.Packet[Any]) -> None:
        begin, end = _skipped(packet)
        self.skip += begin
        base, rate = self.sound.time_base, self.sound.rate or 1
        length = round((packet.duration or 0) * base * rate) or _USUAL
        hidden = length if packet.is_discard else min(self.skip, length)
        self.skip = max(0, self.skip - length)
        self.hides |= self.behind > 0  # something follows a part that is left out
        if self.start is None:
            self.before += hidden
            if hidden < length:
                self.start = (packet.pts or 0) * base + Fraction(hidden, rate)
        elif hidden:
            self.hides = True
        self.behind = end
        if self.before - hidden <= _RUN_UP and len(self.head) < 4 * _TAIL:
            self.head.append(bytes(packet))
        self.tail.append(bytes(packet))

    def hearing(self) -> Hearing:
        return Hearing(self.start, self.hides or self.before > _RUN_UP or self._is_loud())

    def _is_loud(self) -> bool:
        """Whether more than a run-up is hidden at an end."""
        if self.before:
            samples = _samples(self.sound, self.head)
            if _stands_out(samples[: self.before], samples[self.before : self.before + _BESIDE]):
                return True
        if not self.behind:
            return False
        samples = _samples(self.sound, list(self.tail))
        at = max(0, len(samples) - self.behind)
        return _stands_out(samples[at:], samples[max(0, at - _BESIDE) : at])


def of(video: Video) -> dict[int, Hearing]:
    """Each track of sound of a video, by its stream. Raises Held."""
    tracks = {one.index: _Track(one) for one in video.facts.sounds}
    if not tracks:
        return {}
    with video.opened() as container:
        try:
            for packet in container.demux([container.streams[index] for index in tracks]):
                if packet.size:
                    tracks[packet.stream_index].take(packet)
        except (FFmpegError, ValueError):
            pass  # the first pass found that, and the copy ends there
    return {index: track.hearing() for index, track in tracks.items()}


def _skipped(packet: av.Packet[Any]) -> tuple[int, int]:
    """Samples that are not to be heard at the beginning and at the end of a packet."""
    if not packet.has_sidedata("skip_samples"):
        return 0, 0
    content = bytes(packet.get_sidedata("skip_samples"))
    return int.from_bytes(content[:4], "little"), int.from_bytes(content[4:8], "little")


def _samples(sound: Sound, packets: list[bytes]) -> NDArray[np.float32]:
    """All that packets hold, hidden or not, as the loudest channel at each moment; nothing if they cannot be decoded."""
    context = cast(AudioCodecContext, av.CodecContext.create(sound.name, "r"))
    context.extradata = without_run_up(sound) or None
    context.thread_count = 1
    resampler = av.AudioResampler("fltp")
    parts = []
    try:
        for content in packets:
            for frame in context.decode(av.Packet(content)):
                frame.pts = None
                parts += [np.abs(piece.to_ndarray()).max(axis=0) for piece in resampler.resample(frame)]
    except (FFmpegError, ValueError):
        pass
    return np.concatenate([np.zeros(0, np.float32), *parts])


def without_run_up(sound: Sound) -> bytes:
    """A track's setup with which a decoder gives the run-up too."""
    if sound.name == "opus":  # RFC 7845, 5.1: the pre-skip
        return sound.setup[:10] + bytes(2) + sound.setup[12:]
    return sound.setup


def _stands_out(hidden: NDArray[np.float32], heard: NDArray[np.float32]) -> bool:
    loud, beside = (float(np.sqrt(np.mean(part**2))) if part.size else 0.0 for part in (hidden, heard))
    return loud > max(_SILENT, _QUIET * beside)
