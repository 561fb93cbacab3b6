"""The second pass: frames are decoded again, covered and encoded; sound goes with them, in a new container."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import BinaryIO

import av
import numpy as np

from paravent.errors import Held
from paravent.formats.video.spec import COPY
from paravent.model.geometry import Region
from paravent.model.policy import Policy
from paravent.model.style import Styles
from paravent.redact.rules import style_of
from paravent.video import encoding, hearing, mp4, sound, subtitles
from paravent.video.analysis import Analysis
from paravent.video.confining import confine
from paravent.video.encoding import Codec, Encoder
from paravent.video.hearing import Hearing
from paravent.video.painting import Palette, cover, paint_marks, places
from paravent.video.progress import Progress
from paravent.video.source import Frame, Plane, Sound, SoundPacket, Video, VideoFacts, plane_of
from paravent.video.subtitles import Cue, Sample
from paravent.video.tracking.regions import Regions
from paravent.video.turning import Turn

# A frame as a few numbers, to tell that each frame of the copy is the one it should be.
GRID = (6, 8)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a copy is to be made. size: upright pixels of the copy. policy: how each kind is covered. sound: "mute",
    "keep" or "disguise". first, stop: frames that are written. texts: subtitles, by track."""

    codec: Codec
    size: tuple[int, int]
    policy: Policy
    sound: str
    first: int
    stop: int
    texts: Sequence[Sequence[Cue]] = ()


@dataclass(slots=True)
class Written:
    """What a copy must hold. pts: of its frames, in ticks of `facts`. marks: `GRID` numbers a frame. paint, paint_lengths:
    `painting.paint_marks` of each frame. sounds: tracks. texts: samples of each track of subtitles."""

    facts: VideoFacts
    pts: array[int] = field(default_factory=lambda: array("q"))
    marks: bytearray = field(default_factory=bytearray)
    paint: bytearray = field(default_factory=bytearray)
    paint_lengths: array[int] = field(default_factory=lambda: array("H"))
    sounds: tuple[sound.Setup, ...] = ()
    packets: list[int] = field(default_factory=list)
    texts: tuple[tuple[bytes, ...], ...] = ()
    encoded_sound: bool = False


def rewrite(
    video: Video, regions: Regions, analysis: Analysis, wanted: Wanted, out: BinaryIO, progress: Progress
) -> Written:
    """Write the copy. Raises Held, OSError."""
    work = _Rewriting(video, regions, analysis, wanted, out)
    for part in video.parts():
        if not isinstance(part, Frame):
            work.sound(part)
        elif part.index >= wanted.stop:
            break
        else:
            work.frame(part)
            progress(part.index + 1)
    return work.finish()


