"""What a file's container gives away, read from its bytes without decoding the picture.

A further container family is one module with `entries(data)` and one line in `FAMILIES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from paravent.inspect import jpeg, png, webp
from paravent.inspect.entry import Entry, merged
from paravent.inspect.signatures import known_format
from paravent.report import Finding

__all__ = ["FAMILIES", "Inspection", "inspect", "known_format"]

FAMILIES: dict[str, Callable[[bytes], Iterator[Entry]]] = {
    "jpeg": jpeg.entries,
    "png": png.entries,
    "webp": webp.entries,
}


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the container of one file gives away: kinds, counts, precision and sizes, never values."""

    findings: tuple[Finding, ...]


def inspect(data: bytes, format: str) -> Inspection:
    """Read the container. format: a key of `FAMILIES`, as sniffed; KeyError for another.

    Never raises over the bytes themselves: damage ends the reading or is a finding "unreadable"; whether the picture
    is whole is for decoding to say.
    """
    return Inspection(merged(FAMILIES[format](data)))
