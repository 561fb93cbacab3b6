"""Hiding places of GIF, TIFF and BMP."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image

from container_kit import gif_application, gif_extension, gif_xmp, sub_blocks
from inspect_kit import Wide, directory, irb
from paravent.model.report import Kind
from plants_kit import (
    AREA,
    CREDIT,
    EXIF,
    HEIGHT,
    PHOTOSHOP,
    PROFILES,
    SECRET,
    TEXT,
    TINY,
    WIDTH,
    XMP,
    ZIP,
    Plant,
    drawn,
)

Rows = dict[str, tuple[Callable[[], bytes], Kind, str]]

# GIF: header, table of 256 colours, frames. Built from one that Pillow wrote, for its codes.


@lru_cache
def _codes() -> bytes:
    """The code size and sub-blocks of the drawn picture, which uses colours 0 to 14."""
    image = Image.fromarray((drawn("L")[..., 0] // 10).astype(np.uint8), "P")
    image.putpalette(_table(b"")[:765])
    out = BytesIO()
    image.save(out, "GIF", optimize=False)
    data = out.getvalue()
    at = data.index(b"\x2c\0\0\0\0" + struct.pack("<HH", WIDTH, HEIGHT)) + 10
    flags = data[at - 1]
    at += 3 << ((flags & 7) + 1) if flags & 0x80 else 0
    return data[at:-1]


def _table(unused: bytes) -> bytes:
    return (b"".join(bytes((i * 10, 120, 70)) for i in range(16)) + unused).ljust(768, b"\x40")


def _image(left: int = 0, top: int = 0, codes: bytes = b"") -> bytes:
    return b"\x2c" + struct.pack("<HHHHB", left, top, WIDTH, HEIGHT, 0) + (codes or _codes())


def _gif(*blocks: bytes, unused: bytes = b"", images: tuple[bytes, ...] = (), behind: bytes = b"") -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", WIDTH, HEIGHT, 0xF7, 0, 0) + _table(unused)
    return head + b"".join(blocks) + b"".join(images or (_image(),)) + b";" + behind


def _looped(content: bytes) -> bytes:
    return gif_application(b"NETSCAPE2.0", b"\1\0\0" + content)


_MOVING = b"\x21\xf9\x04\0\x0a\0\0\0"
_GIF: Rows = {
    "comment": (lambda: _gif(gif_extension(0xFE, SECRET)), Kind.CAPTION, "GIF comment"),
    "plain text": (
        lambda: _gif(b"\x21\x01\x0c" + bytes(12) + sub_blocks(SECRET), images=(_image(), _image())),
        Kind.CAPTION,
        "GIF plain text",
    ),
    "XMP face name": (lambda: _gif(gif_xmp(XMP["mwg-rs face name"][0])), Kind.PERSON_NAME, "XMP"),
    "application extension": (
        lambda: _gif(gif_application(b"QUILLAPP1.0", SECRET)),
        Kind.OTHER_METADATA,
        "GIF application extension",
    ),
    "picture in an application extension": (
        lambda: _gif(gif_application(b"QUILLAPP1.0", TINY)),
        Kind.HIDDEN_PICTURE,
        "GIF application extension",
    ),
    "IPTC of ImageMagick": (
        lambda: _gif(gif_application(b"MGK8BIM0000", irb((0x404, CREDIT)))),
        Kind.PERSON_NAME,
        "IPTC",
    ),
    "ICC profile": (
        lambda: _gif(gif_application(b"ICCRGBG1012", PROFILES["ICC text"])),
        Kind.COLOUR_PROFILE,
        "ICC",
    ),
    "unknown extension": (lambda: _gif(gif_extension(0x42, SECRET)), Kind.OTHER_METADATA, "GIF extension"),
    "behind the loop count": (lambda: _gif(_looped(SECRET)), Kind.HIDDEN_DATA, "between GIF blocks"),
    "behind the codes": (
        lambda: _gif(images=(_image(codes=_codes()[:-1] + sub_blocks(SECRET)),)),
        Kind.HIDDEN_DATA,
        "GIF picture data",
    ),
    "behind the end": (lambda: _gif(behind=SECRET), Kind.TRAILING_BYTES, "behind the picture"),
    "picture behind the end": (lambda: _gif(behind=TINY), Kind.HIDDEN_PICTURE, "behind the picture"),
    "archive behind the end": (lambda: _gif(behind=ZIP), Kind.TRAILING_BYTES, "behind the picture"),
    "palette entries nothing uses": (lambda: _gif(unused=SECRET), Kind.HIDDEN_DATA, "palette"),
}
_MOVING_GIF: Rows = {
    "comment between frames": (
        lambda: _gif(_MOVING, images=(_image(), gif_extension(0xFE, SECRET), _MOVING, _image())),
        Kind.CAPTION,
        "GIF comment",
    ),
    "frame outside the canvas": (
        lambda: _gif(_MOVING, images=(_image(), gif_extension(0xFE, SECRET), _MOVING, _image(WIDTH, HEIGHT))),
        Kind.HIDDEN_PICTURE,
        "GIF frame",
    ),
    "behind the frame's time": (
        lambda: _gif(_looped(b""), b"\x21\xf9" + sub_blocks(b"\0\x0a\0\0" + SECRET), images=(_image(), _MOVING, _image())),
        Kind.HIDDEN_DATA,
        "between GIF blocks",
    ),
}

# TIFF: grey, one strip to a page.


def _tiff(
    fields: dict | None = None,
    *,
    children: dict[int, dict] | None = None,
    pages: int = 1,
    between: bytes = b"",
    slack: bytes = b"",
    behind: bytes = b"",
    second: dict | None = None,
) -> bytes:
    """children: directories by the tag that points to them. between: unreferenced bytes. slack: in the strip."""
    built = bytearray(b"II*\0\0\0\0\0")
    link = 4
    for number in range(pages):
        own = dict(fields or {}) if number == 0 else dict(second or {})
        for tag, child in (children or {}).items() if number == 0 else ():
            if child.pop("pixels", None):
                child |= _stored(built, b"")
            own[tag] = _place(built, child)
        own |= _stored(built, slack) | own
        built += between if number == 0 else b""
        place = _place(built, own)
        struct.pack_into("<I", built, link, place)
        link = place + 2 + 12 * struct.unpack_from("<H", built, place)[0]
    return bytes(built) + behind


def _stored(built: bytearray, slack: bytes) -> dict:
    pixels = drawn("L").tobytes() + slack
    fields = {0x100: WIDTH, 0x101: HEIGHT, 0x102: 8, 0x103: 1, 0x106: 1, 0x111: len(built)}
    built += pixels
    return fields | {0x115: 1, 0x116: HEIGHT, 0x117: len(pixels)}


def _place(built: bytearray, fields: dict) -> int:
    built += b"\0" * (len(built) % 2)
    place = len(built)
    built += directory(fields, place)
    return place


def _notes(place: str) -> Callable[[], bytes]:
    """EXIF fields in the file's own directories."""
    parts = EXIF[place][0]
    children = {pointer: dict(parts[name]) for name, pointer in (("exif", 0x8769), ("gps", 0x8825)) if name in parts}
    return lambda: _tiff(parts.get("ifd0"), children={tag: dict(child) for tag, child in children.items()})


