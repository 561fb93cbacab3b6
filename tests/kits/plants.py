"""All hiding places, one row each."""

from __future__ import annotations

import plants_heif
import plants_jpeg
import plants_png
import plants_sequence
import plants_tables
from plants_kit import Plant

PLANTS: tuple[Plant, ...] = (
    *plants_jpeg.PLANTS,
    *plants_png.PLANTS,
    *plants_tables.PLANTS,
    *plants_heif.PLANTS,
    *plants_sequence.PLANTS,
)

_SUFFIXES = {
    "JPEG 2000": "jp2",
    "JPEG": "jpg",
    "TIFF": "tif",
    "APNG": "png",
    "animated WebP": "webp",
    "animated GIF": "gif",
    "AVIF sequence": "avif",
}


def suffix(format: str) -> str:
    """What a file of that format is customarily called, without the dot."""
    return _SUFFIXES.get(format, format.lower())
