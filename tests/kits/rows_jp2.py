"""What is planted in JPEG 2000, and what inspection says of it."""

from __future__ import annotations

from container_kit import code_stream, drawn, jp2, stream_comment
from inspect_kit import box, iim, tiff, xmp
from inspect_rows import EXACT, NAME, TEXT, ZIP, Row
from paravent.model.report import Kind

PACKET = xmp(f"<dc:creator><rdf:Seq><rdf:li>{NAME}</rdf:li></rdf:Seq></dc:creator>")


_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


_IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")


_GEOTIFF = bytes.fromhex("b14bf8bd083d4b43a5ae8cd7d5a6ce03")


_GML = b'<gml:Point xmlns:gml="http://www.opengis.net/gml">47.1</gml:Point>'


def nested(depth: int, inner: bytes) -> bytes:
    for _ in range(depth):
        inner = box(b"asoc", inner)
    return inner


ROWS = [
    Row("XMP", jp2(box(b"uuid", _XMP + PACKET)), Kind.PERSON_NAME, "XMP", "author"),
    Row("EXIF", jp2(box(b"uuid", b"JpgTiffExif->JP2" + tiff(gps=EXACT))), Kind.PLACE, "EXIF GPS", "exact-position"),
    Row("IPTC", jp2(box(b"uuid", _IPTC + iim((80, NAME.encode())))), Kind.PERSON_NAME, "IPTC", "author"),
    Row("GeoTIFF", jp2(box(b"uuid", _GEOTIFF + bytes(60))), Kind.PLACE, "JPEG 2000 uuid", "exact-position"),
    Row(
        "other uuid",
        jp2(box(b"uuid", b"0123456789abcdefwibble")),
        Kind.OTHER_METADATA,
        "JPEG 2000 uuid",
        "private-chunk",
        1,
        6,
    ),
    Row("archive in a uuid", jp2(box(b"uuid", bytes(16) + ZIP)), Kind.HIDDEN_DATA, "JPEG 2000 uuid", "archive"),
    Row("XMP as XML", jp2(box(b"xml ", PACKET)), Kind.PERSON_NAME, "XMP", "author"),
    Row("XML", jp2(box(b"xml ", f"<a>{TEXT}</a>".encode())), Kind.CAPTION, "JPEG 2000 XML", "", 1, len(TEXT) + 7),
    Row("position in XML", jp2(box(b"xml ", _GML)), Kind.PLACE, "JPEG 2000 XML", "exact-position"),
    Row("XML below", jp2(nested(5, box(b"xml ", PACKET))), Kind.PERSON_NAME, "XMP", "author"),
    Row("label", jp2(nested(1, box(b"lbl ", TEXT.encode()))), Kind.CAPTION, "JPEG 2000 box", "", 1, len(TEXT)),
    Row("address", jp2(box(b"uinf", box(b"url ", bytes(4) + b"https://wibble.example\0"))), Kind.CAPTION, "JPEG 2000 box"),
    Row("rights", jp2(box(b"jp2i", b"wibble")), Kind.OTHER_METADATA, "JPEG 2000 box", "private-chunk", 1, 6),
    Row("unknown box", jp2(box(b"wibb", b"wibble")), Kind.OTHER_METADATA, "JPEG 2000 box", "private-chunk", 1, 6),
    Row(
        "picture in a box",
        jp2(box(b"wibb", drawn("JPEG"))),
        Kind.HIDDEN_PICTURE,
        "JPEG 2000 box",
        "",
        1,
        len(drawn("JPEG")),
    ),
    Row("box in the header", jp2(in_header=box(b"wibb", b"wibble")), Kind.OTHER_METADATA, "JPEG 2000 box", "private-chunk"),
    Row("bytes in the header", jp2(in_header=b"wib"), Kind.HIDDEN_DATA, "between JPEG 2000 parts", "unknown", 1, 3),
    Row("credentials", jp2(box(b"jumb", box(b"json", b"claim_generator"))), Kind.SOFTWARE, "C2PA"),
    Row("profile", jp2(in_header=box(b"colr", b"\2\0\0" + bytes(300))), Kind.COLOUR_PROFILE, "ICC", "", 1, 300),
    Row("free space", jp2(box(b"free", TEXT.encode())), Kind.HIDDEN_DATA, "between JPEG 2000 parts", "text", 1, len(TEXT)),
    Row("second picture", jp2(box(b"jp2c", code_stream())), Kind.HIDDEN_PICTURE, "JPEG 2000 box", "further-picture"),
    Row(
        "comment",
        jp2(stream=code_stream(stream_comment(TEXT.encode()))),
        Kind.CAPTION,
        "JPEG 2000 comment",
        "",
        1,
        len(TEXT),
    ),
    Row("program", jp2(stream=code_stream(stream_comment(b"Created by Blobware"))), Kind.SOFTWARE, "JPEG 2000 comment"),
    Row(
        "comment in a tile",
        jp2(stream=code_stream(in_tile=stream_comment(TEXT.encode()))),
        Kind.CAPTION,
        "JPEG 2000 comment",
    ),
    Row(
        "binary comment",
        jp2(stream=code_stream(stream_comment(ZIP, False))),
        Kind.HIDDEN_DATA,
        "JPEG 2000 comment",
        "archive",
    ),
    Row("comment in a bare stream", code_stream(stream_comment(TEXT.encode())), Kind.CAPTION, "JPEG 2000 comment"),
    Row(
        "behind the stream",
        jp2(stream=code_stream() + ZIP),
        Kind.HIDDEN_DATA,
        "between JPEG 2000 parts",
        "archive",
        1,
        len(ZIP),
    ),
    Row(
        "behind an open stream",
        jp2(stream=code_stream(open_ended=True) + ZIP),
        Kind.HIDDEN_DATA,
        "between JPEG 2000 parts",
        "archive",
    ),
    Row("behind a bare stream", code_stream() + ZIP, Kind.TRAILING_BYTES, "behind the picture", "archive", 1, len(ZIP)),
    Row("behind the boxes", jp2(behind=TEXT.encode()), Kind.TRAILING_BYTES, "behind the picture", "text", 1, len(TEXT)),
    Row("picture behind", jp2(behind=drawn("PNG")), Kind.HIDDEN_PICTURE, "behind the picture"),
]
