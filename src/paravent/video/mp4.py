"""Writes an MP4 (ISO/IEC 14496-12, -14, -15) of one track of pictures, tracks of sound and of plain text, and nothing else.

Layout: ftyp, mdat, moov. No time of making, no names, no notes, no room left free. Every byte of mdat belongs to a sample.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import BinaryIO

from paravent.containers.isobmff import box, full_box

_BRANDS = (b"isom", b"iso6", b"mp42")
_MOVIE_SCALE = 1000
_HEADERS = {
    b"vide": full_box(b"vmhd", bytes(8), flags=1),
    b"soun": full_box(b"smhd", bytes(4)),
    b"sbtl": full_box(b"nmhd"),
}
_MATRIX = b"".join(value.to_bytes(4, "big") for value in (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000))


@dataclass(frozen=True, slots=True)
class TrackForm:
    """What a track is. entry: its whole sample entry box. time_base: seconds a tick. size: pixels as shown, (0, 0) for
    sound. handler: "vide", "soun" or "sbtl"."""

    entry: bytes
    time_base: Fraction
    size: tuple[int, int] = (0, 0)
    handler: bytes = b"soun"

    @property
    def is_video(self) -> bool:
        """Whether it has pictures."""
        return self.handler == b"vide"


@dataclass(slots=True)
class _Media:
    form: TrackForm
    first: tuple[int, int] | None = None  # pts, dts
    last: int = 0
    end: int = 0
    deltas: array[int] = field(default_factory=lambda: array("Q"))
    shifts: array[int] = field(default_factory=lambda: array("q"))
    sizes: array[int] = field(default_factory=lambda: array("I"))
    keys: array[int] = field(default_factory=lambda: array("I"))
    chunks: array[int] = field(default_factory=lambda: array("Q"))
    counts: array[int] = field(default_factory=lambda: array("I"))
    duration: int = 0

    @property
    def scale(self) -> int:
        return self.form.time_base.denominator

    def seconds(self, ticks: int) -> Fraction:
        return Fraction(ticks, self.scale)


class Mp4Writer:
    """Writes to a seekable binary file. Use `add` in the order the samples are to lie in, then `finish`."""

    def __init__(self, out: BinaryIO, forms: list[TrackForm]) -> None:
        self._out = out
        self._tracks = [_Media(form) for form in forms]
        self._previous: _Media | None = None
        out.write(box(b"ftyp", _BRANDS[0], bytes(4), *_BRANDS))
        self._start = out.tell()
        out.write(b"\0\0\0\1mdat" + bytes(8))
        self._at = self._start + 16

    def add(self, index: int, content: bytes, pts: int, dts: int, duration: int, *, key: bool) -> None:
        """One sample of a track; times in ticks of its time base."""
        track = self._tracks[index]
        scale = track.form.time_base.numerator
        pts, dts, duration = pts * scale, dts * scale, duration * scale
        if track.first is None:
            track.first = (pts, dts)
        else:
            track.deltas.append(dts - track.last)
        track.shifts.append(pts - track.first[0] - (dts - track.first[1]))
        track.last, track.end = dts, max(track.end, pts + duration)
        track.duration = duration
        if key:
            track.keys.append(len(track.sizes) + 1)
        track.sizes.append(len(content))
        if self._previous is not track:
            track.chunks.append(self._at)
            track.counts.append(0)
            self._previous = track
        track.counts[-1] += 1
        self._out.write(content)
        self._at += len(content)

    def finish(self) -> None:
        """Write the tables and the length of the samples."""
        used = [track for track in self._tracks if track.first is not None]
        pictures = next(track for track in used if track.form.is_video)
        assert pictures.first is not None  # noqa: S101  (of `used`)
        # Nothing is shown before zero; sound that begins before the pictures' zero is the run-up of its decoder.
        zero = min(Fraction(0), pictures.seconds(pictures.first[0]))
        parts = [_trak(number + 1, track, zero) for number, track in enumerate(used)]
        length = max(_end(track, zero) for track in used)
        header = full_box(
            b"mvhd",
            *(_u32(0), _u32(0), _u32(_MOVIE_SCALE), _u32(round(length * _MOVIE_SCALE))),
            *(_u32(0x10000), b"\1\0", bytes(10), _MATRIX, bytes(24), _u32(len(used) + 1)),
        )
        self._out.write(box(b"moov", header, *parts))
        self._out.seek(self._start + 8)
        self._out.write((self._at - self._start).to_bytes(8, "big"))


def _end(track: _Media, zero: Fraction) -> Fraction:
    return track.seconds(track.end) - zero


def _trak(number: int, track: _Media, zero: Fraction) -> bytes:
    assert track.first is not None  # noqa: S101  (only tracks with samples are written)
    begin = track.seconds(track.first[0]) - zero
    length = track.end - track.first[0]
    shown = length + min(0, round(begin * track.scale))
    width, height = track.form.size
    header = full_box(
        b"tkhd",
        *(_u32(0), _u32(0), _u32(number), _u32(0)),
        _u32(round(Fraction(shown, track.scale) * _MOVIE_SCALE) + max(0, round(begin * _MOVIE_SCALE))),
        *(bytes(8), bytes(4), b"\1\0" if track.form.handler == b"soun" else b"\0\0", b"\0\0", _MATRIX),
        *(_u32(width << 16), _u32(height << 16)),
        flags=3,
    )
    media = box(
        b"mdia",
        full_box(b"mdhd", bytes(16), _u32(track.scale), _u64(length), b"\x55\xc4\0\0", version=1),
        full_box(b"hdlr", bytes(4), track.form.handler, bytes(12), b"\0"),
        box(
            b"minf",
            _HEADERS[track.form.handler],
            box(b"dinf", full_box(b"dref", _u32(1), full_box(b"url ", flags=1))),
            _tables(track),
        ),
    )
    return box(b"trak", header, _edits(track, begin, shown), media)


def _edits(track: _Media, begin: Fraction, shown: int) -> bytes:
    """A list of edits only where a track begins later than the video, or has a run-up that is not heard."""
    if begin == 0:
        return b""
    length = round(Fraction(shown, track.scale) * _MOVIE_SCALE)
    entries = []
    if begin > 0:
        entries.append(_u64(round(begin * _MOVIE_SCALE)) + b"\xff" * 8)
    entries.append(_u64(length) + _u64(max(0, round(-begin * track.scale))))
    return box(b"edts", full_box(b"elst", _u32(len(entries)), *(entry + b"\0\1\0\0" for entry in entries), version=1))


def _tables(track: _Media) -> bytes:
    deltas = array("Q", (*track.deltas, track.duration))
    parts = [
        full_box(b"stsd", _u32(1), track.form.entry),
        full_box(b"stts", _runs(deltas)),
    ]
    if any(track.shifts):
        parts.append(full_box(b"ctts", _runs(track.shifts), version=1))
    if track.form.is_video and len(track.keys) < len(track.sizes):
        parts.append(full_box(b"stss", _u32(len(track.keys)), _big_endian(track.keys)))
    counts = [(count, next(group)[0]) for count, group in groupby(enumerate(track.counts), lambda one: one[1])]
    chunk_runs = [_u32(first + 1) + _u32(count) + _u32(1) for count, first in counts]
    parts += [
        full_box(b"stsc", _u32(len(chunk_runs)), *chunk_runs),
        full_box(b"stsz", _u32(0), _u32(len(track.sizes)), _big_endian(track.sizes)),
        full_box(b"co64", _u32(len(track.chunks)), _big_endian(track.chunks)),
    ]
    return box(b"stbl", *parts)


def _runs(values: array[int]) -> bytes:
    runs = [(sum(1 for _ in group), value) for value, group in groupby(values)]
    return _u32(len(runs)) + b"".join(_u32(count) + (value & 0xFFFFFFFF).to_bytes(4, "big") for count, value in runs)


def _big_endian(values: array[int]) -> bytes:
    swapped = array(values.typecode, values)
    swapped.byteswap()
    return swapped.tobytes()


def _u32(value: int) -> bytes:
    return value.to_bytes(4, "big")


def _u64(value: int) -> bytes:
    return value.to_bytes(8, "big")


# --- sample entries


@dataclass(frozen=True, slots=True)
class Colour:
    """Code points of ITU-T H.273: primaries, transfer, matrix; 2 where unknown. full: full range."""

    primaries: int = 2
    transfer: int = 2
    matrix: int = 2
    full: bool = False


def video_entry(
    name: bytes, configuration: bytes, width: int, height: int, aspect: Fraction, colour: Colour, lights: bytes = b""
) -> bytes:
    """A sample entry for pictures. configuration, lights: whole boxes (`avcC`; `mdcv` and `clli`)."""
    head = bytes(6) + b"\0\1" + bytes(16) + width.to_bytes(2, "big") + height.to_bytes(2, "big")
    head += _u32(0x480000) * 2 + bytes(4) + b"\0\1" + bytes(32) + b"\0\x18\xff\xff"
    extra = b""
    if (colour.primaries, colour.transfer, colour.matrix) != (2, 2, 2) or colour.full:
        points = b"".join(point.to_bytes(2, "big") for point in (colour.primaries, colour.transfer, colour.matrix))
        extra += box(b"colr", b"nclx", points, b"\x80" if colour.full else b"\0")
    if aspect != 1:
        extra += box(b"pasp", _u32(aspect.numerator), _u32(aspect.denominator))
    return box(name, head, configuration, extra, lights)


def audio_entry(name: bytes, configuration: bytes, channels: int, rate: int) -> bytes:
    """A sample entry for sound. configuration: a whole box (`esds`, `dOps`). rate: samples a second."""
    head = bytes(6) + b"\0\1" + bytes(8) + channels.to_bytes(2, "big") + b"\0\x10" + bytes(4)
    return box(name, head, _u32(rate << 16 if rate < 1 << 16 else 0), configuration)


def aac_configuration(specific: bytes) -> bytes:
    """An `esds` box (ISO/IEC 14496-1, 7.2.6) for an AudioSpecificConfig."""
    info = b"\x05" + bytes((len(specific),)) + specific
    decoder = b"\x40\x15" + bytes(3) + bytes(8) + info
    stream = b"\0\0\0" + b"\x04" + bytes((len(decoder),)) + decoder + b"\x06\x01\x02"
    return full_box(b"esds", b"\x03" + bytes((len(stream),)) + stream)