def _jpeg_below() -> bytes:
    built = _tiff(children={0x14A: {0xFE: 1, 0x201: 0, 0x202: len(TINY)}}, between=TINY)
    at = struct.pack("<I", built.index(TINY))
    entry = built.index(struct.pack("<HHI", 0x201, 4, 1))
    return built[: entry + 8] + at + built[entry + 12 :]


_TIFF: Rows = {
    "description": (lambda: _tiff({0x10E: TEXT}), Kind.CAPTION, "EXIF"),
    "artist": (lambda: _tiff({0x13B: TEXT}), Kind.PERSON_NAME, "EXIF"),
    "document name": (lambda: _tiff({0x10D: TEXT}), Kind.IDENTIFIER, "EXIF"),
    "GPS directory": (lambda: _tiff(children={0x8825: {0x1C: AREA}}), Kind.PLACE, "EXIF GPS"),
    "XMP face name": (lambda: _tiff({0x2BC: Wide(XMP["mwg-rs face name"][0])}), Kind.PERSON_NAME, "XMP"),
    "IPTC": (lambda: _tiff({0x83BB: CREDIT}), Kind.PERSON_NAME, "IPTC"),
    "Photoshop thumbnail": (
        lambda: _tiff({0x8649: PHOTOSHOP["Photoshop thumbnail"][0]}),
        Kind.HIDDEN_PICTURE,
        "Photoshop",
    ),
    "Photoshop layers": (lambda: _tiff({0x935C: SECRET * 4}), Kind.HIDDEN_PICTURE, "Photoshop"),
    "ICC text": (lambda: _tiff({0x8773: PROFILES["ICC text"]}), Kind.COLOUR_PROFILE, "ICC"),
    "bogus ICC profile": (lambda: _tiff({0x8773: SECRET * 8}), Kind.COLOUR_PROFILE, "ICC"),
    "private tag": (lambda: _tiff({0xC0DE: SECRET}), Kind.OTHER_METADATA, "TIFF private tag"),
    "picture in a private tag": (lambda: _tiff({0xC0DE: TINY}), Kind.HIDDEN_PICTURE, "TIFF private tag"),
    "GeoTIFF notes": (lambda: _tiff({0x87B1: TEXT}), Kind.OTHER_METADATA, "GeoTIFF"),
    "directory below": (lambda: _tiff(children={0x14A: {"pixels": 1, 0xFE: 1, 0x13B: TEXT}}), Kind.PERSON_NAME, "EXIF"),
    "picture below": (lambda: _tiff(children={0x14A: {"pixels": 1, 0xFE: 1, 0x13B: TEXT}}), Kind.HIDDEN_PICTURE, "TIFF"),
    "JPEG preview below": (_jpeg_below, Kind.HIDDEN_PICTURE, "TIFF"),
    "between strips": (lambda: _tiff(between=SECRET), Kind.HIDDEN_DATA, "between TIFF parts"),
    "picture between strips": (lambda: _tiff(between=TINY), Kind.HIDDEN_PICTURE, "between TIFF parts"),
    "between pages": (lambda: _tiff(pages=2, between=SECRET), Kind.HIDDEN_DATA, "between TIFF parts"),
    "artist of the second page": (lambda: _tiff(pages=2, second={0x13B: TEXT}), Kind.PERSON_NAME, "EXIF"),
    "thumbnail in the chain": (
        lambda: _tiff(pages=2, second={0xFE: 1, 0x10E: TEXT}),
        Kind.HIDDEN_PICTURE,
        "TIFF",
    ),
    "behind the rows of a strip": (lambda: _tiff(slack=SECRET), Kind.HIDDEN_DATA, "between TIFF parts"),
    "behind the end": (lambda: _tiff(behind=SECRET), Kind.TRAILING_BYTES, "behind the picture"),
    "archive behind the end": (lambda: _tiff(behind=ZIP), Kind.TRAILING_BYTES, "behind the picture"),
}
_TIFF_EXIF = ("maker note", "serial number", "owner", "unique id", "user comment", "PreviewImage")


