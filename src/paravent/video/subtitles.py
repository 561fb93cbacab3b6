"""Subtitles that are text: read as plain text with times, and written anew without styles, fonts, places, languages.

What stands in them is not judged: words that are said may name people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, BinaryIO

import av
from av.error import FFmpegError

from paravent.containers.isobmff import box
from paravent.errors import Held
from paravent.model.limits import VideoLimits
from paravent.video.source import opened_container

SCALE = Fraction(1, 1000)  # seconds a tick
_MOST, _LONGEST = 100_000, 4_000  # cues of a video, characters of a cue
_ALL, _LARGEST = 20_000_000, 1 << 16  # characters of all cues, bytes of one as it is stored
_AT_ONCE = 64  # cues that are shown at one time
_TEXTS = ("mov_text", "subrip", "srt", "text", "ass", "ssa", "webvtt")
_TAGS = re.compile(r"<[^<>]{0,200}>|\{[^{}]{0,2000}\}")
_ASS_FIELDS = 8  # before the text of a line of ASS as Matroska stores it
# 3GPP TS 26.245: the same for every copy. Centred at the bottom, white, one font.
_FONT = b"Sans-Serif"
_STYLE = bytes(4) + b"\0\1\0\x12\xff\xff\xff\xff"
_FONTS = box(b"ftab", b"\0\1\0\1", bytes((len(_FONT),)), _FONT)
ENTRY = box(b"tx3g", bytes(6), b"\0\1", bytes(4), b"\1\xff", bytes(4), bytes(8), _STYLE, _FONTS)


@dataclass(frozen=True, slots=True)
class Cue:
    """Some lines of text. begin, end: seconds in the video."""

    begin: Fraction
    end: Fraction
    text: str


@dataclass(frozen=True, slots=True)
class Sample:
    """What a track shows from a time on, for so long; ticks of `SCALE`."""

    content: bytes
    pts: int
    duration: int


def read(file: BinaryIO, kind: str, limits: VideoLimits) -> list[list[Cue]]:
    """The cues of each track. Raises Held("subtitles") for those that are no text, Held("film-damaged")."""
    with opened_container(file, kind, limits) as container:
        tracks: dict[int, list[Cue]] = {stream.index: [] for stream in container.streams.subtitles}
        names = {stream.index: _codec(stream) for stream in container.streams.subtitles}
        for name in names.values():
            if name not in _TEXTS:
                raise Held("subtitles", detail=name)
        left, room = _MOST, _ALL
        for packet in _packets(container, list(tracks)):
            cue = _cue(packet, names[packet.stream.index])
            if cue is not None:
                left, room = left - 1, room - len(cue.text)
                if left < 0 or room < 0:
                    raise Held("film-damaged")
                tracks[packet.stream.index].append(cue)
    return [cues for cues in tracks.values() if cues]


def count(file: BinaryIO, kind: str, limits: VideoLimits) -> int:
    """How many tracks there are. Raises Held("film-damaged")."""
    with opened_container(file, kind, limits) as container:
        return len(container.streams.subtitles)


def _codec(stream: av.subtitles.stream.SubtitleStream) -> str:
    context = stream.codec_context
    return "unknown" if context is None else context.name


def _packets(container: av.container.InputContainer, wanted: list[int]) -> Iterator[av.Packet[Any]]:
    if not wanted:
        return
    packets = container.demux([container.streams[index] for index in wanted])
    while True:
        try:
            packet = next(packets, None)
        except (FFmpegError, ValueError) as error:
            raise Held("film-damaged") from error
        if packet is None:
            return
        if packet.size > _LARGEST:
            raise Held("film-damaged")
        if packet.size and packet.pts is not None:
            yield packet


def _cue(packet: av.Packet[Any], name: str) -> Cue | None:
    base = Fraction(packet.time_base or SCALE)
    begin = Fraction(packet.pts or 0) * base
    text = _plain(bytes(packet), name)
    return Cue(begin, begin + (packet.duration or 0) * base, text) if text and packet.duration else None


def _plain(content: bytes, name: str) -> str:
    """The text without anything else."""
    if name == "mov_text":  # a length, the text, and boxes about its style
        content = content[2 : 2 + int.from_bytes(content[:2], "big")]
    text = content.decode("utf-8", "replace")
    if name in ("ass", "ssa"):
        text = text.split(",", _ASS_FIELDS)[-1].replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
    if name != "mov_text":
        text = _TAGS.sub("", text)
    lines = ("".join(sign for sign in line if sign.isprintable()).strip() for line in text[:_LONGEST].splitlines())
    return "\n".join(line for line in lines if line)


def samples(cues: Sequence[Cue], zero: Fraction, end: Fraction) -> list[Sample]:
    """What is shown between two times of the source, counted from `zero`: without gaps, and one text at a time.

    Raises Held("film-damaged") for more at one time than anybody could read.
    """
    shown = [(max(cue.begin, zero), min(cue.end, end), cue.text) for cue in cues]
    ticks = [(round((a - zero) / SCALE), round((b - zero) / SCALE), text) for a, b, text in shown if a < b]
    ticks = sorted((a, b, text) for a, b, text in ticks if a < b)
    edges = sorted({edge for a, b, _text in ticks for edge in (a, b)})
    made, active, waiting = [], [], iter(ticks)
    coming = next(waiting, None)
    for begin, stop in pairwise(edges):
        while coming is not None and coming[0] <= begin:
            active.append(coming)
            coming = next(waiting, None)
        active = [one for one in active if one[1] > begin]
        if len(active) > _AT_ONCE:
            raise Held("film-damaged")
        text = "\n".join(text for _a, _b, text in active)[:_LONGEST].encode()
        made.append(Sample(len(text).to_bytes(2, "big") + text, begin, stop - begin))
    return made


def is_plain(content: bytes) -> bool:
    """Whether a sample of a track holds text and nothing else."""
    try:
        text = content[2:].decode()
    except UnicodeDecodeError:
        return False
    is_text = all(sign.isprintable() or sign == "\n" for sign in text)
    return int.from_bytes(content[:2], "big") == len(content) - 2 and is_text
