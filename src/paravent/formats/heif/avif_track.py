"""The track of pictures in an AVIF sequence: its samples, when they are shown, and what they mean (ISO/IEC 14496-12)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from paravent.containers.isobmff import boxes
from paravent.containers.items import Property
from paravent.errors import Held
from paravent.formats.shared.animation import LONGEST
from paravent.model.limits import StillLimits

_BRAND = b"avis"
_FOR_EVER = 0
_MAX_TRACKS = 16
_ENTRY = 78  # bytes of a visual sample entry in front of its boxes
_PLAIN_ENTRY = frozenset((b"av1C", b"colr", b"ccst", b"pasp", b"btrt", b"auxi"))
_UPRIGHT = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


@dataclass(frozen=True, slots=True)
class Track:
    """width, height: of every picture. configuration: content of `av1C`. colours: contents of `colr`. samples: coded.

    timing: milliseconds. loop: how often it is played, 0 for ever. others: whether the file has further tracks.
    """

    width: int
    height: int
    configuration: bytes
    colours: list[bytes]
    samples: tuple[bytes, ...]
    timing: tuple[int, ...]
    loop: int
    others: bool


def is_sequence(data: bytes) -> bool:
    """Whether a file says of itself that it is shown as an animation, and has something to show. Raises Held."""
    return data[8:12] == _BRAND and any(name == b"moov" for name, _ in _top(data))


def find(data: bytes, limits: StillLimits) -> Track:
    """The track that is shown. Raises Held, "encoding" for one that is transparent, turned or cropped."""
    try:
        return _found(data, limits)
    except (struct.error, IndexError, KeyError):
        raise Held("damaged") from None


def _found(data: bytes, limits: StillLimits) -> Track:
    tracks = [content for name, content in boxes(_first(_top(data))[b"moov"]) if name == b"trak"]
    if not 1 <= len(tracks) <= _MAX_TRACKS:
        raise Held("damaged")
    parsed = [_first(list(boxes(track))) for track in tracks]
    kinds = [_first(list(boxes(track[b"mdia"])))[b"hdlr"][8:12] for track in parsed]
    if b"auxv" in kinds:
        raise Held("encoding", detail="AVIF sequence with transparency")
    shown = parsed[kinds.index(b"pict")] if b"pict" in kinds else None
    if shown is None:
        raise Held("damaged")
    total, matrix = _header(shown[b"tkhd"])
    if matrix != _UPRIGHT:
        raise Held("encoding", detail="turned AVIF sequence")
    media = _first(list(boxes(shown[b"mdia"])))
    tables = _first(list(boxes(_first(list(boxes(media[b"minf"])))[b"stbl"])))
    width, height, described = _description(tables[b"stsd"])
    samples = _samples(data, tables, limits)
    return Track(
        width,
        height,
        next(content for name, content in described if name == b"av1C"),
        [content for name, content in described if name == b"colr"],
        samples,
        _timing(tables[b"stts"], media[b"mdhd"], len(samples)),
        _plays(shown.get(b"edts"), total),
        len(tracks) > 1,
    )


def _top(data: bytes) -> list[Property]:
    """The boxes of the file; what is none ends it once the film is there. Raises Held."""
    found: list[Property] = []
    try:
        for one in boxes(data):
            found.append(one)  # those before a broken one are kept
    except Held:
        if not {b"moov", b"mdat"} <= {name for name, _ in found}:
            raise
    return found


def _first(found: list[Property]) -> dict[bytes, bytes]:
    """The first of each name."""
    return dict(reversed(found))


def _header(tkhd: bytes) -> tuple[int | None, bytes]:
    """Duration, None for ever, and matrix."""
    size, at, matrix = (8, 28, 52) if tkhd[0] == 1 else (4, 20, 40)
    duration = tkhd[at : at + size]
    return None if duration == b"\xff" * size else int.from_bytes(duration, "big"), tkhd[matrix : matrix + 36]


def _plays(edts: bytes | None, total: int | None) -> int:
    """By the edit list (ISO/IEC 14496-12, 8.6.6): repeated until the track's duration is over. Raises Held."""
    if edts is None:
        return _FOR_EVER
    elst = _first(list(boxes(edts)))[b"elst"]
    size = 8 if elst[0] == 1 else 4
    if int.from_bytes(elst[4:8], "big") != 1:
        raise Held("encoding", detail="AVIF sequence with cuts")
    if not elst[3] & 1:
        return 1
    once = int.from_bytes(elst[8 : 8 + size], "big")
    if total is None or not once:
        return _FOR_EVER
    return min(max(1, -(-total // once)), 0xFFFF)


def _description(stsd: bytes) -> tuple[int, int, list[Property]]:
    """Width, height and the boxes of the one sample entry. Raises Held."""
    entries = list(boxes(stsd[8:]))
    if len(entries) != 1 or entries[0][0] != b"av01":
        raise Held("encoding", detail="AVIF sequence")
    entry = entries[0][1]
    width, height = struct.unpack_from(">HH", entry, 24)
    described = list(boxes(entry[_ENTRY:]))
    odd = {name for name, _ in described} - _PLAIN_ENTRY
    if odd or b"av1C" not in {name for name, _ in described}:
        raise Held("encoding", detail="AVIF sequence")
    return width, height, described


def _samples(data: bytes, tables: dict[bytes, bytes], limits: StillLimits) -> tuple[bytes, ...]:
    """The coded pictures, all together no longer than the file. Raises Held."""
    uniform, count = struct.unpack_from(">II", tables[b"stsz"], 4)
    if count > limits.pages:
        raise Held("too-many-pages", limit=limits.pages)
    sizes = [uniform] * count if uniform else list(struct.unpack_from(f">{count}I", tables[b"stsz"], 12))
    code, offsets = ("Q", tables[b"co64"]) if b"co64" in tables else ("I", tables[b"stco"])
    (chunks,) = struct.unpack_from(">I", offsets, 4)
    if not count or chunks > count or 0 in sizes or sum(sizes) > len(data):
        raise Held("damaged")
    found: list[bytes] = []
    starts = struct.unpack_from(f">{chunks}{code}", offsets, 8)
    for at, number in zip(starts, _in_chunks(tables[b"stsc"], chunks), strict=True):
        for size in sizes[len(found) : len(found) + number]:
            if at + size > len(data):
                raise Held("damaged")
            found.append(data[at : at + size])
            at += size
    if len(found) != count:
        raise Held("damaged")
    return tuple(found)


def _in_chunks(stsc: bytes, chunks: int) -> list[int]:
    """How many samples each chunk has."""
    (entries,) = struct.unpack_from(">I", stsc, 4)
    if not 1 <= entries <= chunks:
        raise Held("damaged")
    runs = [struct.unpack_from(">III", stsc, 8 + 12 * i) for i in range(entries)]
    firsts = [first for first, _, _ in runs] + [chunks + 1]
    if firsts[0] != 1 or sorted(set(firsts)) != firsts:
        raise Held("damaged")
    return [number for i, (first, number, _) in enumerate(runs) for _ in range(first, firsts[i + 1])]


def _timing(stts: bytes, mdhd: bytes, count: int) -> tuple[int, ...]:
    (scale,) = struct.unpack_from(">I", mdhd, 20 if mdhd[0] == 1 else 12)
    (entries,) = struct.unpack_from(">I", stts, 4)
    if not scale or entries > count:
        raise Held("damaged")
    timing: list[int] = []
    for i in range(entries):
        number, ticks = struct.unpack_from(">II", stts, 8 + 8 * i)
        if number > count - len(timing):
            raise Held("damaged")
        timing += [min(round(1000 * ticks / scale), LONGEST)] * number
    if len(timing) != count:
        raise Held("damaged")
    return tuple(timing)
