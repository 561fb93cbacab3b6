"""What part of its frames a container has shown, and in what shape: `clap` in boxes, PixelCrop and Display in Matroska.

libav tells none of this for all containers; it is read from the headers, by a bounded reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO

from paravent.model.limits import VideoLimits
from paravent.video import structure

_HEADER = 96  # bytes of the longest header of a track


@dataclass(frozen=True, slots=True)
class Crop:
    """Stored pixels left out at each edge. display: width and height that the visible part is to be shown at; None where
    the shape of a pixel is told elsewhere."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0
    display: tuple[int, int] | None = None

    @property
    def is_needed(self) -> bool:
        """Whether anything is left out."""
        return any((self.left, self.top, self.right, self.bottom))

    def of(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, width and height of what stays, never a pixel more than is shown: chroma counts in pairs."""
        left, top = (min(edge + edge % 2, side - 1) for edge, side in ((self.left, width), (self.top, height)))
        return left, top, max(1, width - left - self.right), max(1, height - top - self.bottom)

    def aspect(self, width: int, height: int) -> Fraction | None:
        """Width of a pixel over its height, of a visible part of so many pixels."""
        if self.display is None or not all(self.display):
            return None
        return Fraction(self.display[0] * height, self.display[1] * width)


WHOLE = Crop()


def read(file: BinaryIO, kind: str, track: int, limits: VideoLimits) -> Crop:
    """Of a track. track: its number in boxes, in Matroska its place among those of pictures. What is broken is left out."""
    if kind in structure.BOXED:
        return _of_boxes(file, track, limits)
    if kind in ("Matroska", "WebM"):
        return _of_elements(file, track, limits)
    return WHOLE


# --- boxes (ISO/IEC 14496-12, 12.1.4)

_PICTURE_ENTRY = 78  # bytes of a sample entry before its boxes


def _of_boxes(file: BinaryIO, track: int, limits: VideoLimits) -> Crop:
    size = file.seek(0, 2)
    for moov in _inside(file, [(0, size)], b"moov", limits):
        for trak in _inside(file, [moov], b"trak", limits):
            number, display = _header(file, trak, limits)
            if number == track:
                stsd = [trak]
                for name in (b"mdia", b"minf", b"stbl", b"stsd"):
                    stsd = _inside(file, stsd, name, limits)
                return _of_entries(file, stsd, display, limits)
    return WHOLE


def _inside(file: BinaryIO, places: list[tuple[int, int]], name: bytes, limits: VideoLimits) -> list[tuple[int, int]]:
    """Where the contents of the boxes of a name begin and end."""
    found = []
    for start, stop in places:
        for kind, _at, inner, end in structure.boxes(file, start, stop, limits):
            if kind == name and end <= stop:
                found.append((inner, end))
    return found


def _header(file: BinaryIO, trak: tuple[int, int], limits: VideoLimits) -> tuple[int, tuple[int, int]]:
    """Number of a track, and the size at which it is to be shown."""
    for start, stop in _inside(file, [trak], b"tkhd", limits):
        file.seek(start)
        head = file.read(min(stop - start, _HEADER))
        at = 20 if head[:1] == b"\1" else 12
        width, height = (int.from_bytes(head[place : place + 4], "big") >> 16 for place in (len(head) - 8, len(head) - 4))
        return int.from_bytes(head[at : at + 4], "big"), (width, height)
    return 0, (0, 0)


def _of_entries(file: BinaryIO, tables: list[tuple[int, int]], display: tuple[int, int], limits: VideoLimits) -> Crop:
    for start, stop in tables:
        for _kind, _at, inner, end in structure.boxes(file, start + 8, stop, limits):
            file.seek(inner)
            head = file.read(28)
            stored = int.from_bytes(head[24:26], "big"), int.from_bytes(head[26:28], "big")
            within = [(inner + _PICTURE_ENTRY, min(end, stop))]
            shaped = bool(_inside(file, within, b"pasp", limits))
            for place, _end in _inside(file, within, b"clap", limits):
                file.seek(place)
                return _clean_aperture(file.read(32), stored, display, shaped=shaped)
            return WHOLE
    return WHOLE


def _clean_aperture(content: bytes, stored: tuple[int, int], display: tuple[int, int], *, shaped: bool) -> Crop:
    """Width, height, and how far its middle lies right of and below the middle of the frame, as fractions.

    display: the size stated for the track, which says nothing if it is the stored one. shaped: that of a pixel is stated.
    """
    width, height = stored
    numbers = [int.from_bytes(content[at : at + 4], "big", signed=True) for at in range(0, len(content), 4)]
    if len(numbers) < 8 or not all(number > 0 for number in numbers[1::2]):
        return WHOLE
    wide, high, right, down = (Fraction(*numbers[at : at + 2]) for at in range(0, 8, 2))
    if not 0 < wide <= width or not 0 < high <= height:
        return WHOLE
    left, top = (width - wide) / 2 + right, (height - high) / 2 + down
    edges = left, top, width - left - wide, height - top - high
    if min(edges) < 0:
        return WHOLE
    left_out, above, right_out, below = (-(-edge.numerator // edge.denominator) for edge in edges)
    shown = (round(wide), round(high)) if display == stored else display
    return Crop(left_out, above, right_out, below, None if shaped else shown)


# --- elements (RFC 9559, 5.1.4.1.28)

_TRACKS, _ENTRY, _TYPE, _VIDEO = 0x1654AE6B, 0xAE, 0x83, 0xE0
_CROPS = {0x54CC: "left", 0x54BB: "top", 0x54DD: "right", 0x54AA: "bottom"}
_WIDTH, _HEIGHT, _UNIT = 0x54B0, 0x54BA, 0x54B2
_PIXELS, _ASPECT = 0, 3  # units of display


def _of_elements(file: BinaryIO, track: int, limits: VideoLimits) -> Crop:
    pictures = 0
    for content in structure.tracks(file, limits):
        for kind, entry in _elements(content):
            if kind != _ENTRY:
                continue
            parts = dict(_elements(entry))
            if int.from_bytes(parts.get(_TYPE, b""), "big") == 1:
                if pictures == track:
                    return _of_video(
                        {one: int.from_bytes(value, "big") for one, value in _elements(parts.get(_VIDEO, b""))}
                    )
                pictures += 1
    return WHOLE


def _of_video(numbers: dict[int, int]) -> Crop:
    display = numbers.get(_WIDTH, 0), numbers.get(_HEIGHT, 0)
    edges = {name: numbers.get(one, 0) for one, name in _CROPS.items()}
    stated = any(edges.values()) and all(display) and numbers.get(_UNIT, _PIXELS) in (_PIXELS, _ASPECT)
    return Crop(**edges, display=display if stated else None)


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Identifiers and contents of the elements in a row (RFC 8794)."""
    at = 0
    while at < len(data):
        wide = 9 - data[at].bit_length()
        long_at = at + wide
        if wide > 4 or long_at >= len(data):
            return
        long = 9 - data[long_at].bit_length()
        start = long_at + long
        length = int.from_bytes(data[long_at:start], "big") & ((1 << 7 * long) - 1)
        if long > 8 or start + length > len(data):
            return
        yield int.from_bytes(data[at:long_at], "big"), data[start : start + length]
        at = start + length
