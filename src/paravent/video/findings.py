"""What a video's container gives away: kinds, counts and sizes, never values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import av

from paravent.errors import Held
from paravent.inspect.containers import isobmff
from paravent.inspect.entry import Entry, merged, time_precision
from paravent.model.limits import VideoLimits
from paravent.model.report import Finding, Kind
from paravent.video.source import opened_container
from paravent.video.structure import BOXED, boxes

_MOST_NAMES = 100
_KEPT_BEHIND = 1 << 20  # bytes behind the last box that are looked at
_NOTES = 256 << 20  # bytes of boxes that are looked at
# What the readers of HEIF call places, which videos have too.
_HEIF = "HEIF"
_SEEN_AS_STREAMS = (Kind.HIDDEN_VIDEO, Kind.HIDDEN_PICTURE)
# Parts of the names that libav gives to notes of all containers.
_NOTED: tuple[tuple[str, Kind, str], ...] = (
    ("location", Kind.PLACE, "exact-position"),
    ("gps", Kind.PLACE, "exact-position"),
    ("xyz", Kind.PLACE, "exact-position"),
    ("creation_time", Kind.TIME, ""),
    ("date", Kind.TIME, ""),
    ("make", Kind.DEVICE, ""),
    ("model", Kind.DEVICE, ""),
    ("encoder", Kind.SOFTWARE, ""),
    ("encoded_by", Kind.SOFTWARE, ""),
    ("software", Kind.SOFTWARE, ""),
    ("handler_name", Kind.SOFTWARE, ""),
    ("artist", Kind.PERSON_NAME, "author"),
    ("author", Kind.PERSON_NAME, "author"),
    ("copyright", Kind.PERSON_NAME, "copyright"),
    ("title", Kind.CAPTION, ""),
    ("comment", Kind.CAPTION, ""),
    ("description", Kind.CAPTION, ""),
    ("synopsis", Kind.CAPTION, ""),
    ("lyrics", Kind.CAPTION, ""),
    ("uuid", Kind.IDENTIFIER, ""),
    ("identifier", Kind.IDENTIFIER, ""),
)
_OF_THE_FORMAT = frozenset(
    ("major_brand", "minor_version", "compatible_brands", "language", "duration", "handler_name", "vendor_id")
)


def of_video(file: BinaryIO, kind: str, limits: VideoLimits) -> tuple[Finding, ...]:
    """Findings of one video. Damage ends the reading."""
    entries: list[Entry] = []
    if kind in BOXED:
        entries += _of_boxes(file, limits)
    try:
        with opened_container(file, kind, limits) as container:
            entries += _of_streams(container, kind)
            if kind not in BOXED:
                entries += _of_notes(container, kind)
    except Held:
        entries.append(Entry(Kind.OTHER_METADATA, kind, "unreadable"))
    return merged(entries)


def names(file: BinaryIO, kind: str, limits: VideoLimits) -> tuple[str, ...]:
    """What its notes give away of people, as it stands there: authors, owners, titles. Never kept."""
    try:
        with opened_container(file, kind, limits) as container:
            tables = [container.metadata, *(stream.metadata for stream in container.streams)]
            told = [value for table in tables for name, value in table.items() if _says_who(name.lower())]
    except Held:
        return ()
    return tuple(dict.fromkeys(told))[:_MOST_NAMES]


def _says_who(name: str) -> bool:
    known = next((what for part, what, _precision in _NOTED if part in name), None)
    return known is Kind.PERSON_NAME


def _of_boxes(file: BinaryIO, limits: VideoLimits) -> Iterator[Entry]:
    """From all boxes but those that hold the samples."""
    size = file.seek(0, 2)
    parts, end, left = [], 0, _NOTES
    for name, start, _, stop in boxes(file, 0, size, limits):
        end = min(stop, size)
        if name != b"mdat" and end - start <= left:
            left -= end - start
            file.seek(start)
            parts.append(file.read(end - start))
    file.seek(end)
    parts.append(file.read(min(_KEPT_BEHIND, size - end)))
    for entry in isobmff.entries(b"".join(parts)):
        seen = entry.kind in _SEEN_AS_STREAMS or entry.precision == "sound"
        if not (seen and entry.where.startswith(_HEIF)):
            where = entry.where.replace(_HEIF, "MP4") if entry.where.startswith(_HEIF) else entry.where
            yield Entry(entry.kind, where, entry.precision, entry.size)


def _of_streams(container: av.container.InputContainer, kind: str) -> Iterator[Entry]:
    pictures = 0
    for stream in container.streams:
        if stream.type == "audio":
            yield Entry(Kind.SOUND, kind)
        elif stream.type == "subtitle":
            yield Entry(Kind.CAPTION, kind, "subtitles")
        elif stream.type == "video" and stream.disposition & av.stream.Disposition.attached_pic:
            yield Entry(Kind.HIDDEN_PICTURE, kind, "preview")
        elif stream.type == "video":
            pictures += 1
            if pictures > 1:
                yield Entry(Kind.HIDDEN_VIDEO, kind)
        else:
            yield Entry(Kind.HIDDEN_DATA, kind, "data-track")
    for _chapter in container.chapters():
        yield Entry(Kind.CAPTION, kind, "chapters")


def _of_notes(container: av.container.InputContainer, kind: str) -> Iterator[Entry]:
    notes = [container.metadata, *(stream.metadata for stream in container.streams)]
    for name, value in ((name.lower(), value) for table in notes for name, value in table.items()):
        known = next(((what, precision) for part, what, precision in _NOTED if part in name), None)
        if known is not None:
            what, precision = known
            if what is Kind.TIME:
                precision = time_precision(value) or ""
            yield Entry(what, kind, precision, len(value) if what is Kind.CAPTION else 0)
        elif name not in _OF_THE_FORMAT:
            yield Entry(Kind.OTHER_METADATA, kind)
