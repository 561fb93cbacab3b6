"""Every format there is, each listed once. A further one is one module with a `FormatSpec` and one call of `register`."""

from __future__ import annotations

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
    return tuple(_SPECS.values())


def recognise(head: bytes) -> FormatSpec | None:
    """The format whose signature the first bytes (`spec.HEAD` are enough) carry, never by name; None for none of ours."""
    return next((spec for spec in _SPECS.values() if spec.recognises(head)), None)


def named(name: str) -> FormatSpec:
    """The format that is called so in reports. Raises KeyError."""
    return _SPECS[name]


for _spec in (JPEG, PNG, WEBP, GIF, TIFF, BMP, HEIC, AVIF, JP2, PSD, PPM, *VIDEOS):
    register(_spec)
