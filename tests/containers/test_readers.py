"""One reader a container: bounded, never beyond what is there, on bytes as on open files."""

from __future__ import annotations

import struct
import tracemalloc
from io import BytesIO

import pytest

from container_kit import Item as Planted
from container_kit import full_box, gif, gif_application, gif_extension, gif_frame, heif
from paravent.containers import boxes, chunks, items
from paravent.containers.gif import EXTENSION, PICTURE, STRAY, TRAILER, Reader
from paravent.containers.tiff import Field, TiffReader
from paravent.errors import Held

BOX = b"\0\0\0\x0cabcd1234"
LONG = b"\0\0\0\1long" + (20).to_bytes(8, "big") + b"5678"
# Bytes, and (kind, content) of each box that can be followed; a content of None reaches beyond.
ISO: dict[str, tuple[bytes, list[tuple[bytes, bytes | None]]]] = {
    "nothing": (b"", []),
    "two": (BOX + LONG, [(b"abcd", b"1234"), (b"long", b"5678")]),
    "to the end": (BOX + b"\0\0\0\0rest12", [(b"abcd", b"1234"), (b"rest", b"12")]),
    "cut off": (BOX[:-1], [(b"abcd", None)]),
    "header cut off": (BOX + BOX[:7], [(b"abcd", b"1234")]),
    "long header cut off": (BOX + LONG[:15], [(b"abcd", b"1234")]),
    "smaller than its header": (BOX + b"\0\0\0\x07abcd1234", [(b"abcd", b"1234")]),
    "long and smaller than its header": (BOX + b"\0\0\0\1long" + (15).to_bytes(8, "big"), [(b"abcd", b"1234")]),
    "as large as can be said": (b"\0\0\0\1huge" + b"\xff" * 8 + BOX, [(b"huge", None)]),
}


@pytest.mark.parametrize("name", ISO)
@pytest.mark.parametrize("source", ["bytes", "file"])
def test_boxes(name: str, source: str) -> None:
    data, expected = ISO[name]
    read = boxes.of_bytes(data) if source == "bytes" else boxes.of_file(BytesIO(data))
    found = list(boxes.walk(read, 0, len(data), 100))
    contents = [(box.kind, data[box.content : box.stop] if box.stop <= len(data) else None) for box in found]
    assert contents == expected


def test_boxes_are_counted() -> None:
    assert len(list(boxes.walk(boxes.of_bytes(BOX * 50), 0, 600, 10))) == 10


