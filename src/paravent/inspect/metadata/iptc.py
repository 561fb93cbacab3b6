"""Reads IPTC-IIM datasets: the caption records press photos carry."""

from __future__ import annotations

from collections.abc import Iterator

from paravent.inspect.entry import Entry, caption, decoded, time_precision
from paravent.model.report import Kind

_IPTC = "IPTC"
_MAX_DATASETS = 4096
_KEYWORDS = 25

# Datasets of record 2, from IPTC-NAA Information Interchange Model 4.2.
_FIELDS: dict[int, tuple[str, Kind, str]] = {
    5: ("ObjectName", Kind.CAPTION, ""),
    _KEYWORDS: ("Keywords", Kind.CAPTION, "keywords"),
    26: ("ContentLocationCode", Kind.PLACE, "named-place"),
    27: ("ContentLocationName", Kind.PLACE, "named-place"),
    40: ("SpecialInstructions", Kind.CAPTION, ""),
    55: ("DateCreated", Kind.TIME, "date-only"),
    60: ("TimeCreated", Kind.TIME, "to-the-second"),
    62: ("DigitalCreationDate", Kind.TIME, "date-only"),
    63: ("DigitalCreationTime", Kind.TIME, "to-the-second"),
    65: ("OriginatingProgram", Kind.SOFTWARE, ""),
    80: ("By-line", Kind.PERSON_NAME, "author"),
    85: ("By-lineTitle", Kind.PERSON_NAME, "author"),
    90: ("City", Kind.PLACE, "named-place"),
    92: ("Sub-location", Kind.PLACE, "named-place"),
    95: ("Province-State", Kind.PLACE, "named-place"),
    100: ("CountryCode", Kind.PLACE, "named-place"),
    101: ("CountryName", Kind.PLACE, "named-place"),
    103: ("OriginalTransmissionReference", Kind.IDENTIFIER, ""),
    105: ("Headline", Kind.CAPTION, ""),
    110: ("Credit", Kind.PERSON_NAME, "author"),
    115: ("Source", Kind.PERSON_NAME, "author"),
    116: ("CopyrightNotice", Kind.PERSON_NAME, "copyright"),
    118: ("Contact", Kind.PERSON_NAME, "contact"),
    120: ("Caption", Kind.CAPTION, ""),
    122: ("Writer-Editor", Kind.PERSON_NAME, "author"),
    187: ("UniqueDocumentID", Kind.IDENTIFIER, ""),
}
_PREVIEW = 202


def entries(data: bytes) -> Iterator[Entry]:
    """Everything the datasets give away, as far as they are whole."""
    for record, number, value in _datasets(data):
        if record != 2 or number == 0:
            continue
        if number == _PREVIEW:
            yield Entry(Kind.HIDDEN_PICTURE, _IPTC, "preview", len(value))
            continue
        text = decoded(value)
        if text:
            yield _entry(number, text)


def _entry(number: int, text: str) -> Entry:
    if number not in _FIELDS:
        return Entry(Kind.OTHER_METADATA, _IPTC, "", 0, f"2:{number}", text)
    label, kind, precision = _FIELDS[number]
    if kind is Kind.CAPTION:
        return caption(_IPTC, label, text, precision)
    if kind is Kind.TIME and precision == "date-only" and time_precision(text) is None:
        return Entry(Kind.OTHER_METADATA, _IPTC, "", 0, label, text)
    return Entry(kind, _IPTC, precision, 0, label, text)


def _datasets(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    for _ in range(_MAX_DATASETS):
        head = data[at : at + 5]
        if len(head) < 5 or head[0] != 0x1C:
            return
        size = int.from_bytes(head[3:5], "big")
        at += 5
        if size & 0x8000:
            # Extended: the low bits say how many bytes the length takes.
            digits = min(size & 0x7FFF, 8)
            size = int.from_bytes(data[at : at + digits], "big")
            at += digits
        yield head[1], head[2], data[at : at + size]
        at += size
