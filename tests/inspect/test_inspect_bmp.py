"""What the inspection of a BMP sees, and that damage never stops it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from container_kit import bmp, bmp_profile, drawn
from inspect_kit import app_exif, chunk, jpeg, png, tiff
from inspect_rows import EXACT, NAME, TEXT, ZIP, Row, check, damaged, read_all
from paravent.inspect import inspect
from paravent.inspect.values import values
from paravent.model.report import Kind

_PATH = f"C:\\Users\\{NAME}\\screen.icc".encode()
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
    Row("path of a profile", bmp_profile(b"KNIL", _PATH), Kind.IDENTIFIER, "BMP", "file-path"),
    Row(
        "JPEG inside",
        bmp(compression=4, pixels=jpeg(app_exif(_EXIF))),
        Kind.PLACE,
        "EXIF GPS",
        "exact-position",
    ),
    Row("PNG inside", bmp(compression=5, pixels=png(chunk(b"eXIf", _EXIF))), Kind.PLACE, "EXIF GPS", "exact-position"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_planted_entry_is_found_and_its_value_is_not_told(row: Row) -> None:
    check(row, "bmp")


@settings(max_examples=150, deadline=None)
@given(damaged(ROWS))
def test_damaged_files(data: bytes) -> None:
    read_all(data, "bmp")


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    read_all(b"BM" + bytes(8) + data, "bmp")


@pytest.mark.parametrize("data", [drawn("BMP"), bmp(), bmp(width=4, pixels=bytes(range(24)))])
def test_plain_picture_gives_nothing_away(data: bytes) -> None:
    assert inspect(data, "bmp").findings == ()


def test_path_is_shown_only_when_asked_for() -> None:
    assert ("BMP ProfilePath", _PATH.decode()) in values(bmp_profile(b"KNIL", _PATH), "bmp")


_HOSTILE = {
    "many rows": bmp(pixels=bytes(12) * 2_000_000)[:22] + b"\xff\xff\xff\x7f" + bmp(pixels=bytes(12) * 2_000_000)[26:],
    "large padding": bmp(pixels=bytes(40_000_000)),
    "pixels far away": bmp()[:10] + b"\xff\xff\xff\xff" + bmp()[14:],
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_nothing_takes_long(name: str) -> None:
    began = time.process_time()
    inspect(_HOSTILE[name], "bmp")
    assert time.process_time() - began < 3.0
