"""ICC colour profiles: well-known ones recognised by their numbers, written anew clean; others converted to sRGB.

A profile names devices, makers and dates and can carry anything in private tags, so none is ever copied.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

Floats: TypeAlias = NDArray[np.float64]

_MAX_BYTES = 16_000_000  # the largest CMYK profiles in use have about 3 MB
_MAX_TAGS = 200
_COLORANT_TOLERANCE = 0.0015
_CURVE_TOLERANCE = 1.0 / 255
_D50 = np.array([0.9642, 1.0, 0.8249])  # ICC.1:2022, 7.2.16
_D65 = (0.3127, 0.3290)
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])  # ICC.1:2022, E.3


class BogusProfile(ValueError):
    """A colour profile that is broken or does not fit the picture."""


@dataclass(frozen=True, slots=True)
class _Space:
    """A standard RGB space. xy: white, red, green, blue chromaticities. curve: `para` function type and parameters."""

    title: str
    xy: tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
    curve: tuple[int, tuple[float, ...]]


_SRGB_CURVE = (3, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
_SPACES: dict[str, _Space] = {
    "srgb": _Space("sRGB", (_D65, (0.64, 0.33), (0.30, 0.60), (0.15, 0.06)), _SRGB_CURVE),  # IEC 61966-2-1
    "display-p3": _Space(
        "Display P3", (_D65, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)), _SRGB_CURVE
    ),  # SMPTE EG 432-1
    "adobe-rgb": _Space(
        "Adobe RGB (1998)", (_D65, (0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), (0, (563 / 256,))
    ),  # Adobe RGB (1998) Color Image Encoding, 2005-05
    "prophoto-rgb": _Space(
        "ProPhoto RGB", ((0.3457, 0.3585), (0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001)), (0, (1.8,))
    ),  # ISO 22028-2, without its linear toe, as the profiles in use have it
}
NAMES = tuple(_SPACES)


def recognise(profile: bytes) -> str | None:
    """The well-known RGB space (one of `NAMES`) a profile stands for, by its numbers, whatever it calls itself.

    None for any other and for a broken one. Never raises.
    """
    try:
        tags = _tags(profile)
        if profile[16:24] != b"RGB XYZ " or _overrides(tags):
            return None
        colorants = np.array([_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")])
        curves = [_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")]
    except (KeyError, struct.error, BogusProfile):
        return None
    for name, space in _SPACES.items():
        if np.abs(colorants - _colorants(space.xy).T).max() <= _COLORANT_TOLERANCE:
            same = all(_same_curve(curve, space.curve) for curve in curves)
            return name if same else None
    return None


@lru_cache(maxsize=len(_SPACES))
def build(name: str) -> bytes:
    """A clean ICC v4 matrix profile of a space in `NAMES`: the same bytes every time, no maker, device or date of use.

    Raises KeyError for an unknown name.
    """
    space = _SPACES[name]
    kind, values = space.curve
    return _assemble(space.title, space.xy, _para(kind, values))


def from_chromaticities(gamma: float, xy: tuple[tuple[float, float], ...]) -> bytes:
    """A profile for a decoding exponent `gamma` and the chromaticities of white, red, green and blue (PNG: gAMA, cHRM).

    Raises BogusProfile for numbers that describe no colour space.
    """
    white, red, green, blue = xy
    if not 0.1 <= gamma <= 10 or any(not 0 < y <= 1 or not 0 <= x <= 1 for x, y in (white, green, red)) or blue[1] < 0:
        raise BogusProfile("chromaticities")
    try:
        data = _assemble("converted", (white, red, green, blue), _para(0, (gamma,)))
    except (np.linalg.LinAlgError, ZeroDivisionError, struct.error):
        raise BogusProfile("chromaticities") from None
    return data


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The picture (mode L, RGB or CMYK) converted from `profile` to sRGB, mode RGB; relative colorimetric.

    Pixel by pixel: no pixel influences another. Raises BogusProfile where littlecms refuses the profile or it does
    not fit the picture's mode.
    """
    _tags(profile)
    try:
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.ImageCmsProfile(BytesIO(build("srgb"))),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        raise BogusProfile("littlecms refuses it") from error
    if converted is None:
        raise BogusProfile("littlecms converted nothing")
    converted.info.clear()
    return converted


# --- reading


def _tags(profile: bytes) -> dict[bytes, bytes]:
    """The tag table, bounds checked. Raises BogusProfile."""
    if not 132 <= len(profile) <= _MAX_BYTES or profile[36:40] != b"acsp":
        raise BogusProfile("header")
    (size,) = struct.unpack_from(">I", profile)
    (count,) = struct.unpack_from(">I", profile, 128)
    if size > len(profile) or count > _MAX_TAGS or 132 + 12 * count > len(profile):
        raise BogusProfile("tag table")
    tags: dict[bytes, bytes] = {}
    for index in range(count):
        name, start, length = struct.unpack_from(">4sII", profile, 132 + 12 * index)
        if start + length > len(profile):
            raise BogusProfile("tag bounds")
        tags[name] = profile[start : start + length]
    return tags


def _overrides(tags: Mapping[bytes, bytes]) -> bool:
    """Whether something else than the matrix decides: a lookup table, or coding points that are not the sRGB curve's."""
    if any(name[:3] in (b"A2B", b"D2B") for name in tags):
        return True
    points = tags.get(b"cicp")
    return points is not None and points[9:10] != b"\x0d"


