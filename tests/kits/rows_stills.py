"""What is planted in JPEG, PNG and WebP, and what inspection says of it."""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

from inspect_kit import (
    EXTENDED_HEADER,
    XMP_HEADER,
    Wide,
    app_exif,
    app_irb,
    app_jumbf,
    app_mpf,
    app_xmp,
    box,
    chunk,
    directory,
    iim,
    irb,
    jpeg,
    picture,
    png,
    segment,
    tiff,
    webp,
    webp_chunk,
    xmp,
)
from inspect_rows import EXACT, NAME, SERIAL, TEXT, TIME, ZIP
from paravent.model.report import Kind

VIDEO = box(b"ftyp", b"mp42\0\0\0\0isom") + box(b"moov", b"\0" * 400) + box(b"mdat", b"\1" * 3000)
JPEG = picture("JPEG")
PROMPT = f"{TEXT}\nNegative prompt: wibble\nSteps: 20, Sampler: Euler, Seed: 2031"


class Row(NamedTuple):
    name: str
    format: str
    data: bytes
    kind: Kind
    where: str
    precision: str = ""
    count: int = 1
    size: int | None = None


def _exif(name, kind, where, precision="", count=1, size=None, **parts):
    """One row a format: the same block in each container."""
    block = tiff(**parts)
    return [
        Row(f"jpeg {name}", "jpeg", jpeg(app_exif(block)), kind, where, precision, count, size),
        Row(f"png {name}", "png", png(chunk(b"eXIf", block)), kind, where, precision, count, size),
        Row(f"webp {name}", "webp", webp(webp_chunk(b"EXIF", block)), kind, where, precision, count, size),
    ]


def _xmp(name, packet, kind, precision="", count=1, size=None):
    row = (kind, "XMP", precision, count, size)
    return [
        Row(f"jpeg {name}", "jpeg", jpeg(app_xmp(packet)), *row),
        Row(f"png {name}", "png", png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)), *row),
        Row(f"webp {name}", "webp", webp(webp_chunk(b"XMP ", packet)), *row),
    ]


def bag(name, *items):
    return f"<{name}><rdf:Bag>{''.join(f'<rdf:li>{item}</rdf:li>' for item in items)}</rdf:Bag></{name}>"


def _extended_xmp() -> bytes:
    """A packet of 100 KB in two segments, the second one first."""
    packet = xmp(attributes=f'GImage:Data="{"A" * 100_000}"')
    parts = [(0, packet[:60_000]), (60_000, packet[60_000:])]
    head = EXTENDED_HEADER + b"0" * 32 + struct.pack(">I", len(packet))
    return b"".join(segment(0xE1, head + struct.pack(">I", at) + part) for at, part in reversed(parts))


def _two_pictures() -> bytes:
    first = jpeg(app_mpf(0, 0))
    # The index begins behind SOI, marker, length and "MPF\0"; offsets count from there.
    return jpeg(app_mpf(len(first) - 10, len(JPEG)), behind=JPEG)


def _panasonic() -> bytes:
    """A block whose maker note holds a serial number and a child's name."""
    block = tiff({0x010F: "Panasonic"}, {0x927C: b"Panasonic\0\0\0" + b"\0" * 200})
    at = block.rindex(b"Panasonic\0\0\0") + 12
    note = directory({0x25: SERIAL.encode(), 0x66: NAME.encode()}, at)
    return block[:at] + note + block[at + len(note) :]


def _credentials() -> bytes:
    superbox = box(b"jumb", box(b"bfdb", b"\0image/jpeg\0") + box(b"bidb", JPEG * 100))
    claim = box(
        b"jumb", box(b"json", b'{"@type": "CreativeWork", "label": "stds.schema-org.CreativeWork", "name": "wibble"}')
    )
    source = box(b"cbor", b"\xa1digitalSourceTypexhttp://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia")
    return box(b"jumb", box(b"jumd", b"c2pa\0") + superbox + claim + source)


