"""Sorts the items of a HEIF file: which picture is shown, and which others the file carries along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from paravent.inspect.containers.boxes import number
from paravent.inspect.containers.isobmff_items import PlacedItems
from paravent.inspect.entry import Entry
from paravent.model.report import Kind

ITEM = "HEIF item"
# Item types of ISO/IEC 23008-12 and 23000-22 that are pictures, coded or derived.
PICTURES = frozenset(b"hvc1 hev1 lhv1 av01 avc1 vvc1 evc1 jpeg j2k1 unci mski grid iden iovl tmap".split())
_GAIN_MAP = b"tmap"
_STEREO = b"ster"
# By a part of the URN in an auxiliary picture's auxC property; MPEG's and Apple's.
_AUXILIARY: tuple[tuple[bytes, Kind, str], ...] = (
    (b"auxid:1", Kind.OTHER_METADATA, "transparency"),
    (b"auxiliary:alpha", Kind.OTHER_METADATA, "transparency"),
    (b"auxid:2", Kind.HIDDEN_PICTURE, "depth-map"),
    (b"auxiliary:depth", Kind.HIDDEN_PICTURE, "depth-map"),
    (b"disparity", Kind.HIDDEN_PICTURE, "depth-map"),
    (b"gainmap", Kind.HIDDEN_PICTURE, "gain-map"),
    (b"matte", Kind.HIDDEN_PICTURE, "matte"),
)
# Encoders pad a picture up to whole coding blocks and crop it again: less than the largest block hides nothing.
_BLOCK = 64


def entries(data: bytes, items: PlacedItems) -> Iterator[Entry]:
    """One entry for each picture besides the one that is shown, and for parts of that one that are not shown."""
    sorter = _Sorter(data, items)
    shown = sorter.claim(items.tables.primary)
    yield from sorter.unseen(shown)
    yield from sorter.gain_maps()
    yield from sorter.referring()
    yield from sorter.others()


class _Sorter:
    """claimed: items that were told of already, or are part of the picture shown."""

    def __init__(self, data: bytes, items: PlacedItems) -> None:
        self._data, self._items = data, items
        self._claimed: set[int] = set()
        self._inputs: dict[int, list[int]] = defaultdict(list)
        for kind, source, targets in items.tables.references:
            if kind == b"dimg":
                self._inputs[source].extend(targets)

    def claim(self, *roots: int) -> list[int]:
        """The items with all that they are derived from, as far as nothing claimed them before."""
        found, waiting = [], list(roots)
        while waiting:
            item = waiting.pop()
            if item in self._claimed or item not in self._items.tables.kinds:
                continue
            self._claimed.add(item)
            found.append(item)
            # A tone-mapped picture is derived from its base; the gain map is told of apart.
            inputs = self._inputs[item]
            waiting.extend(inputs[:1] if self._items.tables.kinds[item] == _GAIN_MAP else inputs)
        return found

    def _size(self, items: Iterable[int]) -> int:
        return sum(map(self._items.size, items))

    def unseen(self, shown: list[int]) -> Iterator[Entry]:
        """What the shown picture is made of but does not show."""
        total = self._size(shown)
        for item in shown:
            kind = self._items.tables.kinds[item]
            if kind == b"iovl":
                yield Entry(Kind.HIDDEN_PICTURE, ITEM, "overlaid", total - self._items.size(item))
            if self._cropped(item) or (kind == b"grid" and self._overhanging(item)):
                yield Entry(Kind.HIDDEN_PICTURE, ITEM, "cropped-rest", total)

    def gain_maps(self) -> Iterator[Entry]:
        """Gain maps by ISO 21496-1: the further inputs of a `tmap` item."""
        for item, kind in self._items.tables.kinds.items():
            if kind == _GAIN_MAP:
                maps = self.claim(*self._inputs[item][1:])
                self._claimed.add(item)
                if maps:
                    yield Entry(Kind.HIDDEN_PICTURE, ITEM, "gain-map", self._size(maps))

    def referring(self) -> Iterator[Entry]:
        """Thumbnails and auxiliary pictures."""
        for reference, item, _ in self._items.tables.references:
            if reference not in (b"thmb", b"auxl") or item in self._claimed:
                continue
            kind, precision = (Kind.HIDDEN_PICTURE, "thumbnail") if reference == b"thmb" else self._auxiliary(item)
            yield Entry(kind, ITEM, precision, self._size(self.claim(item)))

    def _auxiliary(self, item: int) -> tuple[Kind, str]:
        for box in self._items.properties(item):
            if box.kind == b"auxC":
                name = self._data[box.content + 4 : min(box.stop, box.content + 260)].partition(b"\0")[0]
                return next(((kind, code) for sign, kind, code in _AUXILIARY if sign in name), (Kind.HIDDEN_PICTURE, ""))
        return Kind.HIDDEN_PICTURE, ""

    def others(self) -> Iterator[Entry]:
        """Pictures that have nothing to do with the one shown."""
        stereo = {member for kind, members in self._items.tables.groups if kind == _STEREO for member in members}
        # What others are derived from is told of with them.
        inputs = {target for item, targets in self._inputs.items() if item not in self._claimed for target in targets}
        pictures = [item for item, kind in self._items.tables.kinds.items() if kind in PICTURES]
        for item in [item for item in pictures if item not in inputs] + pictures:
            if item not in self._claimed:
                size = self._size(self.claim(item))
                yield Entry(Kind.HIDDEN_PICTURE, ITEM, "multi-view" if item in stereo else "further-picture", size)

    def _extent(self, item: int) -> tuple[int, int]:
        """Width and height in pixels by the item's ispe property, (0, 0) without one."""
        for box in self._items.properties(item):
            if box.kind == b"ispe":
                return number(self._data, box.content + 4, 4), number(self._data, box.content + 8, 4)
        return 0, 0

    def _cropped(self, item: int) -> bool:
        """Whether a clap property leaves out more than padding."""
        for box in self._items.properties(item):
            if box.kind == b"clap":
                across, across_by, down, down_by = (number(self._data, box.content + at, 4) for at in (0, 4, 8, 12))
                width, height = self._extent(item)
                kept = (across // (across_by or 1), down // (down_by or 1))
                return width - kept[0] >= _BLOCK or height - kept[1] >= _BLOCK
        return False

    def _overhanging(self, item: int) -> bool:
        """Whether whole tiles of a grid lie outside the picture, or belong to no place in it."""
        head = self._items.bytes_of(item, 12)
        tiles = self._inputs[item]
        if len(head) < 8 or not tiles:
            return False
        rows, columns, wide = head[2] + 1, head[3] + 1, 4 if head[1] & 1 else 2
        width, height = number(head, 4, wide), number(head, 4 + wide, wide)
        across, down = self._extent(tiles[0])
        return len(tiles) > rows * columns or (columns - 1) * across >= width or (rows - 1) * down >= height
