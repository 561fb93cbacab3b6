"""How precisely EXIF GPS fields tell a place: judged by how the numbers are stored, not by what they are."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from paravent.inspect.entry import Entry, decoded, time_precision
from paravent.model.report import Kind

_GPS = "EXIF GPS"
# Metres a degree of latitude, a minute, a second.
_METRES = (111_320.0, 1_855.3, 30.92)
# Stored more coarsely than this, a position tells a district, not a house.
_EXACT_METRES = 100.0
_DIRECTIONS = ("GPSImgDirection", "GPSTrack", "GPSDestBearing")


def entries(block: bytes, tags: dict[str, Any]) -> Iterator[Entry]:
    """What the GPS directory gives away. tags: by exifread's names, offsets relative to `block`."""
    positioned = False
    for prefix in ("GPS", "GPSDest"):
        latitude, longitude = tags.get(f"GPS {prefix}Latitude"), tags.get(f"GPS {prefix}Longitude")
        precision = stored_precision([_rationals(block, tag) for tag in (latitude, longitude) if tag is not None])
        if precision:
            positioned = True
            yield Entry(Kind.PLACE, _GPS, precision, 0, f"{prefix}Position", _shown(block, tags, prefix))
    for name in _DIRECTIONS:
        if f"GPS {name}" in tags:
            yield Entry(Kind.PLACE, _GPS, "direction", 0, name, tags[f"GPS {name}"].printable)
    if not positioned and "GPS GPSAltitude" in tags:
        yield Entry(Kind.PLACE, _GPS, "altitude", 0, "GPSAltitude", tags["GPS GPSAltitude"].printable)
    yield from _area(block, tags)
    yield from _time(tags)


def stored_precision(coordinates: list[list[tuple[int, int]]]) -> str:
    """The precision code for coordinates, each degrees, minutes, seconds as (numerator, denominator); "" for none."""
    steps = [_step(parts) for parts in coordinates if any(divisor for _, divisor in parts)]
    if not steps:
        return ""
    return "exact-position" if min(steps) <= _EXACT_METRES else "rough-position"


def text_precision(text: str) -> str:
    """The precision code for an XMP coordinate: `48,51.5034N`, `48,51,30N` or decimal degrees; "" for none."""
    parts = text.strip().rstrip("NSEWnsew").split(",")
    numbers = []
    for part in parts[:3]:
        whole, _, decimals = part.strip().lstrip("+-").partition(".")
        if not (whole.isdecimal() and (decimals or "0").isdecimal()) or len(part) > 40:
            return ""
        numbers.append((int(whole + decimals), 10 ** len(decimals)))
    return stored_precision([numbers])


def _step(parts: list[tuple[int, int]]) -> float:
    """Metres between two positions that are stored differently."""
    used = [
        metres / divisor
        for metres, (number, divisor) in zip(_METRES, parts, strict=False)
        if divisor > 1 or (divisor == 1 and number)
    ]
    return min(used, default=_METRES[0])


def _rationals(block: bytes, tag: Any) -> list[tuple[int, int]]:
    """Up to three (numerator, denominator) as stored: exifread reduces fractions, which hides the precision."""
    order = "<" if block[:1] == b"I" else ">"
    data = block[tag.field_offset : tag.field_offset + min(tag.field_length, 24)]
    return list(struct.iter_unpack(order + "II", data[: len(data) // 8 * 8]))


def _shown(block: bytes, tags: dict[str, Any], prefix: str) -> str:
    shown = []
    for axis in ("Latitude", "Longitude"):
        tag = tags.get(f"GPS {prefix}{axis}")
        if tag is not None:
            parts = zip(_rationals(block, tag), (1, 60, 3600), strict=False)
            degrees = sum(number / divisor / unit for (number, divisor), unit in parts if divisor)
            reference = tags.get(f"GPS {prefix}{axis}Ref")
            shown.append(f"{degrees:.6f} {'' if reference is None else reference.printable}".strip())
    return ", ".join(shown)


def _area(block: bytes, tags: dict[str, Any]) -> Iterator[Entry]:
    tag = tags.get("GPS GPSAreaInformation")
    if tag is not None:
        text = decoded(block[tag.field_offset + 8 : tag.field_offset + tag.field_length])
        if text:
            yield Entry(Kind.PLACE, _GPS, "named-place", 0, "GPSAreaInformation", text)


def _time(tags: dict[str, Any]) -> Iterator[Entry]:
    date, clock = tags.get("GPS GPSDate"), tags.get("GPS GPSTimeStamp")
    if clock is not None and clock.values:
        value = f"{'' if date is None else date.printable} {clock.printable} UTC"
        yield Entry(Kind.TIME, _GPS, "to-the-second", 0, "GPSTimeStamp", value)
    elif date is not None and time_precision(str(date.printable)):
        yield Entry(Kind.TIME, _GPS, "date-only", 0, "GPSDateStamp", date.printable)
