"""What the inspection of a container sees, and that it never says what it saw."""

from __future__ import annotations

import pytest

from inspect_kit import (
    XMP_HEADER,
    app_exif,
    app_xmp,
    jpeg,
    picture,
    segment,
    tiff,
    xmp,
)
from inspect_rows import EXACT, NAME, PLANTED, TEXT, TIME, ZIP
from inspecting import inspect, values
from paravent.inspect import known_format
from paravent.model.report import Finding, Kind
from paravent.report.wording import KINDS, PRECISIONS, REMARKS, describe, remark
from rows_stills import ROWS, Row, bag, png_text, png_with_more_data


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.format}: {row.name}")
def test_planted_entry_is_found_and_its_value_is_not_told(row: Row) -> None:
    findings = inspect(row.data, row.format).findings
    found = [finding for finding in findings if (finding.kind, finding.where, finding.precision) == row[3:6]]
    assert [finding.count for finding in found] == [row.count], findings
    if row.size is not None:
        assert found[0].size == row.size
    told = repr(findings) + " ".join(map(describe, findings))
    assert [value for value in PLANTED if value.lower() in told.lower()] == []


@pytest.mark.parametrize("format", ["jpeg", "png", "webp"])
def test_plain_picture_gives_nothing_away(format: str) -> None:
    assert inspect(picture(format), format).findings == ()


@pytest.mark.parametrize("orientation", [1, 6])
def test_what_a_prepared_copy_may_state_is_no_finding(orientation: int) -> None:
    assert inspect(jpeg(app_exif(tiff({0x112: orientation}))), "jpeg").findings == ()


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (jpeg(app_exif(tiff({0x13B: "  ", 0x10E: ""}, {0x9003: "0000:00:00 00:00:00", 0x9286: b"\0" * 20}))), "jpeg"),
        (jpeg(app_exif(tiff(gps={0: b"\2\3\0\0", 2: [(0, 0)] * 3, 4: [(0, 0)] * 3}))), "jpeg"),
        (jpeg(app_exif(tiff({0x13B: " "}))), "jpeg"),
        (png_text(b"tEXt", "Author", " "), "png"),
    ],
)
def test_empty_fields_are_no_findings(data: bytes, format: str) -> None:
    assert inspect(data, format).findings == ()


def test_shallow_inspection_leaves_the_stream_alone() -> None:
    assert inspect(png_with_more_data(), "png", deep=False).findings == ()


@pytest.mark.parametrize("size", [2**15 - 1, 2**15, 2**15 + 1, 2**17, 300_001])
def test_what_follows_a_scan_of_any_length_is_seen(size: int) -> None:
    plain = picture("JPEG")
    data = plain[:-2] + b"\xff\x00" * (size // 2) + b"\x01" * (size % 2) + segment(0xFE, TEXT.encode()) + b"\xff\xd9" + ZIP
    kinds = [(finding.kind, finding.size) for finding in inspect(data, "jpeg").findings]
    assert kinds == [(Kind.CAPTION, len(TEXT)), (Kind.TRAILING_BYTES, len(ZIP))]


def test_cut_off_files_tell_what_was_read() -> None:
    data = jpeg(app_exif(tiff({0x13B: NAME}, gps=EXACT)), app_xmp(xmp(bag("dc:creator", NAME))))
    whole = inspect(data, "jpeg").findings
    at = data.index(XMP_HEADER)
    assert set(inspect(data[:at], "jpeg").findings) < set(whole)
    assert len(inspect(data[:at], "jpeg").findings) == 2


def test_a_thousand_blocks_are_not_all_read() -> None:
    findings = inspect(jpeg(app_exif(tiff({0x13B: NAME})) * 1000), "jpeg").findings
    read = [finding for finding in findings if finding.kind is Kind.PERSON_NAME]
    unread = [finding for finding in findings if finding.precision == "unreadable"]
    assert read[0].count + unread[0].count == 1000
    assert read[0].count < 10


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("EXIF Artist", NAME),
        ("EXIF GPS GPSPosition", "47.189847 N, 8.503428 E"),
        ("EXIF DateTimeOriginal", f"{TIME}.5"),
        ("XMP dc:creator", NAME),
    ],
)
def test_values_are_shown_when_asked_for(label: str, value: str) -> None:
    exif = tiff({0x13B: NAME}, {0x9003: TIME, 0x9291: "5"}, EXACT)
    assert (label, value) in values(jpeg(app_exif(exif), app_xmp(xmp(bag("dc:creator", NAME)))), "jpeg")


@pytest.mark.parametrize(
    "text", ["\x1b]0;wibble\x07", "a\nb\rc", "\u202egnp.exe", "\x9b31m", "\u2028", "x" * 5000, "\x1b" * 5000]
)
def test_values_cannot_steer_a_terminal(text: str) -> None:
    data = png_text(b"iTXt", "Ti\x1btle", f"<{text}>")
    ((label, value),) = values(data, "png")
    assert (label + value).isprintable()
    assert len(label) <= 200
    assert len(value) <= 200


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (Finding(Kind.PLACE, "EXIF GPS", 1, "exact-position"), "the exact position, to some metres (EXIF GPS)"),
        (Finding(Kind.TIME, "EXIF", 3, "to-the-second"), "time of the picture, to the second (EXIF, 3 entries)"),
        (Finding(Kind.HIDDEN_VIDEO, "behind the picture", 1, "", 2_100_000), "a film of 2.1 MB behind the picture"),
        (Finding(Kind.CAPTION, "XMP", 1, "", 120), "a caption of 120 characters (XMP)"),
        (Finding(Kind.OTHER_METADATA, "JPEG APP4", 1, "", 6100), "other metadata, 6 KB (JPEG APP4)"),
        (Finding(Kind.HIDDEN_PICTURE, "EXIF IFD1", 1, "thumbnail", 5300), "a thumbnail of 5 KB (EXIF IFD1)"),
        (
            Finding(Kind.TRAILING_BYTES, "behind the picture", 2, "unknown", 1),
            "data of unknown meaning of 1 byte behind the picture (2 entries)",
        ),
    ],
)
def test_words(finding: Finding, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paravent.report.wording._", str)
    monkeypatch.setattr("paravent.report.wording.ngettext", lambda one, many, count: one if count == 1 else many)
    assert describe(finding) == words


def test_every_kind_and_every_code_met_has_words() -> None:
    assert set(KINDS) == set(Kind)
    codes = {finding.precision for row in ROWS for finding in inspect(row.data, row.format).findings}
    assert codes - {""} <= set(PRECISIONS)
    assert all(remark(code) for code in REMARKS)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"GIF89a", "GIF"),
        (b"II*\0", "TIFF"),
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b"\0\0\0\x18ftypavif", "AVIF"),
        (b"\0\0\0\x18ftypisom", "MP4"),
        (b"wibble", ""),
        (b"", ""),
    ],
)
def test_known_formats_are_named(head: bytes, name: str) -> None:
    assert known_format(head) == name
