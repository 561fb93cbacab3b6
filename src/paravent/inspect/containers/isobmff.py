"""Reads what a HEIC, HEIF or AVIF gives away: its items, films, private boxes, unused bytes and what stands behind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paravent.containers.boxes import Box
from paravent.inspect.containers import isobmff_notes, isobmff_pictures, isobmff_tracks, uuids
from paravent.inspect.containers.boxes import box_at, number
from paravent.inspect.containers.isobmff_items import PlacedItems
from paravent.inspect.containers.isobmff_pictures import ITEM, PICTURES
from paravent.inspect.containers.trailing import behind, hidden
from paravent.inspect.entry import Entry, caption, decoded
from paravent.inspect.metadata.blocks import Blocks
from paravent.inspect.spans import Spans, unclaimed
from paravent.model.report import Kind

_BOX = "HEIF box"
_BETWEEN = "between HEIF items"
_PROPERTY = "HEIF item property"
# Boxes a file's top level is known to have; others that reach behind the end are no boxes.
_KNOWN = frozenset((b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"wide", b"uuid", b"udta", b"mpvd", b"sefd"))
_UNUSED = (b"free", b"skip", b"wide")
_MAX_TOP = 5000
_MAX_META = 4
_MAX_EMBEDDED = 16 << 20
_MAX_EXIF = 1 << 20
_MAX_HANDLER_NAME = 256
# What encoders call items of their own accord.
_CUSTOMARY_NAMES = frozenset(
    (b"", b"Exif", b"XMP", b"Color", b"Alpha", b"Image", b"HEVC Image", b"Derived image", b"Depth", b"Thumbnail", b"GMap")
)
# Properties of ISO/IEC 23008-12, 23000-22 and AV1's binding that say how a picture is coded or shown.
_PLAIN_PROPERTIES = frozenset(
    b"ispe pixi hvcC av1C avcC vvcC evcC lhvC jpgC j2kH cmpd uncC clap irot imir pasp auxC lsel a1lx a1op clli mdcv cclv "
    b"amve ndwt tols oinf iscl rloc rref reve cicp mskC".split()
)
_PROPERTY_KINDS: dict[bytes, tuple[Kind, str]] = {
    b"crtt": (Kind.TIME, "to-the-subsecond"),
    b"mdft": (Kind.TIME, "to-the-subsecond"),
    b"cmin": (Kind.OTHER_METADATA, "camera-settings"),
    b"cmex": (Kind.OTHER_METADATA, "camera-settings"),
    b"prdi": (Kind.OTHER_METADATA, "camera-settings"),
    b"iaux": (Kind.OTHER_METADATA, "camera-settings"),
}
_SAMSUNG_VIDEO = re.compile(rb"(?s)....ftyp(?:mp4|iso|avc)")


def entries(data: bytes) -> Iterator[Entry]:
    """Everything the file gives away, as far as its boxes can be followed."""
    return _IsobmffReader(data).entries()


class _IsobmffReader:
    """Reads the boxes of one file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._blocks = Blocks()
        self._claimed = Spans()
        self._payloads: list[Box] = []
        self._metas = 0
        self._complete = True

    def entries(self) -> Iterator[Entry]:
        """Every box's entries, then what no box refers to."""
        at, top = 0, []
        for _ in range(_MAX_TOP):
            box = self._top_box(at)
            if box is None:
                break
            top.append(box)
            at = box.stop
        for box in top:
            yield from self._box(box)
        if self._complete:
            yield from self._unused()
        yield from behind(self._data, at, len(self._data))

    def _unused(self) -> Iterator[Entry]:
        """Bytes of `mdat` and `idat` boxes that no item and no track has."""
        at = 0
        for payload in sorted(self._payloads, key=lambda box: box.content):
            self._claimed.add(at, payload.content)
            at = max(at, payload.stop)
        self._claimed.add(at, len(self._data))
        yield from unclaimed(self._data, self._claimed.gaps(0, len(self._data)), _BETWEEN)

    def _top_box(self, at: int) -> Box | None:
        """The box at `at`, cut to the file; None where the file ends and something else may follow."""
        end = len(self._data)
        box = box_at(self._data, at, end)
        if box is None or (box.kind == b"ftyp" and at > 0):
            return None
        if box.stop <= end:
            return box
        return box._replace(stop=end) if box.kind in _KNOWN and box.content <= end else None

    def _box(self, box: Box) -> Iterator[Entry]:
        data = self._data
        if box.kind == b"meta":
            yield from self._meta(box)
        elif box.kind == b"mdat":
            self._payloads.append(box)
        elif box.kind == b"moov":
            yield from isobmff_tracks.entries(data, box, self._claimed, self._meta)
        elif box.kind == b"mpvd":
            # The motion photo of Google's specification.
            yield Entry(Kind.HIDDEN_VIDEO, _BOX, "", box.stop - box.content)
        elif box.kind == b"uuid":
            yield from uuids.entries(data, box, self._blocks, "HEIF uuid")
        elif box.kind == b"udta":
            yield from isobmff_notes.entries(data, box)
        elif box.kind in _UNUSED:
            yield from unclaimed(data, ((box.content, box.stop),), _BETWEEN)
        elif box.kind == b"sefd":
            yield from self._samsung(box)
        elif box.kind not in (b"ftyp", b"styp", b"pdin", b"mfra", b"sidx"):
            yield hidden(data, box.content, box.stop, _BOX, "private-chunk")

    def _samsung(self, box: Box) -> Iterator[Entry]:
        """Samsung's trailer, in a box here: an index of named notes, among them the film of a motion photo."""
        video = _SAMSUNG_VIDEO.search(self._data, box.content, box.stop)
        if video:
            yield Entry(Kind.HIDDEN_VIDEO, "Samsung trailer", "", box.stop - video.start())
        yield Entry(Kind.OTHER_METADATA, "Samsung trailer", "maker-note", box.stop - box.content)
        if self._data.find(b"Image_UTC_Data", box.content, box.stop) >= 0:
            yield Entry(Kind.TIME, "Samsung trailer", "to-the-subsecond")

    def _meta(self, box: Box) -> Iterator[Entry]:
        self._metas += 1
        if self._metas > _MAX_META:
            self._complete = False
            yield Entry(Kind.OTHER_METADATA, _BOX, "unreadable", box.stop - box.content)
            return
        items = PlacedItems(self._data, box)
        tables = items.tables
        self._complete = self._complete and tables.complete
        for extents in items.extents.values():
            for start, stop in extents:
                self._claimed.add(start, stop)
        if tables.payload is not None:
            self._payloads.append(tables.payload)
        if tables.primary:
            yield from isobmff_pictures.entries(self._data, items)
        for item in tables.kinds:
            yield from self._item(items, item)
        for stored in tables.properties:
            yield from self._property(stored)
        for inner in tables.other:
            yield from self._beside_tables(inner)
        if any(inner.kind == b"hdlr" and _handler(self._data, inner) != b"pict" for inner in tables.other):
            yield from isobmff_notes.keys(self._data, box)

    def _item(self, items: PlacedItems, item: int) -> Iterator[Entry]:
        kind, name, size = items.tables.kinds[item], items.tables.names[item], items.size(item)
        if name not in _CUSTOMARY_NAMES:
            yield caption("HEIF item name", "Name", decoded(name))
        if kind in PICTURES or not size:
            return
        if kind == b"Exif":
            yield from self._blocks.read_made("EXIF", lambda: _exif(items.bytes_of(item, _MAX_EXIF)))
        elif items.tables.media[item] == b"application/rdf+xml":
            yield from self._blocks.read_made("XMP", lambda: items.bytes_of(item, _MAX_EMBEDDED))
        elif kind in (b"iptc", b"jumb"):
            block = "IPTC" if kind == b"iptc" else "C2PA"
            yield from self._blocks.read_made(block, lambda: items.bytes_of(item, _MAX_EMBEDDED))
        else:
            start, _ = items.extents[item][0]
            yield hidden(self._data, start, start + size, ITEM, "private-chunk")

    def _property(self, box: Box) -> Iterator[Entry]:
        data = self._data
        if box.kind == b"colr":
            if data[box.content : box.content + 4] in (b"prof", b"rICC"):
                yield Entry(Kind.COLOUR_PROFILE, "ICC", "", box.stop - box.content - 4)
        elif box.kind in (b"udes", b"altt"):
            texts = data[box.content + 4 : min(box.stop, box.content + _MAX_EXIF)].split(b"\0")
            text = "\n".join(filter(None, map(decoded, texts[1:] if box.kind == b"udes" else texts[:1])))
            if text:
                yield caption(_PROPERTY, box.kind.decode(), text)
        elif box.kind in _PROPERTY_KINDS:
            kind, precision = _PROPERTY_KINDS[box.kind]
            yield Entry(kind, _PROPERTY, precision)
        elif box.kind == b"uuid":
            yield from uuids.entries(data, box, self._blocks, _PROPERTY)
        elif box.kind in _UNUSED:
            yield from unclaimed(data, ((box.content, box.stop),), _BETWEEN)
        elif box.kind not in _PLAIN_PROPERTIES:
            yield hidden(data, box.content, box.stop, _PROPERTY, "private-chunk")

    def _beside_tables(self, box: Box) -> Iterator[Entry]:
        data = self._data
        if box.kind == b"hdlr":
            name = decoded(data[box.content + 24 : min(box.stop, box.content + 24 + _MAX_HANDLER_NAME)])
            if name:
                yield Entry(Kind.SOFTWARE, "HEIF hdlr", "", 0, "Handler", name)
        elif box.kind in _UNUSED:
            yield from unclaimed(data, ((box.content, box.stop),), _BETWEEN)
        elif box.kind == b"uuid":
            yield from uuids.entries(data, box, self._blocks, "HEIF uuid")
        elif box.kind not in (b"keys", b"ilst"):
            yield hidden(data, box.content, box.stop, _BOX, "private-chunk")


def _handler(data: bytes, box: Box) -> bytes:
    """The type that an `hdlr` box states."""
    return data[box.content + 8 : box.content + 12]


def _exif(item: bytes) -> bytes:
    """The block of an Exif item, which begins with the distance to the byte order mark."""
    distance = number(item, 0, 4)
    return item[4 + distance :] if item[4 + distance : 6 + distance] in (b"II", b"MM") else item[4:]