# BMP: 24 bits, or 8 with a table of colours.


def _bmp(*, gap: bytes = b"", behind: bytes = b"", width: int = WIDTH, header: bytes = b"", padding: bytes = b"") -> bytes:
    rows = drawn(width=width)[::-1, :, ::-1]
    filled = -3 * width % 4
    pixels = b"".join(
        row.tobytes() + (padding[at * filled : at * filled + filled] or bytes(filled)).ljust(filled, b"\0")
        for at, row in enumerate(rows)
    )
    offset = 54 + len(header) + len(gap)
    info = struct.pack("<IiiHHIIiiII", 40 + len(header), width, HEIGHT, 1, 24, 0, len(pixels), 2835, 2835, 0, 0)
    size = offset + len(pixels) + len(behind)
    return b"BM" + struct.pack("<IHHI", size, 0, 0, offset) + info + header + gap + pixels + behind


def _bmp_profile(kind: bytes, content: bytes) -> bytes:
    header = bytearray(84)
    header[16:20] = kind
    size = len(_bmp()) - 54
    struct.pack_into("<II", header, 72, 124 + size, len(content))
    return _bmp(header=bytes(header), behind=content)


def _bmp_table() -> bytes:
    indices = (drawn("L")[::-1, :, 0] // 10).astype(np.uint8).tobytes()
    table = b"".join(bytes((70, 120, i * 10, 0)) for i in range(16)) + SECRET
    info = struct.pack("<IiiHHIIiiII", 40, WIDTH, HEIGHT, 1, 8, 0, len(indices), 2835, 2835, len(table) // 4, 0)
    offset = 54 + len(table)
    return b"BM" + struct.pack("<IHHI", offset + len(indices), 0, 0, offset) + info + table + indices


def _fourth_bytes() -> bytes:
    """32 bits a pixel without masks: the fourth byte means nothing."""
    pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    pixels[..., :3] = drawn()[::-1, :, ::-1]
    pixels[0, : len(SECRET), 3] = np.frombuffer(SECRET, np.uint8)
    info = struct.pack("<IiiHHIIiiII", 40, WIDTH, HEIGHT, 1, 32, 0, pixels.size, 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + pixels.size, 0, 0, 54) + info + pixels.tobytes()


_BMP: Rows = {
    "in front of the pixels": (lambda: _bmp(gap=SECRET), Kind.HIDDEN_DATA, "between BMP parts"),
    "picture in front of the pixels": (lambda: _bmp(gap=TINY), Kind.HIDDEN_PICTURE, "between BMP parts"),
    "row padding": (lambda: _bmp(width=WIDTH - 1, padding=SECRET), Kind.HIDDEN_DATA, "BMP row padding"),
    "text behind the end": (lambda: _bmp() + SECRET, Kind.TRAILING_BYTES, "behind the picture"),
    "picture behind the end": (lambda: _bmp() + TINY, Kind.HIDDEN_PICTURE, "behind the picture"),
    "archive behind the end": (lambda: _bmp() + ZIP, Kind.TRAILING_BYTES, "behind the picture"),
    "ICC text": (lambda: _bmp_profile(b"DEBM", PROFILES["ICC text"]), Kind.COLOUR_PROFILE, "ICC"),
    "path of a profile": (lambda: _bmp_profile(b"KNIL", b"C:\\" + SECRET + b".icc"), Kind.IDENTIFIER, "BMP"),
    "palette entries nothing uses": (_bmp_table, Kind.HIDDEN_DATA, "palette"),
    "fourth byte of the pixels": (_fourth_bytes, Kind.HIDDEN_DATA, "BMP pixels"),
}

PLANTS = (
    [Plant("GIF", place, *row) for place, row in _GIF.items()]
    + [Plant("animated GIF", place, *row) for place, row in _MOVING_GIF.items()]
    + [Plant("TIFF", place, *row) for place, row in _TIFF.items()]
    + [Plant("TIFF", f"EXIF {place}", _notes(place), *EXIF[place][1:]) for place in _TIFF_EXIF]
    + [Plant("BMP", place, *row) for place, row in _BMP.items()]
)
