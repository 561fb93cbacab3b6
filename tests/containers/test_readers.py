"""One reader a container: bounded, never beyond what is there, on bytes as on open files."""

from __future__ import annotations

from io import BytesIO

import pytest

from paravent.containers import boxes, chunks

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
