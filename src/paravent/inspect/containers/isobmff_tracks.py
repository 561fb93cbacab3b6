"""Reads the films and picture sequences (`moov`) that a HEIF file can hold besides its items."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from paravent.containers.boxes import Box
from paravent.inspect.containers import isobmff_notes
from paravent.inspect.containers.boxes import boxes, number
from paravent.inspect.containers.trailing import hidden
from paravent.inspect.entry import Entry, decoded
from paravent.inspect.spans import Spans
from paravent.model.report import Kind

TRACK = "HEIF track"
_MAX_TRACKS = 16
# Honest sequences have some thousands.
_MAX_CHUNKS = 200_000
_FULL_BOX = 4
_MAX_NAME = 256
# Seconds from 1904 to 1970: a creation time before that was never set.
_EPOCH = 2_082_844_800
_PLAIN = frozenset((b"tkhd", b"edts", b"tref", b"mdia", b"free", b"skip"))


def entries(data: bytes, moov: Box, claimed: Spans, meta: Callable[[Box], Iterator[Entry]]) -> Iterator[Entry]:
    """What the tracks and the film's own notes give away. claimed: gets the samples' places. meta: reads a `meta` box."""
    tracks = 0
    for box in boxes(data, moov.content, moov.stop):
        if box.kind == b"mvhd":
            yield from _created(data, box)
        elif box.kind == b"trak" and tracks < _MAX_TRACKS:
            tracks += 1
            yield from _track(data, box, claimed, meta)
        elif box.kind == b"meta":
            yield from meta(box)
        elif box.kind == b"udta":
            yield from isobmff_notes.entries(data, box)
        elif box.kind not in (b"free", b"skip", b"mvex", b"iods"):
            yield hidden(data, box.content, box.stop, "HEIF box", "private-chunk")


def _track(data: bytes, trak: Box, claimed: Spans, meta: Callable[[Box], Iterator[Entry]]) -> Iterator[Entry]:
    handler, roles, size = b"", set(), 0
    for box in boxes(data, trak.content, trak.stop):
        if box.kind == b"tkhd":
            yield from _created(data, box)
        elif box.kind == b"tref":
            roles = {reference.kind for reference in boxes(data, box.content, box.stop)}
        elif box.kind == b"mdia":
            handler, name, size = _media(data, box, claimed)
            if name:
                yield Entry(Kind.SOFTWARE, TRACK, "", 0, "Handler", name)
        elif box.kind == b"meta":
            yield from meta(box)
        elif box.kind == b"udta":
            yield from isobmff_notes.entries(data, box)
        elif box.kind not in _PLAIN:
            yield hidden(data, box.content, box.stop, "HEIF box", "private-chunk")
    yield _meaning(handler, roles, size)


def _meaning(handler: bytes, roles: set[bytes], size: int) -> Entry:
    if b"thmb" in roles:
        return Entry(Kind.HIDDEN_PICTURE, TRACK, "thumbnail", size)
    if handler == b"auxv" or b"auxl" in roles:
        return Entry(Kind.OTHER_METADATA, TRACK, "transparency", size)
    if handler == b"pict":
        return Entry(Kind.OTHER_METADATA, TRACK, "animation", size)
    if handler == b"vide":
        return Entry(Kind.HIDDEN_VIDEO, TRACK, "", size)
    return Entry(Kind.HIDDEN_DATA, TRACK, "sound" if handler == b"soun" else "unknown", size)


def _created(data: bytes, box: Box) -> Iterator[Entry]:
    wide = 8 if data[box.content : box.content + 1] == b"\1" else 4
    if number(data, box.content + _FULL_BOX, wide) > _EPOCH:
        yield Entry(Kind.TIME, TRACK, "to-the-second")


def _media(data: bytes, mdia: Box, claimed: Spans) -> tuple[bytes, str, int]:
    """The handler's type and name, and how many bytes the samples take."""
    handler, name, size = b"", "", 0
    for box in boxes(data, mdia.content, mdia.stop):
        if box.kind == b"hdlr":
            handler = data[box.content + 8 : box.content + 12]
            name = decoded(data[box.content + 24 : min(box.stop, box.content + 24 + _MAX_NAME)])
        elif box.kind == b"minf":
            for table in boxes(data, box.content, box.stop):
                if table.kind == b"stbl":
                    tables = {inner.kind: inner for inner in boxes(data, table.content, table.stop)}
                    starts, sizes = _chunks(data, tables)
                    claimed.add_many(starts, sizes)
                    size += int(np.clip(sizes, 0, len(data)).sum())
    return handler, name, size


def _chunks(data: bytes, tables: dict[bytes, Box]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Offsets and sizes of the chunks of samples, as far as the tables are whole."""
    if b"co64" in tables:
        offsets = _table(data, tables[b"co64"], ">u8", _FULL_BOX)
    else:
        offsets = _table(data, tables.get(b"stco"), ">u4", _FULL_BOX)
    offsets = np.minimum(offsets[:_MAX_CHUNKS], np.asarray(1 << 48, np.uint64)).astype(np.int64)
    counts = _samples_in_chunks(_table(data, tables.get(b"stsc"), ">u4", _FULL_BOX, 3), len(offsets))
    sizes = tables.get(b"stsz")
    if sizes is None or not len(offsets):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    fixed = number(data, sizes.content + _FULL_BOX, 4)
    if fixed:
        return offsets, np.minimum(counts, (1 << 48) // fixed) * fixed
    ends = np.concatenate(([0], np.cumsum(_table(data, sizes, ">u4", _FULL_BOX + 4), dtype=np.int64)))
    edges = np.minimum(np.concatenate(([0], np.cumsum(counts))), len(ends) - 1)
    return offsets, np.diff(ends[edges])


def _table(data: bytes, box: Box | None, type_: str, before: int, columns: int = 1) -> NDArray[np.unsignedinteger]:
    """The numbers behind a count that stands `before` bytes into the box; (rows, columns) for more than one column."""
    if box is None:
        return np.empty((0, columns) if columns > 1 else 0, np.uint64)
    start = box.content + before + 4
    row = columns * np.dtype(type_).itemsize
    rows = max(0, min(number(data, start - 4, 4), (box.stop - start) // row))
    values = np.frombuffer(data, type_, rows * columns, start) if rows else np.empty(0, type_)
    return values.reshape(rows, columns) if columns > 1 else values


def _samples_in_chunks(runs: NDArray[np.unsignedinteger], chunks: int) -> NDArray[np.int64]:
    """How many samples each chunk has. runs: rows of first chunk (from 1), samples a chunk, description."""
    if not len(runs) or not chunks:
        return np.zeros(chunks, np.int64)
    firsts = np.clip(runs[:, 0].astype(np.int64) - 1, 0, chunks)
    lengths = np.maximum(np.diff(np.append(firsts, chunks)), 0)
    counts = np.repeat(runs[:, 1].astype(np.int64), lengths)[:chunks]
    return np.pad(counts, (0, chunks - len(counts)))