class _Rewriting:
    """One video on its way."""

    def __init__(self, video: Video, regions: Regions, analysis: Analysis, wanted: Wanted, out: BinaryIO) -> None:
        source = video.facts
        self._facts = copy_facts(source, wanted)
        self._wanted = wanted
        self._encoder = Encoder(wanted.codec, self._facts)
        heard = hearing.of(video) if wanted.sound != "mute" else {}
        self._shift = _begin(source, analysis, wanted, heard)  # the copy begins at zero
        self._zero = self._shift * source.time_base
        last = wanted.stop - 1
        self._stop = (analysis.pts[last] + analysis.durations[last]) * source.time_base
        self._streams = _streams(source, analysis, wanted, heard, self._zero)
        setups = tuple(stream.setup for stream in self._streams.values())
        self._written = Written(self._facts, sounds=setups, packets=[0] * len(setups))
        self._written.encoded_sound = any(isinstance(stream, sound.SoundEncoder) for stream in self._streams.values())
        writer = _writer(out, wanted, self._encoder, self._facts, setups)
        self._mixer = _Mixer(writer, self._facts, self._written, list(self._streams))
        self._walk = regions.walk()
        self._in_copy = regions.scaled(*wanted.size).walk()
        self._palette = Palette(source.colour[2], source.full_range, source.depth)
        self._size = (source.width, source.height)
        self._end = self._stop if wanted.stop < len(analysis.pts) else None
        self._bases = {one.index: one.time_base for one in source.sounds}

    def frame(self, frame: Frame) -> None:
        """Cover and encode one frame, if it is to be in the copy."""
        placed = self._walk.places_at(frame.index)
        if frame.index < self._wanted.first:
            return
        planes = frame.picture.planes()
        regions = [Region(one.shape, one.kind, style=one.style) for one in placed]
        styles = Styles(others={one.shape: style_of(one, self._wanted.policy) for one in regions})
        covered = places(tuple(one.shape for one in regions), *self._size)
        cover(planes, covered, styles, self._palette)
        if self._size != self._wanted.size:
            planes = _resized(planes, self._facts.depth, self._size, self._wanted.size)
            covered = places(self._in_copy.at(frame.index), *self._wanted.size)
        confine(planes, self._palette)
        self._written.pts.append(frame.pts - self._shift)
        self._written.marks += mark(planes[0], self._facts.depth)
        paint = paint_marks(planes, covered, self._facts.depth)
        self._written.paint += paint
        self._written.paint_lengths.append(len(paint))
        for coded in self._encoder.encode(planes, frame.pts - self._shift, frame.duration):
            self._mixer.picture(coded)

    def sound(self, packet: SoundPacket) -> None:
        """Pass on a packet, if it is heard while the frames of the copy are shown."""
        stream = self._streams.get(packet.index)
        time = packet.pts * self._bases[packet.index]
        if stream is None or (self._end is not None and time >= self._end) or (self._wanted.first and time < self._zero):
            return
        for heard in stream.take(packet):
            self._mixer.hear(packet.index, heard, self._zero)

    def finish(self) -> Written:
        """Empty the encoders and close the container."""
        for coded in self._encoder.finish():
            self._mixer.picture(coded)
        for index, stream in self._streams.items():
            for heard in stream.finish():
                self._mixer.hear(index, heard, self._zero)
        self._mixer.texts(self._texts())
        self._mixer.finish()
        if len(self._written.pts) != self._wanted.stop - self._wanted.first:
            raise Held("changed-while-reading")
        return self._written

    def _texts(self) -> list[list[Sample]]:
        return [subtitles.samples(cues, self._zero, self._stop) for cues in self._wanted.texts]


def copy_facts(facts: VideoFacts, wanted: Wanted) -> VideoFacts:
    """The facts of the copy: upright, of the size asked for."""
    width, height = wanted.size
    return VideoFacts(
        kind=COPY,
        codec=wanted.codec.name,
        width=width,
        height=height,
        turn=Turn(),
        depth=facts.depth,
        time_base=facts.time_base,
        rate=facts.rate,
        colour=facts.colour,
        full_range=facts.full_range,
        aspect=facts.aspect,
        sounds=(),
        lights=facts.lights,
    )