def _xyz(tag: bytes) -> Floats:
    if tag[:4] != b"XYZ ":
        raise BogusProfile("colorant")
    return np.array(struct.unpack_from(">3i", tag, 8)) / 65536


def _curve(tag: bytes) -> Callable[[Floats], Floats]:
    """The tone curve, encoded to linear, both 0 to 1."""
    if tag[:4] == b"para":
        (kind,) = struct.unpack_from(">H", tag, 8)
        if kind not in _PARAMETERS:
            raise BogusProfile("curve type")
        values = np.array(struct.unpack_from(f">{_PARAMETERS[kind]}i", tag, 12)) / 65536
        return lambda x: _parametric(x, kind, values.tolist())
    if tag[:4] != b"curv":
        raise BogusProfile("curve")
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return lambda x: x
    if count == 1:
        gamma = struct.unpack_from(">H", tag, 12)[0] / 256
        return lambda x: np.power(x, gamma)
    if count > (len(tag) - 12) // 2:
        raise BogusProfile("curve bounds")
    table = np.frombuffer(tag, ">u2", count, 12) / 65535
    return lambda x: np.interp(x, np.linspace(0, 1, count), table)


_PARAMETERS = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}  # ICC.1:2022, table 68


def _parametric(x: Floats, kind: int, values: list[float]) -> Floats:
    """ICC.1:2022, 10.18: the five kinds of parametric curve as one, padded with what each leaves out."""
    gamma, a, b, c, d, e, f = _padded(kind, values)
    power = np.power(np.maximum(a * x + b, 0), gamma) + e
    return np.where(x >= d, power, c * x + f)


def _padded(kind: int, values: list[float]) -> tuple[float, ...]:
    if kind == 0:
        return (values[0], 1, 0, 0, 0, 0, 0)
    if kind in (1, 2):
        gamma, a, b = values[:3]
        level = values[3] if kind == 2 else 0.0
        return (gamma, a, b, 0, -b / a if a else 0.0, level, level)
    return (*values, 0, 0) if kind == 3 else tuple(values)


def _same_curve(curve: Callable[[Floats], Floats], reference: tuple[int, tuple[float, ...]]) -> bool:
    """Equal within one 8-bit step of the encoded value; near black, where gamma curves are flat, within 0.0005 linear."""
    kind, values = reference
    x = np.linspace(0, 1, 64)
    got = curve(x)
    low = _parametric(np.maximum(x - _CURVE_TOLERANCE, 0), kind, list(values))
    high = _parametric(x + _CURVE_TOLERANCE, kind, list(values))
    return bool(np.all((got >= low - 0.0005) & (got <= high + 0.0005)))


# --- writing


def _colorants(xy: tuple[tuple[float, float], ...]) -> Floats:
    """Columns: XYZ of red, green and blue, adapted to D50."""
    white, *primaries = ((x / y, 1.0, (1 - x - y) / y) if y else (0.0, 0.0, 0.0) for x, y in xy)
    columns = np.array(primaries).T
    return np.asarray(_adaptation(np.array(white)) @ (columns * np.linalg.solve(columns, np.array(white))))


def _adaptation(white: Floats) -> Floats:
    """The Bradford matrix from `white` to D50."""
    ratio = (_BRADFORD @ _D50) / (_BRADFORD @ white)
    return np.asarray(np.linalg.inv(_BRADFORD) @ (ratio[:, None] * _BRADFORD))


def _assemble(title: str, xy: tuple[tuple[float, float], ...], curve: bytes) -> bytes:
    colorants = _colorants(xy)
    (wx, wy), *_ = xy
    chad = _adaptation(np.array([wx / wy, 1.0, (1 - wx - wy) / wy]))
    tags = (
        (b"desc", _text(title)),
        (b"cprt", _text("Public Domain")),
        (b"wtpt", b"XYZ \0\0\0\0" + _fixed(_D50)),
        (b"chad", b"sf32\0\0\0\0" + _fixed(chad.ravel())),
        *((name, b"XYZ \0\0\0\0" + _fixed(colorants[:, i])) for i, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))),
        *((name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")),
    )
    table, body, at = b"", b"", {}
    start = 132 + 12 * len(tags)
    for name, content in tags:
        if content not in at:  # equal tags share one place, as ICC allows
            at[content] = start + len(body)
            body += content + b"\0" * (-len(content) % 4)
        table += struct.pack(">4sII", name, at[content], len(content))
    header = struct.pack(
        ">I4sI4s4s4s6H4s4sI4s4sQI12s4s44s",
        start + len(body),
        b"",  # preferred CMM: none
        0x04300000,
        b"mntr",
        b"RGB ",
        b"XYZ ",
        *(2000, 1, 1, 0, 0, 0),  # a date must stand here: always this one
        b"acsp",
        b"",
        0,
        b"",
        b"",
        0,
        0,
        _fixed(_D50),
        b"",
        b"",
    )
    return header + struct.pack(">I", len(tags)) + table + body


def _fixed(values: Floats) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(float(value) * 65536) for value in values))


def _para(kind: int, values: tuple[float, ...]) -> bytes:
    return struct.pack(">4sIHH", b"para", 0, kind, 0) + _fixed(np.array(values))


def _text(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return struct.pack(">4sIII2s2sII", b"mluc", 0, 1, 12, b"en", b"US", len(encoded), 28) + encoded