def test_of_a_file_headers_alone_are_read() -> None:
    class Counting(BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            found = super().read(size)
            self.taken += len(found)
            return found

    file = Counting((1_000_008).to_bytes(4, "big") + b"mdat" + bytes(1_000_000) + BOX)
    assert [box.kind for box in boxes.walk(boxes.of_file(file), 0, 1_000_020, 9)] == [b"mdat", b"abcd"]
    assert file.taken <= 32


RIFF: dict[str, tuple[bytes, list[tuple[bytes, int, int]]]] = {
    "odd and padded": (b"ONE \3\0\0\0abc\0TWO \0\0\0\0", [(b"ONE ", 8, 11), (b"TWO ", 20, 20)]),
    "beyond": (b"ONE \xff\xff\xff\xffabc", [(b"ONE ", 8, 8 + 0xFFFFFFFF)]),
    "header cut off": (b"ONE \0\0\0", []),
}


@pytest.mark.parametrize("name", RIFF)
def test_riff(name: str) -> None:
    data, expected = RIFF[name]
    assert [chunk[:3] for chunk in chunks.riff(data, 0, len(data), 10)] == expected
    assert list(chunks.riff(data * 9, 0, 9 * len(data), 0)) == []


def test_png_ends_behind_iend() -> None:
    data = b"\0\0\0\2tEXtab----" + b"\0\0\0\0IEND----" + b"\0\0\0\0tEXt----"
    assert [chunk[:3] for chunk in chunks.png(data, 0, 10)] == [(b"tEXt", 8, 10), (b"IEND", 22, 22)]
    assert len(list(chunks.png(data, 0, 1))) == 1
    assert [chunk.stop for chunk in chunks.png(b"\x7f\xff\xff\xffIDAT", 0, 10)] == [8 + 0x7FFFFFFF]


COMMENT, CUT = gif_extension(0xFE, b"ab"), b"\x21\xfe\x05ab"
FRAME = gif_frame()
# Bytes behind the header, and (kind, whole, bytes) of each block that can be told.
GIF: dict[str, tuple[bytes, list[tuple[int, bool, bytes]]]] = {
    "no trailer": (COMMENT, [(EXTENSION, True, COMMENT), (TRAILER, True, b"")]),
    "behind the end": (FRAME + b";x", [(PICTURE, True, FRAME), (TRAILER, True, b";")]),
    "stray bytes": (b"\1\2" + FRAME, [(STRAY, True, b"\1\2"), (PICTURE, True, FRAME), (TRAILER, True, b"")]),
    "cut off in data": (CUT, [(EXTENSION, False, CUT), (TRAILER, True, b"")]),
    "cut off before data": (FRAME[:9], [(PICTURE, False, FRAME[:9]), (TRAILER, True, b"")]),
    "kind alone": (b"\x2c", [(PICTURE, False, b"\x2c"), (TRAILER, True, b"")]),
}


@pytest.mark.parametrize("name", GIF)
def test_gif_blocks(name: str) -> None:
    data, expected = b"GIF89a\4\0\4\0\0\0\0" + GIF[name][0], GIF[name][1]
    reader = Reader(data)
    assert [(block.kind, block.whole, data[block.start : block.stop]) for block in reader.blocks()] == expected
    assert reader.complete


def test_gif_data_blocks_are_joined() -> None:
    data = gif(gif_application(b"XXXXXXXXXXX", b"a" * 300))
    block = next(iter(Reader(data).blocks()))
    assert Reader(data).joined(block.content, block.stop) == b"XXXXXXXXXXX" + b"a" * 300


@pytest.mark.parametrize("hostile", [b"\x21\xfe\0" * 60_000, b"\x21\xfe" + b"\1x" * 60_000], ids=["blocks", "data blocks"])
def test_gif_blocks_are_counted(hostile: bytes) -> None:
    reader = Reader(b"GIF89a" + bytes(7) + hostile)
    assert len(list(reader.blocks())) <= 50_000
    assert not reader.complete


HEIF = heif(Planted(b"hvc1", b"coded"), Planted(b"Exif", b"exif"))


def _tables(data: bytes) -> items.ItemTables:
    meta = next(box for box in boxes.walk(boxes.of_bytes(data), 0, len(data), 9) if box.kind == b"meta")
    return items.read(data, meta)


def test_items_are_told_and_cut_out() -> None:
    tables = _tables(HEIF)
    assert (tables.sound, tables.complete, tables.primary) == (True, True, 1)
    assert list(tables.kinds.values()) == [b"hvc1", b"Exif"]
    found = items.Items(HEIF)
    assert [found.item(number, content=True).content for number in found.numbers] == [b"coded", b"exif"]


@pytest.mark.parametrize("name", [b"pitm", b"iinf", b"iloc", b"iprp"])
def test_items_of_tables_that_do_not_fit_are_followed_and_refused(name: bytes) -> None:
    at = HEIF.index(name)
    # The version of a full box says how wide its numbers are; a box of properties that reaches beyond its own box.
    broken = HEIF[: at + 4] + (b"\xff" if name != b"iprp" else b"\x7f") + HEIF[at + 5 :]
    assert not _tables(broken).sound
    with pytest.raises(Held) as held:
        items.Items(broken)
    assert held.value.code == "damaged"


@pytest.mark.parametrize("cut", range(60, len(HEIF)))
def test_items_of_a_file_cut_off_anywhere(cut: int) -> None:
    meta = boxes.Box(b"meta", 24, 32, len(HEIF))
    tables = items.read(HEIF[:cut], meta)
    assert len(tables.kinds) <= 2
    assert len(tables.locations) <= 2


def test_a_large_property_of_many_items_is_cut_out_once() -> None:
    large = full_box(b"skip", bytes(500_000))
    found = items.Items(heif(*[Planted(b"hvc1", b"coded", properties=(large,)) for _ in range(20)]))
    tracemalloc.start()
    every = [found.item(number) for number in found.numbers]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(every) == 20
    assert peak < 400_000


def test_items_are_counted() -> None:
    entries = b"".join(number.to_bytes(2, "big") + bytes(4) + b"\xff\xff" for number in range(9_000))
    locations = full_box(b"iloc", b"\0\0" + (9_000).to_bytes(2, "big") + entries)
    tables = items.read(full_box(b"meta", locations), boxes.Box(b"meta", 0, 8, 12 + len(locations)))
    assert not tables.sound
    assert not tables.complete
    assert sum(len(location.extents) for location in tables.locations) <= 40_000


def _tiff(order: str, big: bool) -> bytes:
    """Three fields, one of an unknown type; its directory is followed by one that is not there."""
    mark, word, head = (b"II" if order == "<" else b"MM"), ("Q" if big else "I"), (43 if big else 42)
    start = 16 if big else 8
    numbers = struct.pack(order + "HHH" + word, head, 8, 0, start) if big else struct.pack(order + "H" + word, head, start)
    entries = [(0x0100, 3, 1, 7), (0x0111, 4, 9, 1000), (0x9000, 99, 2, 5)]
    packed = b"".join(
        struct.pack(order + "HH" + word, tag, kind, count)
        + (struct.pack(order + "H", value) if kind == 3 else struct.pack(order + word, value)).ljust(8 if big else 4, b"\0")
        for tag, kind, count, value in entries
    )
    return mark + numbers + struct.pack(order + ("Q" if big else "H"), 3) + packed + struct.pack(order + word, 500)


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("order", "<>")
def test_tiff_directories(order: str, big: bool) -> None:
    data = _tiff(order, big)
    reader = TiffReader(data)
    listed = reader.directory(reader.first, 100)
    width, strips, unknown = reader.fields(listed)
    assert (reader.order, listed.whole, listed.stop, listed.following) == (order, True, len(data), 500)
    assert reader.number(width.start, 2) == 7
    assert strips == Field(0x0111, 4, 9, 1000, 1036)  # far beyond what there is
    assert (unknown.type, unknown.stop - unknown.start) == (99, 2)


def test_tiff_directories_that_are_not_all_there() -> None:
    data = _tiff("<", big=False)
    assert not TiffReader(data[:-20]).directory(8, 100).whole
    assert len(TiffReader(data[:-20]).directory(8, 100).entries) == 1
    assert not TiffReader(data).directory(8, 2).whole
    assert len(TiffReader(data).directory(8, 2).entries) == 2
    for at in (len(data) - 1, len(data), 1 << 40):
        assert not list(TiffReader(data).fields(TiffReader(data).directory(at, 100)))


@pytest.mark.parametrize("cut", range(12))
def test_tiff_headers_cut_off(cut: int) -> None:
    reader = TiffReader(_tiff(">", big=True)[:cut])
    assert list(reader.fields(reader.directory(reader.first, 100))) == []
