"""Container formats. `FORMATS` lists them; a new one is one module and one line here."""

from __future__ import annotations

from paravent.formats.base import Format
from paravent.formats.bmp.source import BMP
from paravent.formats.convertible.source import PNM, PSD
from paravent.formats.gif.source import GIF
from paravent.formats.heif.avif import AVIF
from paravent.formats.heif.heic import HEIC
from paravent.formats.jp2.source import JP2
from paravent.formats.jpeg.source import JPEG
from paravent.formats.png.source import PNG
from paravent.formats.tiff.source import TIFF
from paravent.formats.webp.source import WEBP

FORMATS: tuple[Format, ...] = (JPEG, PNG, WEBP, GIF, TIFF, BMP, HEIC, AVIF, JP2)

# Read, but written as JPEG only, and only if asked for (`Policy.convert`).
CONVERTIBLE: tuple[Format, ...] = (PSD, PNM)


def sniff(head: bytes) -> Format | None:
    """The format whose signature the first bytes (64 are enough) carry; None if it is none of ours. Never by name."""
    return next((form for form in FORMATS if form.sniff(head)), None)


def convertible(head: bytes) -> Format | None:
    """The format among `CONVERTIBLE` whose signature the first bytes carry."""
    return next((form for form in CONVERTIBLE if form.sniff(head)), None)


def named(name: str) -> Format:
    """The format of `FORMATS` that is called so. Raises KeyError."""
    return {form.name: form for form in FORMATS}[name]
