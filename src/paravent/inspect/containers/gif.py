"""Reads what a GIF gives away: its extensions, frames that nobody sees, what stands between blocks and behind the end."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from paravent.containers import gif as containers
from paravent.containers.gif import APPLICATION, COMMENT, CONTROL, EXTENSION, LOOPING, PICTURE, PLAIN_TEXT, TRAILER, Block
from paravent.inspect.containers import lzw
from paravent.inspect.containers.trailing import behind, hidden
from paravent.inspect.entry import BEHIND, Entry, caption, decoded
from paravent.inspect.metadata import comments
from paravent.inspect.metadata.blocks import Blocks
from paravent.inspect.signatures import recognise
from paravent.inspect.spans import unclaimed
from paravent.model.report import Kind

_LOOPS = (LOOPING, b"ANIMEXTS1.0")
_LOOP_SIZE = 3
_PLACE = 9  # bytes of a picture's kind and place
_CODE_SIZES = 2, 8
_XMP = b"XMP DataXMP"
# Counts down from 255 so that a reader that takes text for sub-blocks finds its way out.
_XMP_TRAILER = 257
# Adobe's and ImageMagick's names for what other formats hold in chunks of its own.
_EMBEDDED = {b"MGK8BIM0000": "Photoshop", b"MGKIPTC0000": "IPTC", b"C2PA_GIF\1\0\0": "C2PA", b"EXIF0000000": "EXIF"}
_PROFILE = b"ICCRGBG1012"


def entries(data: bytes) -> Iterator[Entry]:
    """Everything the file gives away, as far as its blocks can be followed."""
    return _GifReader(data).entries()


class _GifReader:
    """Reads the blocks of one file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._reader = containers.Reader(data)
        self._blocks = Blocks()
        self._codes = lzw.Budget()
        self._frames = 0

    def entries(self) -> Iterator[Entry]:
        """Every block's entries, in file order."""
        for block in self._reader.blocks():
            if block.kind == TRAILER:
                yield from self._behind(block.stop)
            elif block.kind == PICTURE:
                yield from self._frame(block)
            elif block.kind == EXTENSION:
                yield from self._extension(block)
            else:
                yield from unclaimed(self._data, ((block.start, block.stop),), "between GIF blocks")
        if self._frames > 1:
            yield Entry(Kind.OTHER_METADATA, "GIF", "animation")
        if not self._reader.complete:
            yield Entry(Kind.OTHER_METADATA, "GIF", "unreadable")

    def _behind(self, at: int) -> Iterator[Entry]:
        end = len(self._data)
        if self._data.endswith(b"\0;", at) and recognise(self._data, at, end) == "unknown":
            # The end of a GIF without its beginning: a cropping program wrote over a longer file and did not cut it.
            yield Entry(Kind.HIDDEN_PICTURE, BEHIND, "cropped-rest", end - at)
        else:
            yield from behind(self._data, at, end)

    def _frame(self, block: Block) -> Iterator[Entry]:
        self._frames += 1
        if block.start + _PLACE > len(self._data):
            return
        left, top, width, height = struct.unpack_from("<4H", self._data, block.start + 1)
        across, down = struct.unpack_from("<2H", self._data, 6)
        if left + width > across or top + height > down:
            # A canvas smaller than its first frame is what broken writers make; viewers then enlarge it or cut.
            yield Entry(Kind.HIDDEN_PICTURE, "GIF frame", "outside-canvas", block.stop - block.start)
        yield from self._behind_codes(block)

    def _behind_codes(self, block: Block) -> Iterator[Entry]:
        """What follows the end code in the data blocks of a picture."""
        size = self._data[block.content - 1] if block.content <= len(self._data) else 0
        if not _CODE_SIZES[0] <= size <= _CODE_SIZES[1]:
            return
        payload = self._reader.joined(block.content, block.stop)
        end = lzw.end(payload, size, self._codes)
        if end is None:
            yield Entry(Kind.OTHER_METADATA, "GIF picture data", "unreadable", len(payload))
        else:
            yield from unclaimed(payload, ((end, len(payload)),), "GIF picture data")

    def _extension(self, block: Block) -> Iterator[Entry]:
        if block.content >= len(self._data):
            return
        label, head = self._data[block.start + 1], self._data[block.content]
        if label == APPLICATION:
            yield from self._application(block)
            return
        payload = self._reader.joined(block.content, block.stop)
        if label == COMMENT:
            yield from comments.entries("GIF comment", payload)
        elif label == PLAIN_TEXT:
            yield caption("GIF plain text", "Text", decoded(payload[head:]))
        elif label == CONTROL:
            yield from _surplus(payload, 4)
        else:
            yield hidden(payload, 0, len(payload), "GIF extension", "private-chunk")

    def _application(self, block: Block) -> Iterator[Entry]:
        name = self._data[block.content + 1 : block.content + 12]
        start = block.content + 1 + self._data[block.content]
        if name == _XMP:
            yield from self._blocks.read("XMP", self._data[start : max(start, block.stop - 1 - _XMP_TRAILER)])
            return
        payload = self._reader.joined(start, block.stop)
        if name in _LOOPS:
            yield from _surplus(payload, _LOOP_SIZE)
        elif name == _PROFILE:
            yield Entry(Kind.COLOUR_PROFILE, "ICC", "", len(payload))
        elif name in _EMBEDDED:
            yield from self._blocks.read(_EMBEDDED[name], payload)
        else:
            yield hidden(payload, 0, len(payload), "GIF application extension", "private-chunk")


def _surplus(payload: bytes, size: int) -> Iterator[Entry]:
    """What follows the few bytes that belong into a block."""
    yield from unclaimed(payload, ((size, len(payload)),) if len(payload) > size else (), "between GIF blocks")
