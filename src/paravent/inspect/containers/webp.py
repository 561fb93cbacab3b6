"""Reads what a WebP gives away: its RIFF chunks and what lies behind them."""

from __future__ import annotations

from collections.abc import Iterator

from paravent.containers.chunks import riff, riff_end
from paravent.inspect.containers.trailing import behind, hidden
from paravent.inspect.entry import Entry
from paravent.inspect.metadata.blocks import Blocks
from paravent.inspect.spans import unclaimed
from paravent.model.report import Kind

_HEADER = 12
_FRAME_HEADER = 16
_MAX_CHUNKS = 20_000
_PLAIN = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH"))
_PICTURES = frozenset((b"VP8 ", b"VP8L"))
_SIZES = {b"VP8X": 10, b"ANIM": 6}
_BLOCKS = {b"EXIF": "EXIF", b"XMP ": "XMP", b"C2PA": "C2PA"}


def entries(data: bytes) -> Iterator[Entry]:
    """Everything the file gives away, as far as its chunks can be followed."""
    blocks = Blocks()
    pictures = 0
    stated = riff_end(data)
    end = min(stated + stated % 2, len(data))
    canvas = (0, 0)
    for name, start, stop in _chunks(data, _HEADER, end):
        yield from unclaimed(data, ((start + _SIZES.get(name, stop - start), stop),), f"WebP {name.decode('latin-1')}")
        if name == b"VP8X":
            canvas = _number(data, start + 4) + 1, _number(data, start + 7) + 1
        pictures += name in _PICTURES
        if name in _PICTURES and pictures > 1:
            yield Entry(Kind.HIDDEN_PICTURE, "WebP", "further-picture", stop - start)
        if name in _PLAIN:
            continue
        if name in _BLOCKS:
            yield from blocks.read(_BLOCKS[name], data[start:stop])
        elif name == b"ICCP":
            yield Entry(Kind.COLOUR_PROFILE, "ICC", "", stop - start)
        elif name == b"ANIM":
            yield Entry(Kind.OTHER_METADATA, "WebP ANIM", "animation")
        elif name == b"ANMF":
            yield from _outside(data, start, stop, canvas)
            yield from _frame(data, start + _FRAME_HEADER, stop)
        else:
            yield hidden(data, start, stop, "WebP private chunk", "private-chunk")
    yield from behind(data, end, len(data))


def _outside(data: bytes, start: int, stop: int, canvas: tuple[int, int]) -> Iterator[Entry]:
    left, top, width, height = (_number(data, start + at) for at in (0, 3, 6, 9))
    if 2 * left + width + 1 > canvas[0] or 2 * top + height + 1 > canvas[1]:
        yield Entry(Kind.HIDDEN_PICTURE, "WebP frame", "outside-canvas", stop - start)


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 3], "little")


def _frame(data: bytes, start: int, end: int) -> Iterator[Entry]:
    for name, inner, stop in _chunks(data, start, end):
        if name not in _PLAIN:
            yield hidden(data, inner, stop, "WebP private chunk", "private-chunk")


def _chunks(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk's content; a cut-off one reaches to the end."""
    for name, content, stop, _ in riff(data, start, end, _MAX_CHUNKS):
        yield name, content, min(stop, end)