def png_text(name: bytes, keyword: str, text: str) -> bytes:
    packed = zlib.compress(text.encode())
    rest = {b"tEXt": text.encode(), b"zTXt": b"\0" + packed, b"iTXt": b"\1\0en\0\0" + packed}[name]
    return png(chunk(name, keyword.encode() + b"\0" + rest))


def _im_profile(kind: bytes, block: bytes) -> bytes:
    return png(
        chunk(
            b"zTXt",
            b"Raw profile type "
            + kind
            + b"\0\0"
            + zlib.compress(b"\n%s\n%8d\n%s\n" % (kind, len(block), block.hex().encode())),
        )
    )


def png_with_more_data() -> bytes:
    plain = picture("PNG")
    at = plain.index(b"IDAT") - 4
    size = int.from_bytes(plain[at : at + 4], "big")
    return plain[:at] + chunk(b"IDAT", plain[at + 8 : at + 8 + size] + b"wibble") + plain[-12:]


_AI = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
_REST = b"\x81\x22\x33" * 50 + chunk(b"IDAT", b"\x55" * 60) + picture("PNG")[-12:]
ROWS = [
    *_exif("position in hundredths of seconds", Kind.PLACE, "EXIF GPS", "exact-position", gps=EXACT),
    *_exif(
        "position in minutes with decimals",
        Kind.PLACE,
        "EXIF GPS",
        "exact-position",
        gps={2: [(47, 1), (112345, 10000), (0, 1)], 4: [(8, 1), (301234, 10000), (0, 1)]},
    ),
    *_exif(
        "position in whole minutes",
        Kind.PLACE,
        "EXIF GPS",
        "rough-position",
        gps={2: [(47, 1), (11, 1), (0, 1)], 4: [(8, 1), (30, 1), (0, 1)]},
    ),
    *_exif("direction", Kind.PLACE, "EXIF GPS", "direction", gps={0x11: [(2031, 10)]}),
    *_exif("altitude", Kind.PLACE, "EXIF GPS", "altitude", gps={6: [(4711, 10)]}),
    *_exif("area", Kind.PLACE, "EXIF GPS", "named-place", gps={0x1C: b"ASCII\0\0\0Trumpington"}),
    *_exif("satellite time", Kind.TIME, "EXIF GPS", "to-the-second", gps={7: [(7, 1), (8, 1), (9, 1)], 0x1D: "2031:05:06"}),
    *_exif("times to the second", Kind.TIME, "EXIF", "to-the-second", 2, ifd0={0x132: TIME}, exif={0x9003: TIME}),
    *_exif("time to the subsecond", Kind.TIME, "EXIF", "to-the-subsecond", exif={0x9003: TIME, 0x9291: "123"}),
    *_exif("date alone", Kind.TIME, "EXIF", "date-only", exif={0x9003: "2031:05:06"}),
    *_exif("time zone", Kind.TIME, "EXIF", "time-zone", exif={0x9011: "+05:30"}),
    *_exif("make and model", Kind.DEVICE, "EXIF", "", 2, ifd0={0x10F: "Quillcam", 0x110: "Quillcam 9"}),
    *_exif("body's serial number", Kind.SERIAL, "EXIF", "body", exif={0xA431: SERIAL}),
    *_exif("lens's serial number", Kind.SERIAL, "EXIF", "lens", exif={0xA435: SERIAL}),
    *_exif("owner", Kind.PERSON_NAME, "EXIF", "owner", exif={0xA430: NAME}),
    *_exif("artist", Kind.PERSON_NAME, "EXIF", "author", ifd0={0x13B: NAME}),
    *_exif(
        "author as Windows writes it", Kind.PERSON_NAME, "EXIF", "author", ifd0={0x9C9D: Wide(NAME.encode("utf-16-le"))}
    ),
    *_exif("copyright", Kind.PERSON_NAME, "EXIF", "copyright", ifd0={0x8298: NAME}),
    *_exif("software", Kind.SOFTWARE, "EXIF", ifd0={0x131: "Blobware"}),
    *_exif("unique id", Kind.IDENTIFIER, "EXIF", exif={0xA420: "wibble"}),
    *_exif("description", Kind.CAPTION, "EXIF", size=len(TEXT), ifd0={0x10E: TEXT}),
    *_exif("comment", Kind.CAPTION, "EXIF", size=len(TEXT), exif={0x9286: b"ASCII\0\0\0" + TEXT.encode()}),
    *_exif("wide comment", Kind.CAPTION, "EXIF", size=len(TEXT), exif={0x9286: b"UNICODE\0" + TEXT.encode("utf-16-be")}),
    *_exif("long prompt", Kind.AI_PROMPT, "EXIF", exif={0x9286: b"UNICODE\0" + (PROMPT * 20).encode("utf-16-le")}),
    *_exif("prompt in Make", Kind.AI_PROMPT, "EXIF", ifd0={0x10F: 'workflow: {"wibble": 1}'}),
    *_exif("maker note", Kind.OTHER_METADATA, "EXIF maker note", "maker-note", size=90, exif={0x927C: b"wibble" * 15}),
    *_exif("preview in it", Kind.HIDDEN_PICTURE, "EXIF", "preview", size=len(JPEG), exif={0x927C: b"wibble" + JPEG}),
    *_exif("thumbnail", Kind.HIDDEN_PICTURE, "EXIF IFD1", "thumbnail", size=len(JPEG), thumbnail=JPEG),
    *_exif("settings", Kind.OTHER_METADATA, "EXIF", "camera-settings", exif={0x829A: [(1, 2031)]}),
    Row("maker note's serial number", "jpeg", jpeg(app_exif(_panasonic())), Kind.SERIAL, "EXIF maker note", "body"),
    Row("maker note's child name", "jpeg", jpeg(app_exif(_panasonic())), Kind.PERSON_NAME, "EXIF maker note", "depicted"),
    Row("broken EXIF", "jpeg", jpeg(app_exif(b"wibble")), Kind.OTHER_METADATA, "EXIF", "unreadable", size=6),
    *_xmp("creator", xmp(bag("dc:creator", NAME)), Kind.PERSON_NAME, "author"),
    *_xmp("persons tagged", xmp(bag("Iptc4xmpExt:PersonInImage", NAME, NAME)), Kind.PERSON_NAME, "depicted", 2),
    *_xmp(
        "face region",
        xmp(f'<mwg-rs:RegionList><rdf:Bag><rdf:li mwg-rs:Name="{NAME}"/></rdf:Bag></mwg-rs:RegionList>'),
        Kind.PERSON_NAME,
        "depicted",
    ),
    *_xmp(
        "Windows face region",
        xmp(f"<MPReg:PersonDisplayName>{NAME}</MPReg:PersonDisplayName>"),
        Kind.PERSON_NAME,
        "depicted",
    ),
    *_xmp("city", xmp(attributes='photoshop:City="Trumpington"'), Kind.PLACE, "named-place"),
    *_xmp("position", xmp(attributes='exif:GPSLatitude="47,11.2345N"'), Kind.PLACE, "exact-position"),
    *_xmp("rough position", xmp(attributes='exif:GPSLatitude="47.1"'), Kind.PLACE, "rough-position"),
    *_xmp("description", xmp(bag("dc:description", TEXT)), Kind.CAPTION, "", size=len(TEXT)),
    *_xmp("keywords", xmp(bag("dc:subject", TEXT, NAME)), Kind.CAPTION, "keywords", 2),
    *_xmp("creation time", xmp(attributes='xmp:CreateDate="2031-05-06T07:08:09.5Z"'), Kind.TIME, "to-the-subsecond"),
    *_xmp("minute", xmp(attributes='xmp:CreateDate="2031-05-06T07:08"'), Kind.TIME, "to-the-minute"),
    *_xmp("serial number", xmp(attributes=f'aux:SerialNumber="{SERIAL}"'), Kind.SERIAL, "body"),
    *_xmp("document id", xmp(attributes='xmpMM:DocumentID="xmp.did:wibble"'), Kind.IDENTIFIER),
    *_xmp(
        "history",
        xmp('<xmpMM:History><rdf:Seq><rdf:li stEvt:softwareAgent="Blobware"/></rdf:Seq></xmpMM:History>'),
        Kind.SOFTWARE,
    ),
    *_xmp("AI source", xmp(attributes=f'Iptc4xmpExt:DigitalSourceType="{_AI}"'), Kind.AI_PROMPT, "made-by-ai"),
    *_xmp("AI prompt", xmp(attributes=f'Iptc4xmpExt:AIPromptInformation="{TEXT}"'), Kind.AI_PROMPT, "", size=len(TEXT)),
    *_xmp("motion photo", xmp(attributes='GCamera:MotionPhoto="1"'), Kind.OTHER_METADATA, "motion-photo"),
    *_xmp("depth", xmp(attributes=f'GDepth:Data="{"A" * 400}"'), Kind.HIDDEN_PICTURE, "depth-map", size=300),
    *_xmp("gain map", xmp(attributes='hdrgm:Version="1.0"'), Kind.OTHER_METADATA, "gain-map"),
    *_xmp("entities", b"<!DOCTYPE x [<!ENTITY a 'wibble'>]>" + xmp(), Kind.OTHER_METADATA, "unreadable"),
    Row("extended XMP", "jpeg", jpeg(_extended_xmp()), Kind.HIDDEN_PICTURE, "XMP", "", size=75_000),
    Row("IPTC by-line", "jpeg", jpeg(app_irb((0x404, iim((80, NAME.encode()))))), Kind.PERSON_NAME, "IPTC", "author"),
    Row("IPTC city", "jpeg", jpeg(app_irb((0x404, iim((90, b"Trumpington"))))), Kind.PLACE, "IPTC", "named-place"),
    Row("IPTC caption", "jpeg", jpeg(app_irb((0x404, iim((120, TEXT.encode()))))), Kind.CAPTION, "IPTC", "", 1, len(TEXT)),
    Row(
        "IPTC keywords",
        "jpeg",
        jpeg(app_irb((0x404, iim((25, b"wibble"), (25, b"wibble"))))),
        Kind.CAPTION,
        "IPTC",
        "keywords",
        2,
    ),
    Row("IPTC date", "jpeg", jpeg(app_irb((0x404, iim((55, b"20310506"))))), Kind.TIME, "IPTC", "date-only"),
    Row(
        "IPTC contact",
        "jpeg",
        jpeg(app_irb((0x404, iim((118, b"wibble@quill.example"))))),
        Kind.PERSON_NAME,
        "IPTC",
        "contact",
    ),
    Row(
        "Photoshop thumbnail",
        "jpeg",
        jpeg(app_irb((0x40C, b"\0" * 28 + JPEG))),
        Kind.HIDDEN_PICTURE,
        "Photoshop",
        "thumbnail",
        1,
        len(JPEG),
    ),
    Row("EXIF in Photoshop", "jpeg", jpeg(app_irb((0x422, tiff(gps=EXACT)))), Kind.PLACE, "EXIF GPS", "exact-position"),
    Row(
        "JFIF thumbnail",
        "jpeg",
        jpeg(segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\2\2" + b"\7" * 12)),
        Kind.HIDDEN_PICTURE,
        "JFIF",
        "thumbnail",
        1,
        12,
    ),
    Row(
        "JFXX thumbnail",
        "jpeg",
        jpeg(segment(0xE0, b"JFXX\0\x10" + JPEG)),
        Kind.HIDDEN_PICTURE,
        "JFXX",
        "thumbnail",
        1,
        len(JPEG),
    ),
    Row("comment", "jpeg", jpeg(segment(0xFE, TEXT.encode())), Kind.CAPTION, "JPEG comment", "", 1, len(TEXT)),
    Row("program's comment", "jpeg", jpeg(segment(0xFE, b"Created with Blobware")), Kind.SOFTWARE, "JPEG comment"),
    Row("profile", "jpeg", jpeg(segment(0xE2, b"ICC_PROFILE\0\1\1" + b"wibble")), Kind.COLOUR_PROFILE, "ICC", "", 1, 6),
    Row("unknown segment", "jpeg", jpeg(segment(0xE7, b"wibble")), Kind.OTHER_METADATA, "JPEG APP7", "", 1, 6),
    Row("film in a segment", "jpeg", jpeg(segment(0xE7, VIDEO)), Kind.HIDDEN_VIDEO, "JPEG APP7", "", 1, len(VIDEO)),
    Row("between segments", "jpeg", jpeg(b"wibble"), Kind.HIDDEN_DATA, "between JPEG segments", "unknown", 1, 6),
    Row(
        "credentials",
        "jpeg",
        jpeg(app_jumbf(_credentials())),
        Kind.OTHER_METADATA,
        "C2PA",
        "content-credentials",
        1,
        len(_credentials()),
    ),
    Row(
        "credentials' thumbnail",
        "jpeg",
        jpeg(app_jumbf(_credentials())),
        Kind.HIDDEN_PICTURE,
        "C2PA",
        "thumbnail",
        1,
        100 * len(JPEG),
    ),
    Row("credentials' author", "png", png(chunk(b"caBX", _credentials())), Kind.PERSON_NAME, "C2PA", "author"),
    Row("credentials' source", "webp", webp(webp_chunk(b"C2PA", _credentials())), Kind.AI_PROMPT, "C2PA", "made-by-ai"),
    Row("second picture", "jpeg", _two_pictures(), Kind.HIDDEN_PICTURE, "behind the picture", "multi-view", 1, len(JPEG)),
    Row("list of pictures", "jpeg", _two_pictures(), Kind.OTHER_METADATA, "MPF", "multi-picture"),
    Row("motion photo", "jpeg", jpeg(behind=VIDEO), Kind.HIDDEN_VIDEO, "behind the picture", "", 1, len(VIDEO)),
    Row(
        "film behind a note",
        "jpeg",
        jpeg(behind=b"\1wibble" + VIDEO + JPEG),
        Kind.HIDDEN_VIDEO,
        "behind the picture",
        "",
        1,
        len(VIDEO),
    ),
    Row(
        "picture behind it",
        "jpeg",
        jpeg(behind=b"\1wibble" + VIDEO + JPEG),
        Kind.HIDDEN_PICTURE,
        "behind the picture",
        "",
        1,
        len(JPEG),
    ),
    Row("archive", "webp", webp(behind=ZIP), Kind.TRAILING_BYTES, "behind the picture", "archive", 1, len(ZIP)),
    Row("program", "png", png(behind=b"\x7fELF\2\1"), Kind.TRAILING_BYTES, "behind the picture", "program", 1, 6),
    Row("text", "png", png(behind=TEXT.encode()), Kind.TRAILING_BYTES, "behind the picture", "text", 1, len(TEXT)),
    Row("padding", "jpeg", jpeg(behind=b"\0" * 64), Kind.TRAILING_BYTES, "behind the picture", "padding", 1, 64),
    Row("cropped", "png", png(behind=_REST), Kind.HIDDEN_PICTURE, "behind the picture", "cropped-rest", 1, len(_REST)),
    Row(
        "picture", "png", png(behind=picture("PNG")), Kind.HIDDEN_PICTURE, "behind the picture", "", 1, len(picture("PNG"))
    ),
    Row("behind the stream", "png", png_with_more_data(), Kind.HIDDEN_DATA, "PNG picture data", "unknown", 1, 6),
    Row("author", "png", png_text(b"tEXt", "Author", NAME), Kind.PERSON_NAME, "PNG tEXt", "author"),
    Row("packed author", "png", png_text(b"zTXt", "Author", NAME), Kind.PERSON_NAME, "PNG zTXt", "author"),
    Row("description", "png", png_text(b"iTXt", "Description", TEXT), Kind.CAPTION, "PNG iTXt", "", 1, len(TEXT)),
    Row(
        "text time",
        "png",
        png_text(b"tEXt", "date:create", "2031-05-06T07:08:09+00:00"),
        Kind.TIME,
        "PNG tEXt",
        "to-the-second",
    ),
    Row("parameters", "png", png_text(b"tEXt", "parameters", PROMPT), Kind.AI_PROMPT, "PNG tEXt", "", 1, len(PROMPT)),
    Row("workflow", "png", png_text(b"tEXt", "workflow", "{}"), Kind.AI_PROMPT, "PNG tEXt", "", 1, 2),
    Row("generator's comment", "png", png_text(b"tEXt", "Comment", '{"uc": "wibble"}'), Kind.AI_PROMPT, "PNG tEXt"),
    Row("path of the original", "png", png_text(b"tEXt", "Thumb::URI", "file:///home/wibble"), Kind.IDENTIFIER, "PNG tEXt"),
    Row(
        "ImageMagick's EXIF",
        "png",
        _im_profile(b"exif", b"Exif\0\0" + tiff(gps=EXACT)),
        Kind.PLACE,
        "EXIF GPS",
        "exact-position",
    ),
    Row(
        "ImageMagick's IPTC",
        "png",
        _im_profile(b"iptc", irb((0x404, iim((80, NAME.encode()))))),
        Kind.PERSON_NAME,
        "IPTC",
        "author",
    ),
    Row(
        "ImageMagick's XMP",
        "png",
        _im_profile(b"app1", XMP_HEADER + xmp(bag("dc:creator", NAME))),
        Kind.PERSON_NAME,
        "XMP",
        "author",
    ),
    Row(
        "tIME",
        "png",
        png(chunk(b"tIME", struct.pack(">HBBBBB", 2031, 5, 6, 7, 8, 9))),
        Kind.TIME,
        "PNG tIME",
        "to-the-second",
    ),
    Row("iCCP", "png", png(chunk(b"iCCP", b"wibble\0\0" + zlib.compress(b"x"))), Kind.COLOUR_PROFILE, "ICC"),
    Row("animation", "png", png(chunk(b"acTL", b"\0\0\0\2\0\0\0\0")), Kind.OTHER_METADATA, "PNG acTL", "animation"),
    Row(
        "private chunk",
        "png",
        png(chunk(b"wiBb", b"wibble")),
        Kind.OTHER_METADATA,
        "PNG private chunk",
        "private-chunk",
        1,
        6,
    ),
    Row("picture in a chunk", "png", png(chunk(b"wiBb", JPEG)), Kind.HIDDEN_PICTURE, "PNG private chunk", "", 1, len(JPEG)),
    Row("profile", "webp", webp(webp_chunk(b"ICCP", b"wibble")), Kind.COLOUR_PROFILE, "ICC", "", 1, 6),
    Row("animation", "webp", webp(webp_chunk(b"ANIM", b"\0" * 6)), Kind.OTHER_METADATA, "WebP ANIM", "animation"),
    Row(
        "chunk in a frame",
        "webp",
        webp(webp_chunk(b"ANMF", b"\0" * 16 + webp_chunk(b"wibb", ZIP))),
        Kind.HIDDEN_DATA,
        "WebP private chunk",
        "archive",
    ),
]
