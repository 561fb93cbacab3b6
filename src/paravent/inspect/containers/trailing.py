"""Names what lies where no picture data belongs, above all behind a picture's end. Nothing is taken out or decoded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from paravent.containers.boxes import of_bytes, walk
from paravent.containers.chunks import riff_end
from paravent.inspect.containers import jpeg_segments
from paravent.inspect.entry import BEHIND, Entry
from paravent.inspect.signatures import recognise
from paravent.model.report import Kind

_MAX_PARTS = 16
_ZEROS = re.compile(rb"\0*")
_PNG = b"\x89PNG\r\n\x1a\n"
_IEND = b"IEND\xaeB`\x82"
# Where a further part may begin among unknown bytes: JPEG, PNG, ISO media.
_STARTS = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]|\x89PNG\r\n\x1a\n|(?s:....)ftyp")
_BOX_TYPE = re.compile(rb"[A-Za-z0-9 _\xa9-]{4}")
_SAMSUNG_TIME = b"Image_UTC_Data"


def behind(data: bytes, start: int, end: int, known: Mapping[int, str] | None = None) -> Iterator[Entry]:
    """One entry for each thing in data[start:end]. known: precision codes of pictures by their offset in data."""
    at = start
    for _ in range(_MAX_PARTS):
        if at >= end:
            return
        stop = _part(data, at, end)
        yield from _named(data, at, stop, (known or {}).get(at, ""))
        at = stop
    if at < end:
        yield Entry(Kind.TRAILING_BYTES, BEHIND, "unknown", end - at)


def hidden(data: bytes, start: int, end: int, where: str, precision: str = "") -> Entry:
    """The entry for a foreign payload of unknown purpose: by its signature, else as other metadata."""
    kind = recognise(data, start, end)
    if kind in ("picture", "video"):
        return Entry(Kind.HIDDEN_PICTURE if kind == "picture" else Kind.HIDDEN_VIDEO, where, "", end - start)
    if kind in ("archive", "program", "sound"):
        return Entry(Kind.HIDDEN_DATA, where, kind, end - start)
    return Entry(Kind.OTHER_METADATA, where, precision, end - start)


def _named(data: bytes, start: int, stop: int, precision: str) -> Iterator[Entry]:
    size = stop - start
    if _zeros(data, start, stop) == stop:
        yield Entry(Kind.TRAILING_BYTES, BEHIND, "padding", size)
        return
    kind = recognise(data, start, stop)
    if kind == "picture":
        yield Entry(Kind.HIDDEN_PICTURE, BEHIND, precision, size)
    elif kind == "video":
        yield Entry(Kind.HIDDEN_VIDEO, BEHIND, "", size)
    elif data.find(_IEND, start, stop) >= 0:
        # The end of a PNG without its beginning: a cropping program wrote over a longer file and did not cut it.
        yield Entry(Kind.HIDDEN_PICTURE, BEHIND, "cropped-rest", size)
    else:
        yield Entry(Kind.TRAILING_BYTES, BEHIND, kind, size)
        if data.find(_SAMSUNG_TIME, start, stop) >= 0:
            yield Entry(Kind.TIME, "Samsung trailer", "to-the-subsecond")


def _part(data: bytes, start: int, end: int) -> int:
    """Where the thing that begins at `start` ends."""
    zeros = _zeros(data, start, end)
    if zeros == end or zeros - start >= 16:
        return zeros
    for prefix, measure in _MEASURES:
        if data.startswith(prefix, start):
            return min(end, max(start + len(prefix), measure(data, start, end)))
    if data[start + 4 : start + 8] == b"ftyp":
        return _boxes(data, start, end)
    if recognise(data, start, end) in ("archive", "program"):
        return end
    following = _STARTS.search(data, start + 1, end)
    return following.start() if following else end


def _zeros(data: bytes, start: int, end: int) -> int:
    match = _ZEROS.match(data, start, end)
    return match.end() if match else start


def _jpeg(data: bytes, start: int, end: int) -> int:
    return start + jpeg_segments.length(data, start, end)


def _png(data: bytes, start: int, end: int) -> int:
    at = data.find(_IEND, start, end)
    return end if at < 0 else at + len(_IEND)


def _riff(data: bytes, start: int, end: int) -> int:
    return start + riff_end(data[start : start + 8])


def _boxes(data: bytes, start: int, end: int) -> int:
    """Behind the last box of the ISO media file that begins at `start`."""
    at = start
    for box in walk(of_bytes(data), start, end, end - start):
        if not _BOX_TYPE.fullmatch(box.kind):
            break
        at = box.stop
    return min(max(at, start + 8), end)


_MEASURES: tuple[tuple[bytes, Callable[[bytes, int, int], int]], ...] = (
    (b"\xff\xd8\xff", _jpeg),
    (_PNG, _png),
    (b"RIFF", _riff),
)
