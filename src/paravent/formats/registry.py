"""Every format there is, each listed once.

A further one of ours is one module and one line here, one of another package an entry point (`model.offered`).
"""

from __future__ import annotations

from functools import cache

from paravent.formats.bmp.spec import BMP
from paravent.formats.convertible.spec import PPM, PSD
from paravent.formats.gif.spec import GIF
from paravent.formats.heif.spec import AVIF, HEIC
from paravent.formats.jp2.spec import JP2
from paravent.formats.jpeg.spec import JPEG
from paravent.formats.png.spec import PNG
from paravent.formats.spec import FormatSpec
from paravent.formats.tiff.spec import TIFF
from paravent.formats.video.spec import VIDEOS
from paravent.formats.webp.spec import WEBP
from paravent.model.offered import offered

_SPECS: dict[str, FormatSpec] = {}


def register(spec: FormatSpec) -> None:
    """Make a format known to this process. Of two that recognise a file, the one registered first counts.

    Raises ValueError for a name that is taken.
    """
    if spec.name in _SPECS:
        raise ValueError(f"there is a format {spec.name} already")
    _SPECS[spec.name] = spec


def specs() -> tuple[FormatSpec, ...]:
    """All formats, in the order of registration."""
    return tuple(_all().values())


def recognise(head: bytes) -> FormatSpec | None:
    """The format whose signature the first bytes (`spec.HEAD` are enough) carry, never by name; None for none of ours."""
    return next((spec for spec in _all().values() if spec.recognises(head)), None)


def named(name: str) -> FormatSpec:
    """The format that is called so in reports. Raises KeyError."""
    return _all()[name]


def _all() -> dict[str, FormatSpec]:
    _register_offered()
    return _SPECS


@cache
def _register_offered() -> None:
    for one in offered():
        register(one.spec)


for _spec in (JPEG, PNG, WEBP, GIF, TIFF, BMP, HEIC, AVIF, JP2, PSD, PPM, *VIDEOS):
    register(_spec)
