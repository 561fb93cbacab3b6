"""Reads a written MP4 and lets one form pass: ftyp, mdat, moov; one track of pictures, tracks of sound, of text, no more.

Every byte of mdat belongs to exactly one sample. What is hidden inside the entropy-coded samples is not seen here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from paravent.errors import Held
from paravent.verify.video import configurations, lights, text_tracks

_MAX_TABLES = 256_000_000
_MAX_BOXES = 64
_LEAD = bytes(4)
_FTYP = b"isom" + bytes(4) + b"isomiso6mp42"
_MATRIX = b"".join(value.to_bytes(4, "big") for value in (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30))
_ENTRIES = {"h264": (b"avc1", b"avcC"), "hevc": (b"hvc1", b"hvcC"), "vp9": (b"vp09", b"vpcC")}
_ENTRIES["av1"] = (b"av01", b"av1C")
_SOUND_ENTRIES = {"aac": (b"mp4a", b"esds"), "opus": (b"Opus", b"dOps")}
_TEXT_ENTRY = (b"tx3g", b"")
_HEADERS = {b"vide": (b"vmhd", b"\0\0\0\1" + bytes(8)), b"soun": (b"smhd", bytes(8)), b"sbtl": (b"nmhd", bytes(4))}
_LONGEST_ENTRY = 4096
_PARTS: dict[bytes, Callable[[bytes], bool]] = {
    b"colr": configurations.colour,
    b"pasp": configurations.aspect,
    b"mdcv": lambda content: lights.is_plain(b"mdcv", content),
    b"clli": lambda content: lights.is_plain(b"clli", content),
}
_LONGEST_TEXT, _MOST_TEXTS = 1 << 16, 400_000
_FULL, _ONE = _LEAD, b"\0\0\0\1"
_RUN_UP = 4  # packets of sound at most before the first that is heard

Integers = NDArray[np.int64]


def check(file: BinaryIO, codec: str, sounds: list[str], counts: list[int], texts: Sequence[Sequence[bytes]] = ()) -> None:
    """Raises Held("container"). counts: samples of each track, the pictures' first. texts: samples of the tracks of text,
    which lie behind all others and are not counted."""
    checker = Checker(file, codec, sounds, [*counts, *map(len, texts)], len(texts))
    checker.check()
    _require(checker.texts == [list(samples) for samples in texts], "text")


def check_form(file: BinaryIO, codec: str, sounds: list[str], texts: int = 0) -> None:
    """The same for a file of which nothing else is known. Raises Held("container")."""
    if codec not in _ENTRIES or any(name not in _SOUND_ENTRIES for name in sounds):
        raise Held("container", detail="MP4 stsd")
    Checker(file, codec, sounds, None, texts).check()


class Checker:
    """Reads one file. counts: None where they are not known."""

    def __init__(self, file: BinaryIO, codec: str, sounds: list[str], counts: list[int] | None, texts: int) -> None:
        self._file = file
        self.texts: list[list[bytes]] = []
        self._at_zero = False  # a track of pictures or sound begins when the film does
        entries = [_ENTRIES[codec], *(_SOUND_ENTRIES[name] for name in sounds), *[_TEXT_ENTRY] * texts]
        self._counts = None if counts is None else [count for count in counts if count]
        self._entries = [entry for entry, count in zip(entries, counts or [1] * len(entries), strict=True) if count]

    def check(self) -> None:
        """Raises Held("container")."""
        file = self._file
        size = file.seek(0, 2)
        file.seek(0)
        head = file.read(8 + len(_FTYP))
        _require(head == len(head).to_bytes(4, "big") + b"ftyp" + _FTYP, "ftyp")
        data = file.read(16)
        _require(len(data) == 16 and data[:8] == _ONE + b"mdat", "mdat")
        start, stop = len(head) + 16, len(head) + int.from_bytes(data[8:], "big")
        _require(start <= stop <= size - 8 and size - stop <= _MAX_TABLES, "mdat")
        file.seek(stop)
        tables = list(_boxes(file.read(size - stop)))
        _require([name for name, _ in tables] == [b"moov"], "moov")
        self._movie(tables[0][1], start, stop)

    def _movie(self, moov: bytes, start: int, stop: int) -> None:
        parts = list(_boxes(moov))
        _require([name for name, _ in parts] == [b"mvhd", *[b"trak"] * len(self._entries)], "moov")
        mvhd = parts[0][1]
        _require(len(mvhd) == 100 and mvhd[:12] == bytes(12) and mvhd[20:36] == b"\0\1\0\0\1\0" + bytes(10), "mvhd")
        _require(mvhd[36:72] == _MATRIX and mvhd[72:96] == bytes(24), "mvhd")
        extents = [self._track(number, trak) for number, (_, trak) in enumerate(parts[1:])]
        _require(not self._entries or self._at_zero, "elst")
        for entry, (places, lengths) in zip(self._entries, extents, strict=True):
            if entry is _TEXT_ENTRY:
                self.texts.append([])
                self._texts(places, lengths)
        offsets = np.concatenate([offset for offset, _ in extents])
        sizes = np.concatenate([length for _, length in extents])
        order = np.argsort(offsets, kind="stable")
        edges = np.append(offsets[order], stop)
        _require(bool(edges[0] == start and (edges[:-1] + sizes[order] == edges[1:]).all()), "mdat")

    def _track(self, number: int, trak: bytes) -> tuple[Integers, Integers]:
        """Places and lengths of the samples."""
        parts = dict(_boxes(trak))
        names = [name for name, _ in _boxes(trak)]
        _require(names in ([b"tkhd", b"mdia"], [b"tkhd", b"edts", b"mdia"]), "trak")
        self._header(number, parts[b"tkhd"])
        media = dict(_boxes(parts[b"mdia"]))
        _require([name for name, _ in _boxes(parts[b"mdia"])] == [b"mdhd", b"hdlr", b"minf"], "mdia")
        _require(len(media[b"mdhd"]) == 36 and media[b"mdhd"][:20] == b"\1" + bytes(19), "mdhd")
        _require(media[b"mdhd"][32:] == b"\x55\xc4\0\0", "mdhd")
        handler = self._handler(number)
        _require(media[b"hdlr"] == bytes(8) + handler + bytes(13), "hdlr")
        inner = list(_boxes(media[b"minf"]))
        names = [name for name, _ in inner]
        header, content = _HEADERS[handler]
        _require(names == [header, b"dinf", b"stbl"], "minf")
        _require(inner[0][1] == content, "minf")
        _require(inner[1][1] == b"\0\0\0\x1cdref" + bytes(4) + _ONE + b"\0\0\0\x0curl \0\0\0\1", "dinf")
        return self._samples(number, inner[2][1], parts.get(b"edts"))

    def _header(self, number: int, tkhd: bytes) -> None:
        handler = self._handler(number)
        sound = handler == b"soun"
        fixed = b"\0\0\0\3" + bytes(8) + (number + 1).to_bytes(4, "big") + bytes(4)
        _require(len(tkhd) == 84 and tkhd[:20] == fixed, "tkhd")
        _require(tkhd[24:40] == bytes(12) + (b"\1\0" if sound else b"\0\0") + b"\0\0", "tkhd")
        _require(tkhd[40:76] == _MATRIX and (not sound or tkhd[76:] == bytes(8)), "tkhd")

    def _handler(self, number: int) -> bytes:
        return b"vide" if not number else b"sbtl" if self._entries[number] is _TEXT_ENTRY else b"soun"

    def _texts(self, places: Integers, lengths: Integers) -> None:
        """Each sample is a length and so much text: nothing about styles, and nothing that shows no sign."""
        _require(len(places) <= _MOST_TEXTS, "text")
        for place, length in zip(places.tolist(), lengths.tolist(), strict=True):
            _require(length <= _LONGEST_TEXT, "text")
            self._file.seek(place)
            content = self._file.read(length)
            _require(text_tracks.is_plain(content), "text")
            self.texts[-1].append(content)

    def _samples(self, number: int, stbl: bytes, edits: bytes | None) -> tuple[Integers, Integers]:
        tables = dict(_boxes(stbl))
        names = [name for name, _ in _boxes(stbl)]
        optional = [name for name in (b"ctts", b"stss") if name in tables]
        _require(names == [b"stsd", b"stts", *optional, b"stsc", b"stsz", b"co64"], "stbl")
        self._entry(number, tables[b"stsd"])
        sizes = _table(tables[b"stsz"], 8, ">u4", 1)
        _require(tables[b"stsz"][:8] == bytes(8), "stsz")
        _require(self._counts is None or len(sizes) == self._counts[number], "stsz")
        stts = _table(tables[b"stts"], 4, ">u4", 2).reshape(-1, 2)
        _require(int(stts[:, 0].sum()) == len(sizes), "stts")
        if b"ctts" in tables:
            _require(int(_table(tables[b"ctts"], 4, ">u4", 2).reshape(-1, 2)[:, 0].sum()) == len(sizes), "ctts")
        if b"stss" in tables:
            keys = _table(tables[b"stss"], 4, ">u4", 1)
            _require(len(keys) > 0 and bool((np.diff(keys) > 0).all() and keys[-1] <= len(sizes)), "stss")
        if edits is not None:
            self._edits(number, edits, stts)
        elif self._entries[number] is not _TEXT_ENTRY:
            self._at_zero = True
        offsets = _table(tables[b"co64"], 4, ">u8", 1)
        counts = _counts(_table(tables[b"stsc"], 4, ">u4", 3).reshape(-1, 3), len(offsets))
        _require(int(counts.sum()) == len(sizes), "stsc")
        before = np.cumsum(sizes) - sizes
        firsts = np.cumsum(counts) - counts
        return np.repeat(offsets - before[firsts], counts) + before, sizes

    def _edits(self, number: int, edits: bytes, stts: Integers) -> None:
        """A pause before, and for sound the run-up of its decoder; pictures are shown from the first."""
        parts = list(_boxes(edits))
        _require([name for name, _ in parts] == [b"elst"] and parts[0][1][:4] == b"\1\0\0\0", "elst")
        entries = parts[0][1][8:]
        count = int.from_bytes(parts[0][1][4:8], "big")
        _require(count in (1, 2) and len(entries) == 20 * count, "elst")
        self._at_zero |= count == 1 and self._entries[number] is not _TEXT_ENTRY
        for index in range(count):
            at = int.from_bytes(entries[20 * index + 8 : 20 * index + 16], "big", signed=True)
            _require(entries[20 * index + 16 : 20 * index + 20] == b"\0\1\0\0", "elst")
            if index < count - 1:
                _require(at == -1, "elst")
            else:
                _require(0 <= at <= (_RUN_UP * int(stts[:, 1].max()) if number else 0), "elst")

    def _entry(self, number: int, stsd: bytes) -> None:
        _require(len(stsd) <= _LONGEST_ENTRY and stsd[:8] == _LEAD + _ONE, "stsd")
        if self._entries[number] is _TEXT_ENTRY:
            _require(stsd[8:] == text_tracks.ENTRY, "stsd")
            return
        name, configuration = self._entries[number]
        entries = list(_boxes(stsd[8:]))
        _require([kind for kind, _ in entries] == [name], "stsd")
        entry = entries[0][1]
        if number:
            _require(entry[:16] == bytes(6) + b"\0\1" + bytes(8) and entry[18:24] == b"\0\x10" + bytes(4), "stsd")
            inside = list(_boxes(entry[28:]))
            _require([kind for kind, _ in inside] == [configuration], "stsd")
            _require(configurations.is_plain(*inside[0]), configuration.decode())
            return
        _require(entry[:24] == bytes(6) + b"\0\1" + bytes(16), "stsd")
        _require(entry[28:78] == b"\0\x48\0\0\0\x48\0\0" + bytes(4) + b"\0\1" + bytes(32) + b"\0\x18\xff\xff", "stsd")
        boxes = list(_boxes(entry[78:]))
        inner = [kind for kind, _ in boxes]
        permitted = [kind for kind in (b"colr", b"pasp", b"mdcv", b"clli") if kind in inner]
        _require(inner == [configuration, *permitted], "stsd")
        _require(configurations.is_plain(*boxes[0]), configuration.decode())
        for kind, content in boxes[1:]:
            _require(_PARTS[kind](content), kind.decode())


def _counts(runs: Integers, chunks: int) -> Integers:
    """Samples in each chunk."""
    _require(len(runs) > 0 and runs[0, 0] == 1 and bool((np.diff(runs[:, 0]) > 0).all()), "stsc")
    _require(runs[-1, 0] <= chunks and bool((runs[:, 1] > 0).all() and (runs[:, 2] == 1).all()), "stsc")
    return np.repeat(runs[:, 1], np.diff(np.append(runs[:, 0], chunks + 1)))


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    for _ in range(_MAX_BOXES):
        if at == len(data):
            return
        size = int.from_bytes(data[at : at + 4], "big")
        _require(8 <= size <= len(data) - at, "box")
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size
    _require(False, "box")


def _table(box: bytes, before: int, kind: str, columns: int) -> Integers:
    """Numbers behind a count that must fill the box."""
    start = before + 4
    count = int.from_bytes(box[before:start], "big") * columns
    _require(len(box) == start + count * np.dtype(kind).itemsize, "table")
    values = np.frombuffer(box, kind, count, start)
    _require(not count or int(values.max()) < 1 << 62, "table")
    return values.astype(np.int64)


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise Held("container", detail=f"MP4 {what}")
