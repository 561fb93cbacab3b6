"""Reads what a JPEG 2000 gives away, in its boxes (JP2, JPX) or as a bare code stream."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from paravent.containers.boxes import Box
from paravent.inspect.containers import uuids
from paravent.inspect.containers.boxes import box_at, boxes, number
from paravent.inspect.containers.trailing import behind, hidden
from paravent.inspect.entry import Entry, caption, decoded
from paravent.inspect.metadata import comments
from paravent.inspect.metadata.blocks import Blocks
from paravent.inspect.spans import unclaimed
from paravent.model.report import Kind

_BOX = "JPEG 2000 box"
_COMMENT = "JPEG 2000 comment"
_BETWEEN = "between JPEG 2000 parts"
_SOC, _SOT, _SOD, _EOC, _COM = 0xFF4F, 0xFF90, 0xFF93, 0xFFD9, 0xFF64
# Markers in a header that stand without a length.
_BARE = range(0xFF30, 0xFF40)
_MAX_SEGMENTS = 100_000
_MAX_NESTING = 16
_MAX_BOXES = 20_000
_MAX_TEXT = 256 << 10
# Boxes of ISO/IEC 15444-1 and -2 that say how the picture is stored or shown.
_PLAIN = frozenset(
    b"ftyp ihdr bpcc pclr cmap cdef resc resd rreq cgrp opct creg dtbl ftbl flst cref copt inst nlst ulst".split()
) | {b"jP  "}
_SUPERBOXES = frozenset((b"jp2h", b"asoc", b"uinf", b"jpch", b"jplh", b"comp", b"drep", b"res "))
_UNUSED = (b"free", b"skip")


def entries(data: bytes) -> Iterator[Entry]:
    """Everything the file gives away, as far as its boxes and segments can be followed."""
    if number(data, 0, 2) == _SOC:
        end = yield from _stream(data, 0, len(data))
        yield from behind(data, end, len(data))
        return
    reader = _Jp2Reader(data)
    at = 0
    for _ in range(_MAX_BOXES):
        box = box_at(data, at, len(data))
        if box is None or (box.stop > len(data) and box.kind != b"jp2c"):
            break
        at = min(box.stop, len(data))
        yield from reader.box(box._replace(stop=at))
    if reader.exhausted:
        yield Entry(Kind.OTHER_METADATA, _BOX, "unreadable")
    yield from behind(data, at, len(data))


class _Jp2Reader:
    """Reads the boxes of one file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._blocks = Blocks()
        self._streams = 0
        self._left = _MAX_BOXES

    @property
    def exhausted(self) -> bool:
        """Whether there were more boxes than are read."""
        return self._left <= 0

    def box(self, top: Box) -> Iterator[Entry]:
        """What one box and those in it give away."""
        waiting = [(top, 0)]
        while waiting and self._left > 0:
            self._left -= 1
            box, depth = waiting.pop()
            if box.kind in _SUPERBOXES and depth < _MAX_NESTING:
                inner = list(boxes(self._data, box.content, box.stop))
                waiting.extend((child, depth + 1) for child in reversed(inner))
                end = inner[-1].stop if inner else box.content
                yield from unclaimed(self._data, ((end, box.stop),), _BETWEEN)
            else:
                yield from self._plain(box)

    def _plain(self, box: Box) -> Iterator[Entry]:
        data, start, stop = self._data, box.content, box.stop
        if box.kind == b"jp2c":
            yield from self._code_stream(box)
        elif box.kind == b"colr":
            yield from _colour(data, start, stop)
        elif box.kind == b"xml ":
            yield from self._xml(start, stop)
        elif box.kind == b"uuid":
            yield from uuids.entries(data, box, self._blocks, "JPEG 2000 uuid")
        elif box.kind == b"jumb":
            # With its header: the reader wants the whole superbox.
            yield from self._blocks.read_at("C2PA", data, box.start, stop)
        elif box.kind == b"url ":
            yield from _text(data, start + 4, stop, "URL")
        elif box.kind == b"lbl ":
            yield from _text(data, start, stop, "Label")
        elif box.kind in _UNUSED:
            yield from unclaimed(data, ((start, stop),), _BETWEEN)
        elif box.kind not in _PLAIN:
            yield hidden(data, start, stop, _BOX, "private-chunk")

    def _code_stream(self, box: Box) -> Iterator[Entry]:
        self._streams += 1
        if self._streams > 1:
            yield Entry(Kind.HIDDEN_PICTURE, _BOX, "further-picture", box.stop - box.content)
            return
        end = yield from _stream(self._data, box.content, box.stop)
        yield from unclaimed(self._data, ((end, box.stop),), _BETWEEN)

    def _xml(self, start: int, stop: int) -> Iterator[Entry]:
        head = self._data[start : min(stop, start + _MAX_TEXT)]
        if b"rdf:RDF" in head:
            yield from self._blocks.read_at("XMP", self._data, start, stop)
        elif b"opengis.net/gml" in head:
            yield Entry(Kind.PLACE, "JPEG 2000 XML", "exact-position", stop - start)
        elif head.strip(b"\0 \r\n\t"):
            yield caption("JPEG 2000 XML", "XML", decoded(head))


def _colour(data: bytes, start: int, stop: int) -> Iterator[Entry]:
    """A colour specification that holds a profile (methods 2 and 3)."""
    if number(data, start, 1) in (2, 3):
        yield Entry(Kind.COLOUR_PROFILE, "ICC", "", stop - start - 3)


def _text(data: bytes, start: int, stop: int, label: str) -> Iterator[Entry]:
    text = decoded(data[start : min(stop, start + _MAX_TEXT)])
    if text:
        yield caption(_BOX, label, text)


def _stream(data: bytes, start: int, end: int) -> Generator[Entry, None, int]:
    """The comments of the code stream at `start`; the generator's value is where the stream ends."""
    at, tile_end = start + 2, 0
    for _ in range(_MAX_SEGMENTS):
        marker = number(data, at, 2) if at + 2 <= end else _EOC
        if marker == _EOC:
            return min(at + 2, end)
        if marker in _BARE:
            at += 2
            continue
        if marker == _SOD:
            if tile_end <= at:
                return end
            # A tile part without a length is the last, up to the marker of the end.
            at = tile_end if tile_end != end else _last(data, at, end)
            continue
        length = number(data, at + 2, 2)
        if marker < 0xFF00 or length < 2:
            return end
        if marker == _SOT:
            size = number(data, at + 6, 4)
            tile_end = at + size if size else end
        elif marker == _COM:
            yield from _comment(data, at + 4, min(at + 2 + length, end))
        at += 2 + length
    return end


def _last(data: bytes, at: int, end: int) -> int:
    found = data.find(b"\xff\xd9", at, end)
    return found if found >= 0 else end


def _comment(data: bytes, start: int, stop: int) -> Iterator[Entry]:
    """A comment segment's content: two bytes say whether it is text (1) or binary (0)."""
    if number(data, start, 2) == 1:
        yield from comments.entries(_COMMENT, data[start + 2 : stop])
    else:
        yield hidden(data, start + 2, stop, _COMMENT, "private-chunk")
