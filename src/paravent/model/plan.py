"""What verification expects of a written file."""

from __future__ import annotations

from dataclasses import dataclass

from paravent.model.geometry import Shape
from paravent.model.samples import DeepSamples


@dataclass(frozen=True, slots=True)
class Exact:
    """The copy must decode to exactly these values: XXH3 (128 bits) over the values inside and outside the mask.

    It guards against our own mistakes, not against an attacker, and is ten times as fast as SHA-256.

    For JPEG the values are quantised DCT coefficients and the mask is whole MCUs; elsewhere decoded samples and pixels.
    """

    inside: bytes
    outside: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Close:
    """The copy must decode to about these samples, RGB or RGB and alpha (h, w, 3 or 4), uint8 or uint16, within the loss of
    the format."""

    samples: DeepSamples


@dataclass(frozen=True, slots=True)
class PagePlan:
    """What verification expects of one picture of a file.

    width, height: stored size in pixels. shapes: what is covered, in stored pixels of the copy. cell: width and height of
    the cells that are painted whole if a shape touches them (a JPEG's MCU; one pixel elsewhere).
    """

    width: int
    height: int
    shapes: tuple[Shape, ...]
    expected: Exact | Close
    cell: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What verification expects of a written file.

    format: name of the format. orientation: EXIF orientation the file must state (1: none stated). profile: name of the
    built-in ICC profile it must carry byte for byte, "" for none. pages: its pictures in order; one for most formats.
    timing: for an animation, how long each picture is shown, in milliseconds; else empty. loop: how often an animation is
    played, 0: for ever. mark: the XMP packet it must carry, byte for byte; empty for none (`marks`).
    """

    format: str
    orientation: int
    profile: str
    pages: tuple[PagePlan, ...]
    timing: tuple[int, ...] = ()
    loop: int = 1
    mark: bytes = b""
