"""Looks at the outermost structure of a video before anything else reads it: is it whole, is it bounded?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from paravent.containers.boxes import Box, of_file, walk
from paravent.containers.chunks import riff_end
from paravent.errors import Held
from paravent.model.limits import VideoLimits

_UNKNOWN = -1
BOXED = ("MP4", "QuickTime", "3GP")  # kinds of video that are made of boxes


def is_whole(file: BinaryIO, kind: str, limits: VideoLimits) -> bool:
    """Whether the file is as long as its outermost parts say. Raises Held("film-damaged") where there are too many, or too
    many nested ones."""
    size = file.seek(0, 2)
    if kind in BOXED:
        whole = _boxes_fit(file, size, limits)
    elif kind in ("Matroska", "WebM"):
        whole = _elements_fit(file, size, limits)
    elif kind == "AVI":
        file.seek(0)
        whole = riff_end(file.read(8)) <= size
    else:
        whole = True
    file.seek(0)
    return whole


_NEEDED = (b"ftyp", b"moov", b"mdat", b"moof")
_NESTED = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"edts", b"dinf", b"moof", b"traf", b"mvex")


def _boxes_fit(file: BinaryIO, size: int, limits: VideoLimits) -> bool:
    found = False
    for kind, _, start, stop in boxes(file, 0, size, limits):
        if stop > size:
            return found and kind not in _NEEDED  # something that is no box may stand behind the video
        if kind == b"moov":
            found = True
            if stop - start > limits.header:
                raise Held("film-damaged")
            _nested(file, start, stop, limits)
    return found


def _nested(file: BinaryIO, start: int, stop: int, limits: VideoLimits) -> None:
    """Raises Held for boxes nested too deep, or too many of them."""
    pending = [(start, stop, 1)]
    count = 0
    while pending:
        start, stop, depth = pending.pop()
        if depth > limits.depth:
            raise Held("film-damaged")
        for kind, _, inner, end in boxes(file, start, stop, limits):
            count += 1
            if count > limits.boxes or end > stop:
                raise Held("film-damaged")
            if kind in _NESTED:
                pending.append((inner, end, depth + 1))


def boxes(file: BinaryIO, at: int, stop: int, limits: VideoLimits) -> Iterator[Box]:
    """Each box in a part of a file. What cannot be a box ends the reading. Raises Held for too many."""
    for count, box in enumerate(walk(of_file(file), at, stop, limits.boxes + 1)):
        if count == limits.boxes:
            raise Held("film-damaged")
        yield box


_SEGMENT, _TRACKS = 0x18538067, 0x1654AE6B
_CLUSTER = 0x1F43B675


def _elements_fit(file: BinaryIO, size: int, limits: VideoLimits) -> bool:
    """Outermost elements, and those directly in the segment."""
    at = 0
    for _ in range(limits.boxes):
        if at >= size:
            return True
        kind, length, content = _element(file, at)
        if kind == 0:
            return False
        if kind == _SEGMENT:
            return _segment_fits(file, content, size if length == _UNKNOWN else content + length, size, limits)
        if length == _UNKNOWN or content + length > size:
            return False
        at = content + length
    return False


def _segment_fits(file: BinaryIO, at: int, stop: int, size: int, limits: VideoLimits) -> bool:
    if stop > size:
        return False
    clusters = 0
    for _ in range(limits.boxes):
        if at >= stop:
            return clusters > 0
        kind, length, content = _element(file, at)
        if kind == 0:
            return False
        clusters += kind == _CLUSTER
        if length == _UNKNOWN:
            return True  # a live recording: only reading shows where it ends
        at = content + length
        if at > stop:
            return False
    raise Held("film-damaged")


def tracks(file: BinaryIO, limits: VideoLimits) -> Iterator[bytes]:
    """The content of what describes the tracks of a Matroska file, as far as the file is whole before it."""
    size, at, stop = file.seek(0, 2), 0, 0
    for _ in range(limits.boxes):
        kind, length, content = _element(file, at)
        if kind == _SEGMENT and not stop:
            at, stop = content, size
            continue
        end = content + length
        if kind in (0, _CLUSTER) or length == _UNKNOWN or end > size or length > limits.header:
            return
        if kind == _TRACKS:
            file.seek(content)
            yield file.read(length)
            return
        at = end


def _element(file: BinaryIO, at: int) -> tuple[int, int, int]:
    """Identifier (0 for none), length and place of the content of an EBML element (RFC 8794)."""
    file.seek(at)
    head = file.read(12)
    if not head or not head[0]:
        return 0, 0, at
    wide = 9 - head[0].bit_length()
    if wide > 4 or len(head) <= wide or not head[wide]:
        return 0, 0, at
    long = 9 - head[wide].bit_length()
    value = int.from_bytes(head[wide : wide + long], "big") & ((1 << 7 * long) - 1)
    if value == (1 << 7 * long) - 1:
        value = _UNKNOWN
    return int.from_bytes(head[:wide], "big"), value, at + wide + long
