"""What is planted in TIFF, and what inspection says of it."""

from __future__ import annotations

import struct

from container_kit import PIXELS, Page, big_tiff, drawn, only, tiff_file
from inspect_kit import Wide, directory, iim, irb, xmp
from inspect_rows import EXACT, NAME, PROGRAM, SERIAL, TEXT, TIME, ZIP, Row
from paravent.model.report import Kind

_PACKET = xmp(f"<dc:creator><rdf:Seq><rdf:li>{NAME}</rdf:li></rdf:Seq></dc:creator>")


_CREDIT = iim((80, NAME.encode()))


_SWAPPED = struct.pack(
    f">{len(_CREDIT) // 4 + 1}I", *struct.unpack(f"<{len(_CREDIT) // 4 + 1}I", _CREDIT + bytes(4 - len(_CREDIT) % 4))
)


_JPEG = drawn("JPEG")


def tagged(fields: dict, **children: Page) -> bytes:
    numbers = {"exif": 0x8769, "gps": 0x8825, "sub": 0x14A}
    return tiff_file(Page(fields, children={numbers[name]: page for name, page in children.items()}))


def _noted() -> bytes:
    """A maker note whose offsets count from the beginning of the file, as Panasonic's do."""
    data = tagged({0x10F: "Panasonic"}, exif=only({0x927C: b"Panasonic\0\0\0" + bytes(100)}))
    at = data.rindex(b"Panasonic\0\0\0") + 12
    note = directory({0x25: SERIAL.encode()}, at)
    return data[:at] + note + data[at + len(note) :]


ROWS = [
    Row("make and model", tagged({0x10F: "Quillcam", 0x110: "Quillcam 9"}), Kind.DEVICE, "EXIF", "", 2),
    Row("computer", tagged({0x13C: "wibble's computer"}), Kind.DEVICE, "EXIF"),
    Row("software", tagged({0x131: "Blobware"}), Kind.SOFTWARE, "EXIF"),
    Row("artist", tagged({0x13B: NAME}), Kind.PERSON_NAME, "EXIF", "author"),
    Row(
        "author as Windows writes it",
        tagged({0x9C9D: Wide(NAME.encode("utf-16-le"))}),
        Kind.PERSON_NAME,
        "EXIF",
        "author",
    ),
    Row("copyright", tagged({0x8298: NAME}), Kind.PERSON_NAME, "EXIF", "copyright"),
    Row("time", tagged({0x132: TIME}), Kind.TIME, "EXIF", "to-the-second"),
    Row("description", tagged({0x10E: TEXT}), Kind.CAPTION, "EXIF", "", 1, len(TEXT)),
    Row("long description", tagged({0x10E: TEXT * 2000}), Kind.CAPTION, "EXIF", "", 1, 2000 * len(TEXT)),
    Row("document's name", tagged({0x10D: "wibble.tif"}), Kind.IDENTIFIER, "EXIF"),
    Row("position", tagged({}, gps=only(EXACT)), Kind.PLACE, "EXIF GPS", "exact-position"),
    Row("time of exposure", tagged({}, exif=only({0x9003: TIME})), Kind.TIME, "EXIF", "to-the-second"),
    Row("serial number", tagged({}, exif=only({0xA431: SERIAL})), Kind.SERIAL, "EXIF", "body"),
    Row(
        "maker note",
        tagged({}, exif=only({0x927C: b"wibble" * 15})),
        Kind.OTHER_METADATA,
        "EXIF maker note",
        "maker-note",
    ),
    Row("maker note's serial number", _noted(), Kind.SERIAL, "EXIF maker note", "body"),
    Row(
        "picture in a maker note",
        tagged({}, exif=only({0x927C: b"wibble" + _JPEG})),
        Kind.HIDDEN_PICTURE,
        "EXIF",
        "preview",
    ),
    Row("XMP", tagged({0x2BC: Wide(_PACKET)}), Kind.PERSON_NAME, "XMP", "author"),
    Row("IPTC", tagged({0x83BB: _CREDIT}), Kind.PERSON_NAME, "IPTC", "author"),
    Row("IPTC turned around", tagged({0x83BB: _SWAPPED}), Kind.PERSON_NAME, "IPTC", "author"),
    Row("Photoshop's IPTC", tagged({0x8649: irb((0x404, _CREDIT))}), Kind.PERSON_NAME, "IPTC", "author"),
    Row(
        "Photoshop's thumbnail",
        tagged({0x8649: irb((0x40C, bytes(28) + _JPEG))}),
        Kind.HIDDEN_PICTURE,
        "Photoshop",
        "thumbnail",
    ),
    Row("layers", tagged({0x935C: b"wibble" * 50}), Kind.HIDDEN_PICTURE, "Photoshop", "layers", 1, 300),
    Row("profile", tagged({0x8773: bytes(300)}), Kind.COLOUR_PROFILE, "ICC", "", 1, 300),
    Row("map's tie points", tagged({0x8482: bytes(48)}), Kind.PLACE, "GeoTIFF", "exact-position"),
    Row("private tag", tagged({0xC0DE: b"wibble"}), Kind.OTHER_METADATA, "TIFF private tag", "private-chunk", 1, 6),
    Row("program in a private tag", tagged({0xC0DE: PROGRAM}), Kind.HIDDEN_DATA, "TIFF private tag", "program"),
    Row("second page", tiff_file(Page(), Page()), Kind.HIDDEN_PICTURE, "TIFF", "page", 1, len(PIXELS)),
    Row("artist of the second page", tiff_file(Page(), Page({0x13B: NAME})), Kind.PERSON_NAME, "EXIF", "author"),
    Row("many pages", tiff_file(*[Page({0x131: "Blobware"})] * 30), Kind.SOFTWARE, "EXIF", "", 30),
    Row(
        "thumbnail in the chain",
        tiff_file(Page(), Page({0xFE: 1})),
        Kind.HIDDEN_PICTURE,
        "TIFF",
        "thumbnail",
        1,
        len(PIXELS),
    ),
    Row("thumbnail in front", tiff_file(Page({0xFE: 1}), Page()), Kind.HIDDEN_PICTURE, "TIFF", "thumbnail", 1, len(PIXELS)),
    Row("picture below", tagged({}, sub=Page({0xFE: 1})), Kind.HIDDEN_PICTURE, "TIFF", "thumbnail", 1, len(PIXELS)),
    Row("artist below", tagged({}, sub=Page({0x13B: NAME})), Kind.PERSON_NAME, "EXIF", "author"),
    Row("transparency", tiff_file(Page(), Page({0xFE: 4})), Kind.OTHER_METADATA, "TIFF", "transparency"),
    Row(
        "between parts",
        tiff_file(Page(), between=TEXT.encode()),
        Kind.HIDDEN_DATA,
        "between TIFF parts",
        "text",
        1,
        len(TEXT),
    ),
    Row("picture between", tiff_file(Page(), Page(), between=_JPEG), Kind.HIDDEN_PICTURE, "between TIFF parts"),
    Row("archive between", tiff_file(Page(), between=bytes(3) + ZIP), Kind.HIDDEN_DATA, "between TIFF parts", "archive"),
    Row("behind", tiff_file(Page(), behind=ZIP), Kind.TRAILING_BYTES, "behind the picture", "archive", 1, len(ZIP)),
    Row("artist in BigTIFF", big_tiff({0x13B: NAME.encode()}), Kind.PERSON_NAME, "EXIF", "author"),
    Row("endless chain", tiff_file(Page())[:4] + b"\xf0\xff\xff\xff", Kind.OTHER_METADATA, "TIFF", "unreadable"),
]
