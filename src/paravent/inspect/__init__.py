"""What a file's container gives away, read from its bytes without decoding the picture.

A further container family is one module with `entries(data)` and one line in `FAMILIES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from paravent.inspect.containers import bmp, gif, isobmff, jp2, jpeg, png, pnm, psd, tiff, webp
from paravent.inspect.entry import Entry, merged
from paravent.inspect.signatures import known_format
from paravent.model.report import Finding

__all__ = ["FAMILIES", "Inspection", "inspect", "known_format"]

FAMILIES: dict[str, Callable[[bytes], Iterator[Entry]]] = {
    "jpeg": jpeg.entries,
    "png": png.entries,
    "webp": webp.entries,
    "gif": gif.entries,
    "tiff": tiff.entries,
    "bmp": bmp.entries,
    "heic": isobmff.entries,
    "avif": isobmff.entries,
    "jp2": jp2.entries,
    "psd": psd.entries,
    "ppm": pnm.entries,
}

# What takes as long as decoding the picture, by family.
_DEEP: dict[str, Callable[[bytes], Iterator[Entry]]] = {"png": png.behind_stream}


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the container of one file gives away: kinds, counts, precision and sizes, never values."""

    findings: tuple[Finding, ...]


def inspect(data: bytes, format: str, *, deep: bool = True) -> Inspection:
    """Read the container. format: a key of `FAMILIES`, as sniffed; KeyError for another. deep: also look where
    it takes inflating the whole picture (behind a PNG's compressed stream, where hardly anyone hides anything).

    Never raises over the bytes themselves: damage ends the reading or is a finding "unreadable"; whether the picture
    is whole is for decoding to say.
    """
    entries = FAMILIES[format](data)
    if deep and format in _DEEP:
        entries = chain(entries, _DEEP[format](data))
    return Inspection(merged(entries))
