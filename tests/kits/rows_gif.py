"""What is planted in GIF, and what inspection says of it."""

from __future__ import annotations

from container_kit import drawn, gif, gif_application, gif_extension, gif_frame, gif_xmp, sub_blocks
from inspect_kit import iim, irb, xmp
from inspect_rows import NAME, TEXT, ZIP, Row
from paravent.model.report import Kind

_PACKET = xmp(f"<dc:creator><rdf:Seq><rdf:li>{NAME}</rdf:li></rdf:Seq></dc:creator>")


_FRAME = gif_frame(2, 2)


_REST = sub_blocks(b"\x55" * 900) + b";"


ROWS = [
    Row("comment", gif(gif_extension(0xFE, TEXT.encode())), Kind.CAPTION, "GIF comment", "", 1, len(TEXT)),
    Row("long comment", gif(gif_extension(0xFE, TEXT.encode() * 40)), Kind.CAPTION, "GIF comment", "", 1, 40 * len(TEXT)),
    Row("program's comment", gif(gif_extension(0xFE, b"Created with Blobware")), Kind.SOFTWARE, "GIF comment"),
    Row("plain text", gif(b"\x21\x01\x0c" + bytes(12) + sub_blocks(TEXT.encode())), Kind.CAPTION, "GIF plain text"),
    Row("XMP", gif(gif_xmp(_PACKET)), Kind.PERSON_NAME, "XMP", "author"),
    Row("profile", gif(gif_application(b"ICCRGBG1012", bytes(500))), Kind.COLOUR_PROFILE, "ICC", "", 1, 500),
    Row(
        "IPTC of ImageMagick",
        gif(gif_application(b"MGK8BIM0000", irb((0x404, iim((80, NAME.encode())))))),
        Kind.PERSON_NAME,
        "IPTC",
        "author",
    ),
    Row(
        "program's own extension",
        gif(gif_application(b"WIBBLE1.0xx", b"wibble" * 60)),
        Kind.OTHER_METADATA,
        "GIF application extension",
        "private-chunk",
        1,
        360,
    ),
    Row(
        "archive in it", gif(gif_application(b"WIBBLE1.0xx", ZIP)), Kind.HIDDEN_DATA, "GIF application extension", "archive"
    ),
    Row(
        "behind the loop count",
        gif(gif_application(b"NETSCAPE2.0", b"\1\0\0wibble")),
        Kind.HIDDEN_DATA,
        "between GIF blocks",
        "text",
        1,
        6,
    ),
    Row("unknown extension", gif(gif_extension(0x42, b"wibble")), Kind.OTHER_METADATA, "GIF extension", "private-chunk"),
    Row("frame outside", gif(gif_frame(100, 0)), Kind.HIDDEN_PICTURE, "GIF frame", "outside-canvas"),
    Row("frame half outside", gif(_FRAME), Kind.HIDDEN_PICTURE, "GIF frame", "outside-canvas", 1, len(_FRAME)),
    Row("two frames", gif(gif_frame()), Kind.OTHER_METADATA, "GIF", "animation"),
    Row("between blocks", gif(b"\1wibble\1"), Kind.HIDDEN_DATA, "between GIF blocks", "unknown", 1, 8),
    Row("behind", gif(behind=ZIP), Kind.TRAILING_BYTES, "behind the picture", "archive", 1, len(ZIP)),
    Row("cropped", gif(behind=_REST), Kind.HIDDEN_PICTURE, "behind the picture", "cropped-rest", 1, len(_REST)),
    Row("picture behind", gif(behind=drawn("PNG")), Kind.HIDDEN_PICTURE, "behind the picture"),
]
