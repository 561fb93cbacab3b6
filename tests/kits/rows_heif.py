"""What is planted in HEIC and AVIF, and what inspection says of it."""

from __future__ import annotations

import struct

from container_kit import Item, coded, drawn, full_box, grid, heif, ispe, movie
from inspect_kit import box, iim, tiff, xmp
from inspect_rows import EXACT, NAME, TEXT, TIME, ZIP, Row
from paravent.model.report import Kind

_PACKET = xmp(f"<dc:creator><rdf:Seq><rdf:li>{NAME}</rdf:li></rdf:Seq></dc:creator>")


EXIF = bytes(4) + tiff({0x13B: NAME}, {0x9003: TIME}, EXACT)


_VIDEO = box(b"ftyp", b"mp42\0\0\0\0isom") + box(b"moov", bytes(400)) + box(b"mdat", b"\1" * 3000)


_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")


_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


_CLAIM = box(b"jumb", box(b"json", b"claim_generator"))


_2031 = 4_010_000_000


def _aux(urn: bytes) -> Item:
    return coded(b"auxiliary", 64, 64, full_box(b"auxC", urn + b"\0"))


def added(item: Item, reference: bytes = b"cdsc") -> bytes:
    return heif(coded(), item, references=((reference, 2, (1,)),))


def clap(width: int, height: int) -> bytes:
    return box(b"clap", struct.pack(">IIIIIIII", width, 1, height, 1, 0, 1, 0, 1))


def owning(*properties: bytes) -> bytes:
    return heif(coded(b"coded picture", 640, 480, *properties))


def derived(kind: bytes, content: bytes, tiles: int) -> bytes:
    """A picture made of tiles of 512 pixels."""
    main = Item(kind, content, properties=(ispe(1000, 500),), inside=True)
    numbers = tuple(range(2, tiles + 2))
    return heif(main, *[coded(b"tile", 512, 512)] * tiles, references=((b"dimg", 1, numbers),))


def _tone_mapped() -> bytes:
    items = (coded(), Item(b"tmap", b"map", inside=True), coded(b"gain"))
    return heif(*items, references=((b"dimg", 2, (1, 3)),))


def _stereo() -> bytes:
    group = full_box(b"ster", struct.pack(">IIII", 9, 2, 1, 2))
    return heif(coded(), coded(b"other eye"), in_meta=box(b"grpl", group))


def _track(handler: bytes, **options) -> bytes:
    """The sample is the gap in front of the items' bytes."""
    top = movie(handler, 0, 7, **options)
    at = heif(top=top, gap=b"samples").index(b"samples")
    return heif(top=movie(handler, at, 7, **options), gap=b"samples")


