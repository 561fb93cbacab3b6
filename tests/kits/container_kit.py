"""Builds still pictures of other formats by hand, with room for what does not belong there."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field

from PIL import Image

from inspect_kit import box, directory

PIXELS = bytes(range(1, 49))


def drawn(format: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), (90, 120, 60)).save(out, format)
    return out.getvalue()


# GIF


def sub_blocks(content: bytes) -> bytes:
    parts = (content[at : at + 255] for at in range(0, len(content), 255))
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def gif_extension(label: int, content: bytes) -> bytes:
    return bytes([0x21, label]) + sub_blocks(content)


def gif_application(name: bytes, content: bytes) -> bytes:
    return b"\x21\xff\x0b" + name + sub_blocks(content)


def gif_xmp(packet: bytes) -> bytes:
    """The packet stands bare; a run of falling numbers leads readers of sub-blocks to the end."""
    return b"\x21\xff\x0bXMP DataXMP" + packet + b"\1" + bytes(range(255, -1, -1)) + b"\0"


def gif_frame(left: int = 0, top: int = 0, width: int = 4, height: int = 4) -> bytes:
    return b"\x2c" + struct.pack("<HHHHB", left, top, width, height, 0) + b"\2" + sub_blocks(b"\x84\x8f\xa9\x51")


def gif(*blocks: bytes, behind: bytes = b"") -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", 4, 4, 0x80, 0, 0) + bytes(6) + b"".join(blocks) + gif_frame() + b";" + behind


# TIFF


@dataclass(frozen=True)
class Page:
    """One directory: fields by tag, its pixels, directories it points to by tag."""

    fields: dict = field(default_factory=dict)
    pixels: bytes = PIXELS
    children: dict = field(default_factory=dict)


def tiff_file(*pages: Page, between: bytes = b"", behind: bytes = b"") -> bytes:
    """between: bytes in front of the last directory, which nothing refers to."""
    built = bytearray(b"II*\0\0\0\0\0")
    link = 4
    for number, page in enumerate(pages):
        if number == len(pages) - 1:
            built += between
        place = _append(built, page)
        struct.pack_into("<I", built, link, place)
        link = place + 2 + 12 * struct.unpack_from("<H", built, place)[0]
    return bytes(built) + behind


def _append(built: bytearray, page: Page) -> int:
    fields = dict(page.fields)
    for tag, child in page.children.items():
        fields[tag] = _append(built, child)
    if page.pixels:
        fields |= {0x100: 4, 0x101: 4, 0x102: 8, 0x115: 3, 0x111: len(built), 0x117: len(page.pixels)}
        built += page.pixels
    built += b"\0" * (len(built) % 2)
    place = len(built)
    built += directory(fields, place)
    return place


def only(fields: dict) -> Page:
    """A directory without pixels."""
    return Page(fields, b"")


def big_tiff(texts: dict[int, bytes]) -> bytes:
    """A BigTIFF of one page with fields of text."""
    head = 16 + 8 + 20 * (len(texts) + 2) + 8
    entries = {
        0x111: struct.pack("<HHQQ", 0x111, 16, 1, head + sum(map(len, texts.values()))),
        0x117: struct.pack("<HHQQ", 0x117, 16, 1, len(PIXELS)),
    }
    values = b""
    for tag, text in texts.items():
        entries[tag] = struct.pack("<HHQQ", tag, 2, len(text), head + len(values))
        values += text
    listed = b"".join(entry for _, entry in sorted(entries.items()))
    return b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, len(entries)) + listed + bytes(8) + values + PIXELS


# BMP


def bmp(
    *, header: bytes = b"", gap: bytes = b"", compression: int = 0, pixels: bytes = b"", behind: bytes = b"", width: int = 3
) -> bytes:
    """header: what follows the 40 bytes of the plain header. Three pixels a row leave three bytes of padding."""
    pixels = pixels or (bytes(range(9)) + bytes(3)) * 2
    offset = 14 + 40 + len(header) + len(gap)
    info = struct.pack("<IiiHHIIiiII", 40 + len(header), width, 2, 1, 24, compression, len(pixels), 2835, 2835, 0, 0)
    size = offset + len(pixels) + len(behind)
    return b"BM" + struct.pack("<IHHI", size, 0, 0, offset) + info + header + gap + pixels + behind


def bmp_profile(kind: bytes, content: bytes) -> bytes:
    """A version 5 header with a profile behind the pixels."""
    header = bytearray(84)
    header[16:20] = kind
    struct.pack_into("<II", header, 72, 124 + 24, len(content))
    return bmp(header=bytes(header), behind=content)


# ISO media


def full_box(kind: bytes, content: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, bytes([version]) + flags.to_bytes(3, "big") + content)


@dataclass(frozen=True)
class Item:
    """One item of a HEIF file. properties: boxes. inside: whether its bytes stand in `idat`."""

    kind: bytes
    content: bytes
    name: bytes = b""
    media: bytes = b""
    properties: tuple[bytes, ...] = ()
    inside: bool = False


def ispe(width: int, height: int) -> bytes:
    return full_box(b"ispe", struct.pack(">II", width, height))


def coded(content: bytes = b"coded picture", width: int = 128, height: int = 128, *properties: bytes) -> Item:
    return Item(b"hvc1", content, properties=(ispe(width, height), *properties))


def heif(
    *items: Item,
    references: tuple[tuple[bytes, int, tuple[int, ...]], ...] = (),
    in_meta: bytes = b"",
    top: bytes = b"",
    gap: bytes = b"",
    behind: bytes = b"",
    brand: bytes = b"heic",
) -> bytes:
    """Items are numbered from 1; the first is shown. gap: bytes in `mdat` that no item has. top: boxes of the top level."""
    items = items or (coded(),)
    ftyp = box(b"ftyp", brand + bytes(4) + b"mif1" + brand)
    # Once to learn how long `meta` is, once with the places that follow from it.
    meta = _meta(items, references, in_meta, 0)
    meta = _meta(items, references, in_meta, len(ftyp) + len(meta) + len(top) + 8 + len(gap))
    stored = gap + b"".join(item.content for item in items if not item.inside)
    return ftyp + meta + top + box(b"mdat", stored) + behind


def _meta(items: tuple[Item, ...], references: tuple, in_meta: bytes, start: int) -> bytes:
    infos, places, stored, owned, associations = b"", b"", [], b"", b""
    for number, item in enumerate(items, 1):
        media = item.media + b"\0" if item.kind == b"mime" else b""
        infos += full_box(b"infe", struct.pack(">HH", number, 0) + item.kind + item.name + b"\0" + media, 2)
        offset = len(owned) if item.inside else start
        places += struct.pack(">HHHHII", number, item.inside, 0, 1, offset, len(item.content))
        start += 0 if item.inside else len(item.content)
        owned += item.content if item.inside else b""
        first = len(stored) + 1
        stored += item.properties
        associations += struct.pack(">HB", number, len(item.properties)) + bytes(range(first, len(stored) + 1))
    linked = b"".join(
        box(kind, struct.pack(f">HH{len(targets)}H", source, len(targets), *targets))
        for kind, source, targets in references
    )
    return full_box(
        b"meta",
        full_box(b"hdlr", bytes(4) + b"pict" + bytes(13))
        + full_box(b"pitm", b"\0\1")
        + full_box(b"iinf", struct.pack(">H", len(items)) + infos)
        + full_box(b"iloc", b"\x44\0" + struct.pack(">H", len(items)) + places, 1)
        + (full_box(b"iref", linked) if linked else b"")
        + box(
            b"iprp",
            box(b"ipco", b"".join(stored)) + full_box(b"ipma", struct.pack(">I", len(items)) + associations),
        )
        + (box(b"idat", owned) if owned else b"")
        + in_meta,
    )


def grid(rows: int, columns: int, width: int, height: int) -> bytes:
    return bytes([0, 0, rows - 1, columns - 1]) + struct.pack(">HH", width, height)


def movie(handler: bytes, samples_at: int, size: int, *, role: bytes = b"", created: int = 0, extra: bytes = b"") -> bytes:
    """One track with one chunk of one sample."""
    table = (
        full_box(b"stsz", struct.pack(">III", 0, 1, size))
        + full_box(b"stsc", struct.pack(">IIII", 1, 1, 1, 1))
        + full_box(b"stco", struct.pack(">II", 1, samples_at))
    )
    media = full_box(b"hdlr", bytes(4) + handler + bytes(13)) + box(b"minf", box(b"stbl", table))
    tref = box(b"tref", box(role, b"\0\0\0\1")) if role else b""
    track = full_box(b"tkhd", struct.pack(">I", 0) + bytes(76)) + tref + box(b"mdia", media)
    return box(b"moov", full_box(b"mvhd", struct.pack(">I", created) + bytes(92)) + box(b"trak", track) + extra)


# JPEG 2000

_SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n" + box(b"ftyp", b"jp2 " + bytes(4) + b"jp2 ")
_HEADER = box(b"ihdr", struct.pack(">IIHBBBB", 4, 4, 1, 7, 7, 0, 0))
_COLOUR = box(b"colr", b"\1\0\0" + struct.pack(">I", 17))


def code_stream(*segments: bytes, in_tile: bytes = b"", open_ended: bool = False) -> bytes:
    """open_ended: the tile part states no length."""
    size = b"\xff\x51" + struct.pack(">H", 41) + bytes(39)
    body = in_tile + b"\xff\x93" + b"\xc7\xd4\x04\x80\x80"
    tile = b"\xff\x90" + struct.pack(">HHIBB", 10, 0, 0 if open_ended else 12 + len(body), 0, 1) + body
    return b"\xff\x4f" + size + b"".join(segments) + tile + b"\xff\xd9"


def stream_comment(content: bytes, text: bool = True) -> bytes:
    return b"\xff\x64" + struct.pack(">HH", len(content) + 4, text) + content


def jp2(*extra: bytes, stream: bytes = b"", in_header: bytes = b"", behind: bytes = b"") -> bytes:
    header = box(b"jp2h", _HEADER + _COLOUR + in_header)
    return _SIGNATURE + header + b"".join(extra) + box(b"jp2c", stream or code_stream()) + behind
