"""Reads what a GIF gives away: its extensions, frames that nobody sees, what stands between blocks and behind the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from paravent.inspect.containers import lzw
from paravent.inspect.containers.trailing import behind, hidden
from paravent.inspect.entry import BEHIND, Entry, caption, decoded
from paravent.inspect.metadata import comments
from paravent.inspect.metadata.blocks import Blocks
from paravent.inspect.signatures import recognise
from paravent.inspect.spans import unclaimed
from paravent.model.report import Kind

_HEADER = 13
_IMAGE, _EXTENSION, _TRAILER = 0x2C, 0x21, 0x3B
_GRAPHIC_CONTROL, _COMMENT, _PLAIN_TEXT, _APPLICATION = 0xF9, 0xFE, 0x01, 0xFF
# Honest animations have some thousands of blocks, and four sub-blocks a kilobyte: more than one in 64 bytes is hostile.
_MAX_BLOCKS = 50_000
_FREE_SUB_BLOCKS, _BYTES_A_SUB_BLOCK = 20_000, 64
_MAX_PARTS = 40_000
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_LOOP_SIZE = 3
_CODE_SIZES = 2, 8
_XMP = b"XMP DataXMP"
# Counts down from 255 so that a reader that takes text for sub-blocks finds its way out.
_XMP_TRAILER = 257
# Adobe's and ImageMagick's names for what other formats hold in chunks of its own.
_EMBEDDED = {b"MGK8BIM0000": "Photoshop", b"MGKIPTC0000": "IPTC", b"C2PA_GIF\1\0\0": "C2PA", b"EXIF0000000": "EXIF"}
_PROFILE = b"ICCRGBG1012"
_NEXT_BLOCK = re.compile(rb"[\x21\x2c\x3b]")


def entries(data: bytes) -> Iterator[Entry]:
    """Everything the file gives away, as far as its blocks can be followed."""
    reader = _GifReader(data)
    yield from reader.entries()


@dataclass(slots=True)
class _GifReader:
    """Reads the blocks of one file."""

    data: bytes
    frames: int = 0
    sub_blocks_left: int = 0
    codes: lzw.Budget = field(default_factory=lzw.Budget)

    def __post_init__(self) -> None:
        self.sub_blocks_left = _FREE_SUB_BLOCKS + len(self.data) // _BYTES_A_SUB_BLOCK

    def entries(self) -> Iterator[Entry]:
        """Every block's entries, in file order."""
        blocks = Blocks()
        at = _HEADER + _palette(self.data, 10)
        for _ in range(_MAX_BLOCKS):
            if at >= len(self.data):
                break
            kind = self.data[at]
            if kind == _TRAILER:
                yield from self._behind(at + 1)
                break
            if kind == _IMAGE:
                start = at + 10 + _palette(self.data, at + 9)
                stop = self._after(start + 1)
                yield from self._frame(at, stop)
                yield from self._behind_codes(start, stop)
            elif kind == _EXTENSION:
                stop = self._after(at + 2)
                yield from self._extension(blocks, at, stop)
            else:
                found = _NEXT_BLOCK.search(self.data, at)
                stop = found.start() if found else len(self.data)
                yield from unclaimed(self.data, ((at, stop),), "between GIF blocks")
            at = stop
        if self.frames > 1:
            yield Entry(Kind.OTHER_METADATA, "GIF", "animation")
        if self.sub_blocks_left <= 0:
            yield Entry(Kind.OTHER_METADATA, "GIF", "unreadable")

    def _behind(self, at: int) -> Iterator[Entry]:
        end = len(self.data)
        if self.data.endswith(b"\0;", at) and recognise(self.data, at, end) == "unknown":
            # The end of a GIF without its beginning: a cropping program wrote over a longer file and did not cut it.
            yield Entry(Kind.HIDDEN_PICTURE, BEHIND, "cropped-rest", end - at)
        else:
            yield from behind(self.data, at, end)

    def _after(self, at: int) -> int:
        """Behind the sub-blocks that begin at `at` and the empty one that ends them."""
        data, end = self.data, len(self.data)
        while at < end and self.sub_blocks_left > 0:
            size = data[at]
            if not size:
                return at + 1
            at += size + 1
            self.sub_blocks_left -= 1
        return end

    def _joined(self, at: int, stop: int) -> bytes:
        parts: list[bytes] = []
        while at < stop and self.data[at] and len(parts) < _MAX_PARTS:
            parts.append(self.data[at + 1 : min(at + 1 + self.data[at], stop)])
            at += self.data[at] + 1
        return b"".join(parts)

    def _frame(self, at: int, stop: int) -> Iterator[Entry]:
        self.frames += 1
        left, top, width, height = (_number(self.data, at + place) for place in (1, 3, 5, 7))
        if left + width > _number(self.data, 6) or top + height > _number(self.data, 8):
            # A canvas smaller than its first frame is what broken writers make; viewers then enlarge it or cut.
            yield Entry(Kind.HIDDEN_PICTURE, "GIF frame", "outside-canvas", stop - at)

    def _behind_codes(self, at: int, stop: int) -> Iterator[Entry]:
        """What follows the end code in the blocks of a picture, whose minimum code size stands at `at`."""
        size = self.data[at] if at < len(self.data) else 0
        if not _CODE_SIZES[0] <= size <= _CODE_SIZES[1]:
            return
        payload = self._joined(at + 1, stop)
        end = lzw.end(payload, size, self.codes)
        if end is None:
            yield Entry(Kind.OTHER_METADATA, "GIF picture data", "unreadable", len(payload))
        else:
            yield from unclaimed(payload, ((end, len(payload)),), "GIF picture data")

    def _extension(self, blocks: Blocks, at: int, stop: int) -> Iterator[Entry]:
        label = self.data[at + 1] if at + 1 < len(self.data) else 0
        if label == _COMMENT:
            yield from comments.entries("GIF comment", self._joined(at + 2, stop))
        elif label == _APPLICATION:
            yield from self._application(blocks, at + 2, stop)
        elif label == _PLAIN_TEXT:
            head = self.data[at + 2] + 1 if at + 2 < len(self.data) else 0
            text = decoded(self._joined(at + 2 + head, stop))
            yield caption("GIF plain text", "Text", text)
        elif label == _GRAPHIC_CONTROL:
            yield from _surplus(self._joined(at + 2, stop), 4)
        else:
            payload = self._joined(at + 2, stop)
            yield hidden(payload, 0, len(payload), "GIF extension", "private-chunk")

    def _application(self, blocks: Blocks, at: int, stop: int) -> Iterator[Entry]:
        name = self.data[at + 1 : at + 12]
        start = at + 1 + self.data[at] if at < len(self.data) else stop
        if name == _XMP:
            yield from blocks.read("XMP", self.data[start : max(start, stop - 1 - _XMP_TRAILER)])
            return
        payload = self._joined(start, stop)
        if name in _LOOPS:
            yield from _surplus(payload, _LOOP_SIZE)
        elif name == _PROFILE:
            yield Entry(Kind.COLOUR_PROFILE, "ICC", "", len(payload))
        elif name in _EMBEDDED:
            yield from blocks.read(_EMBEDDED[name], payload)
        else:
            yield hidden(payload, 0, len(payload), "GIF application extension", "private-chunk")


def _surplus(payload: bytes, size: int) -> Iterator[Entry]:
    """What follows the few bytes that belong into a block."""
    yield from unclaimed(payload, ((size, len(payload)),) if len(payload) > size else (), "between GIF blocks")


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _palette(data: bytes, at: int) -> int:
    """Bytes of the colour table that the flags at `at` announce."""
    flags = data[at] if at < len(data) else 0
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