ROWS = [
    Row("position", added(Item(b"Exif", EXIF)), Kind.PLACE, "EXIF GPS", "exact-position"),
    Row("time", added(Item(b"Exif", EXIF)), Kind.TIME, "EXIF", "to-the-second"),
    Row("artist", added(Item(b"Exif", EXIF)), Kind.PERSON_NAME, "EXIF", "author"),
    Row("EXIF behind a prefix", added(Item(b"Exif", b"\0\0\0\6Exif\0\0" + EXIF[4:])), Kind.PERSON_NAME, "EXIF", "author"),
    Row("EXIF in the index", added(Item(b"Exif", EXIF, inside=True)), Kind.PERSON_NAME, "EXIF", "author"),
    Row("EXIF of another picture", heif(coded(), Item(b"Exif", EXIF)), Kind.PERSON_NAME, "EXIF", "author"),
    Row("broken EXIF", added(Item(b"Exif", b"\0\0\0\0wibble")), Kind.OTHER_METADATA, "EXIF", "unreadable"),
    Row("XMP", added(Item(b"mime", _PACKET, b"", b"application/rdf+xml")), Kind.PERSON_NAME, "XMP", "author"),
    Row("IPTC", added(Item(b"iptc", iim((80, NAME.encode())))), Kind.PERSON_NAME, "IPTC", "author"),
    Row(
        "other MIME type",
        added(Item(b"mime", b"wibble", b"", b"text/x")),
        Kind.OTHER_METADATA,
        "HEIF item",
        "private-chunk",
    ),
    Row(
        "archive as an item",
        added(Item(b"mime", ZIP, b"", b"x/zip")),
        Kind.HIDDEN_DATA,
        "HEIF item",
        "archive",
        1,
        len(ZIP),
    ),
    Row("unknown item", added(Item(b"wibb", b"wibble")), Kind.OTHER_METADATA, "HEIF item", "private-chunk", 1, 6),
    Row("item name", heif(Item(b"hvc1", b"coded", NAME.encode())), Kind.CAPTION, "HEIF item name", "", 1, len(NAME)),
    Row("thumbnail", added(coded(b"small"), b"thmb"), Kind.HIDDEN_PICTURE, "HEIF item", "thumbnail", 1, 5),
    Row(
        "transparency",
        added(_aux(b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"), b"auxl"),
        Kind.OTHER_METADATA,
        "HEIF item",
        "transparency",
    ),
    Row(
        "depth",
        added(_aux(b"urn:mpeg:hevc:2015:auxid:2"), b"auxl"),
        Kind.HIDDEN_PICTURE,
        "HEIF item",
        "depth-map",
        1,
        9,
    ),
    Row(
        "depth in AVIF",
        added(_aux(b"urn:mpeg:mpegB:cicp:systems:auxiliary:depth"), b"auxl"),
        Kind.HIDDEN_PICTURE,
        "HEIF item",
        "depth-map",
    ),
    Row(
        "gain map of Apple",
        added(_aux(b"urn:com:apple:photo:2020:aux:hdrgainmap"), b"auxl"),
        Kind.HIDDEN_PICTURE,
        "HEIF item",
        "gain-map",
    ),
    Row(
        "matte",
        added(_aux(b"urn:com:apple:photo:2019:aux:semanticskinmatte"), b"auxl"),
        Kind.HIDDEN_PICTURE,
        "HEIF item",
        "matte",
    ),
    Row("other auxiliary", added(_aux(b"urn:wibble"), b"auxl"), Kind.HIDDEN_PICTURE, "HEIF item"),
    Row("gain map by ISO 21496", _tone_mapped(), Kind.HIDDEN_PICTURE, "HEIF item", "gain-map", 1, 4),
    Row("second picture", heif(coded(), coded(b"another")), Kind.HIDDEN_PICTURE, "HEIF item", "further-picture", 1, 7),
    Row("other eye", _stereo(), Kind.HIDDEN_PICTURE, "HEIF item", "multi-view", 1, 9),
    Row("overlaid", derived(b"iovl", bytes(20), 2), Kind.HIDDEN_PICTURE, "HEIF item", "overlaid", 1, 8),
    Row("cropped", owning(clap(320, 480)), Kind.HIDDEN_PICTURE, "HEIF item", "cropped-rest", 1, 13),
    Row("tiles outside", derived(b"grid", grid(1, 4, 1000, 500), 4), Kind.HIDDEN_PICTURE, "HEIF item", "cropped-rest"),
    Row("tiles to spare", derived(b"grid", grid(1, 2, 1000, 500), 3), Kind.HIDDEN_PICTURE, "HEIF item", "cropped-rest"),
    Row("profile", owning(box(b"colr", b"prof" + bytes(300))), Kind.COLOUR_PROFILE, "ICC", "", 1, 300),
    Row("description", owning(full_box(b"udes", b"en\0\0" + TEXT.encode() + b"\0\0")), Kind.CAPTION, "HEIF item property"),
    Row(
        "alternative text",
        owning(full_box(b"altt", TEXT.encode() + b"\0en\0")),
        Kind.CAPTION,
        "HEIF item property",
        "",
        1,
        len(TEXT),
    ),
    Row("creation time", owning(full_box(b"crtt", bytes(8))), Kind.TIME, "HEIF item property", "to-the-subsecond"),
    Row(
        "camera's place",
        owning(full_box(b"cmex", bytes(20))),
        Kind.OTHER_METADATA,
        "HEIF item property",
        "camera-settings",
    ),
    Row(
        "private property",
        owning(box(b"wibb", b"wibble")),
        Kind.OTHER_METADATA,
        "HEIF item property",
        "private-chunk",
        1,
        6,
    ),
    Row("unused bytes", heif(gap=TEXT.encode()), Kind.HIDDEN_DATA, "between HEIF items", "text", 1, len(TEXT)),
    Row("unused picture", heif(gap=drawn("JPEG")), Kind.HIDDEN_PICTURE, "between HEIF items", "", 1, len(drawn("JPEG"))),
    Row("free box", heif(top=box(b"free", ZIP)), Kind.HIDDEN_DATA, "between HEIF items", "archive", 1, len(ZIP)),
    Row("skip box in the index", heif(in_meta=box(b"skip", ZIP)), Kind.HIDDEN_DATA, "between HEIF items", "archive"),
    Row("second mdat", heif(top=box(b"mdat", TEXT.encode())), Kind.HIDDEN_DATA, "between HEIF items", "text"),
    Row("XMP in a uuid", heif(top=box(b"uuid", _XMP + _PACKET)), Kind.PERSON_NAME, "XMP", "author"),
    Row("credentials", heif(top=box(b"uuid", _C2PA + bytes(4) + b"manifest\0" + bytes(8) + _CLAIM)), Kind.SOFTWARE, "C2PA"),
    Row(
        "other uuid",
        heif(top=box(b"uuid", bytes(range(16)) + b"wibble")),
        Kind.OTHER_METADATA,
        "HEIF uuid",
        "private-chunk",
        1,
        6,
    ),
    Row("unknown box", heif(top=box(b"wibb", b"wibble")), Kind.OTHER_METADATA, "HEIF box", "private-chunk", 1, 6),
    Row("box in the index", heif(in_meta=box(b"wibb", b"wibble")), Kind.OTHER_METADATA, "HEIF box", "private-chunk", 1, 6),
    Row(
        "program in the index",
        heif(in_meta=full_box(b"hdlr", bytes(4) + b"pict" + bytes(12) + b"Blobware\0")),
        Kind.SOFTWARE,
        "HEIF hdlr",
    ),
    Row("motion photo", heif(top=box(b"mpvd", _VIDEO)), Kind.HIDDEN_VIDEO, "HEIF box", "", 1, len(_VIDEO)),
    Row(
        "Samsung's film",
        heif(behind=box(b"sefd", b"MotionPhoto_Data" + _VIDEO)),
        Kind.HIDDEN_VIDEO,
        "Samsung trailer",
        "",
        1,
        len(_VIDEO),
    ),
    Row("Samsung's time", heif(behind=box(b"sefd", b"Image_UTC_Data1")), Kind.TIME, "Samsung trailer", "to-the-subsecond"),
    Row("film as a track", _track(b"vide"), Kind.HIDDEN_VIDEO, "HEIF track", "", 1, 7),
    Row("sound", _track(b"soun"), Kind.HIDDEN_DATA, "HEIF track", "sound", 1, 7),
    Row("sequence", _track(b"pict"), Kind.OTHER_METADATA, "HEIF track", "animation", 1, 7),
    Row("sequence of thumbnails", _track(b"pict", role=b"thmb"), Kind.HIDDEN_PICTURE, "HEIF track", "thumbnail", 1, 7),
    Row("film's time", _track(b"vide", created=_2031), Kind.TIME, "HEIF track", "to-the-second"),
    Row(
        "film's place",
        _track(b"vide", extra=box(b"udta", box(b"\xa9xyz", b"\0\7\0\0+47.1+8/"))),
        Kind.PLACE,
        "HEIF udta",
        "exact-position",
    ),
    Row("film's title", _track(b"vide", extra=box(b"udta", box(b"\xa9nam", TEXT.encode()))), Kind.CAPTION, "HEIF udta"),
    Row(
        "film's keys",
        _track(b"vide", extra=box(b"udta", full_box(b"meta", b"com.apple.quicktime.location.ISO6709"))),
        Kind.PLACE,
        "HEIF keys",
        "exact-position",
    ),
    Row("film behind", heif(behind=_VIDEO), Kind.HIDDEN_VIDEO, "behind the picture", "", 1, len(_VIDEO)),
    Row("archive behind", heif(behind=ZIP), Kind.TRAILING_BYTES, "behind the picture", "archive", 1, len(ZIP)),
    Row("text behind", heif(behind=TEXT.encode()), Kind.TRAILING_BYTES, "behind the picture", "text", 1, len(TEXT)),
    Row("picture behind", heif(behind=drawn("PNG")), Kind.HIDDEN_PICTURE, "behind the picture"),
]