def mark(luma: Plane, depth: int) -> bytes:
    """A frame as `GRID` mean values."""
    rows, columns = GRID
    height, width = luma.shape
    step = max(1, min(height // rows, width // columns) // 16)
    part = luma[: height // rows * rows, : width // columns * columns]
    cells = part.reshape(rows, height // rows, columns, width // columns)[:, ::step, :, ::step]
    means = cells.mean(axis=(1, 3)) / (1 << (depth - 8))
    return bytes(means.astype(np.uint8).tobytes())


def _resized(planes: list[Plane], depth: int, before: tuple[int, int], after: tuple[int, int]) -> list[Plane]:
    """Covered planes at another size: only now are neighbours mixed."""
    form = "yuv420p10le" if depth > 8 else "yuv420p"
    frame = av.VideoFrame(*before, form)
    encoding.put(frame, planes)
    smaller = frame.reformat(*after, format=form)
    return [plane_of(smaller, i).copy() for i in range(3)]


def _streams(
    facts: VideoFacts, analysis: Analysis, wanted: Wanted, heard: Mapping[int, Hearing], zero: Fraction
) -> dict[int, sound.SoundCopier | sound.SoundEncoder]:
    if wanted.sound == "mute":
        return {}
    streams: dict[int, sound.SoundCopier | sound.SoundEncoder] = {}
    for one in facts.sounds:
        setup, start = sound.setup_of(one), heard[one.index].start
        copied = wanted.sound == "keep" and one.index not in analysis.to_encode and not heard[one.index].hides
        if copied and setup is not None and start is not None:
            streams[one.index] = sound.SoundCopier(one, setup, _nearly(start, zero, one))
        else:
            streams[one.index] = sound.SoundEncoder(one, disguise=wanted.sound == "disguise")
    return streams


def _nearly(start: Fraction, other: Fraction, one: Sound) -> Fraction:
    """When a track begins; the other time where the two differ by no more than rounding to ticks."""
    return other if abs(start - other) <= 2 * one.time_base else start


def _begin(facts: VideoFacts, analysis: Analysis, wanted: Wanted, heard: Mapping[int, Hearing]) -> int:
    """The tick of the pictures at which the copy begins: with its first frame, or with sound that is heard before."""
    first = analysis.pts[wanted.first]
    if wanted.first:
        return first
    begins = [first]
    for one in facts.sounds:
        start = heard[one.index].start if heard else None
        if start is not None:
            begins.append(
                math.floor(_nearly(start, round(start / facts.time_base) * facts.time_base, one) / facts.time_base)
            )
    return min(begins)


def _writer(
    out: BinaryIO, wanted: Wanted, encoder: Encoder, facts: VideoFacts, sounds: tuple[sound.Setup, ...]
) -> mp4.Mp4Writer:
    configuration = encoding.configuration_box(encoder)
    size = encoder.width, encoder.height
    entry = mp4.video_entry(wanted.codec.entry, configuration, *size, facts.aspect, encoder.colour, facts.lights)
    shown = (round(size[0] * facts.aspect), size[1])
    forms = [mp4.TrackForm(entry, facts.time_base, shown, b"vide")]
    forms += [mp4.TrackForm(one.entry(), one.time_base) for one in sounds]
    texts = [mp4.TrackForm(subtitles.ENTRY, subtitles.SCALE, shown, b"sbtl") for _track in wanted.texts]
    return mp4.Mp4Writer(out, [*forms, *texts])


class _Mixer:
    """Puts pictures and sound in the order of their times: sound waits for the picture it belongs to."""

    def __init__(self, writer: mp4.Mp4Writer, facts: VideoFacts, written: Written, streams: list[int]) -> None:
        self._writer = writer
        self._facts = facts
        self._written = written
        self._numbers = {index: number for number, index in enumerate(streams)}
        self._ends: dict[int, int] = {}
        self._waiting: list[tuple[Fraction, int, sound.Heard, int]] = []

    def picture(self, coded: encoding.Coded) -> None:
        self._flush(coded.dts * self._facts.time_base)
        self._writer.add(0, coded.content, coded.pts, coded.dts, coded.duration, key=coded.key)

    def hear(self, index: int, heard: sound.Heard, shift: Fraction) -> None:
        number = self._numbers[index]
        base = self._written.sounds[number].time_base
        pts = heard.pts - round(shift / base)
        pts = max(pts, self._ends.get(number, pts))  # packets follow each other, whatever the source says
        self._ends[number] = pts + heard.duration
        self._waiting.append((pts * base, number, heard, pts))

    def texts(self, tracks: list[list[Sample]]) -> None:
        """Subtitles lie behind all else; there is little of them."""
        self._flush(None)
        first = 1 + len(self._numbers)
        for number, samples in enumerate(tracks):
            for sample in samples:
                self._writer.add(first + number, sample.content, sample.pts, sample.pts, sample.duration, key=True)
        self._written.texts = tuple(tuple(sample.content for sample in samples) for samples in tracks if samples)

    def finish(self) -> None:
        self._flush(None)
        self._writer.finish()

    def _flush(self, until: Fraction | None) -> None:
        kept = []
        for time, number, heard, pts in self._waiting:
            if until is None or time <= until:
                self._writer.add(number + 1, heard.content, pts, pts, heard.duration, key=True)
                self._written.packets[number] += 1
            else:
                kept.append((time, number, heard, pts))
        self._waiting = kept


def frames_between(analysis: Analysis, base: Fraction, begin: float | None, end: float | None) -> tuple[int, int]:
    """The first frame and the one behind the last that are shown from `begin` to `end` (seconds). Raises Held."""
    start = analysis.pts[0]
    times = [float((pts - start) * base) for pts in analysis.pts]
    first = int(np.searchsorted(times, begin - 1e-9)) if begin is not None else 0
    stop = int(np.searchsorted(times, end - 1e-9)) if end is not None else len(times)
    if first >= stop:
        raise Held("empty-part")
    return first, stop
