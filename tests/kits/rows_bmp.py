"""What is planted in BMP, and what inspection says of it."""

from __future__ import annotations

from container_kit import bmp, bmp_profile, drawn
from inspect_kit import app_exif, chunk, jpeg, png, tiff
from inspect_rows import EXACT, NAME, TEXT, ZIP, Row
from paravent.model.report import Kind

PATH = f"C:\\Users\\{NAME}\\screen.icc".encode()


_ROWS = bytes(range(9)) + b"\0wb" + bytes(range(9)) + b"ble"


_EXIF = tiff(gps=EXACT)


ROWS = [
    Row("in front of the pixels", bmp(gap=TEXT.encode()), Kind.HIDDEN_DATA, "between BMP parts", "text", 1, len(TEXT)),
    Row("archive in front of the pixels", bmp(gap=ZIP), Kind.HIDDEN_DATA, "between BMP parts", "archive", 1, len(ZIP)),
    Row("picture in front of the pixels", bmp(gap=drawn("PNG")), Kind.HIDDEN_PICTURE, "between BMP parts"),
    Row("reserved bytes", bmp()[:6] + b"wib!" + bmp()[10:], Kind.HIDDEN_DATA, "between BMP parts", "text", 1, 4),
    Row("row padding", bmp(pixels=_ROWS), Kind.HIDDEN_DATA, "BMP row padding", "unknown", 1, 6),
    Row("behind the pixels", bmp(behind=TEXT.encode()), Kind.TRAILING_BYTES, "behind the picture", "text", 1, len(TEXT)),
    Row("picture behind", bmp(behind=drawn("JPEG")), Kind.HIDDEN_PICTURE, "behind the picture", "", 1, len(drawn("JPEG"))),
    Row("profile", bmp_profile(b"DEBM", bytes(range(200))), Kind.COLOUR_PROFILE, "ICC", "", 1, 200),
    Row("path of a profile", bmp_profile(b"KNIL", PATH), Kind.IDENTIFIER, "BMP", "file-path"),
    Row(
        "JPEG inside",
        bmp(compression=4, pixels=jpeg(app_exif(_EXIF))),
        Kind.PLACE,
        "EXIF GPS",
        "exact-position",
    ),
    Row("PNG inside", bmp(compression=5, pixels=png(chunk(b"eXIf", _EXIF))), Kind.PLACE, "EXIF GPS", "exact-position"),
]
