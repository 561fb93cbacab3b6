"""The one picture of a HEIC or AVIF file that is shown: its items, size, depth, colour, and how it is turned.

Everything else a file may hold (thumbnails, depth and gain maps, further pictures, bursts, film) is left behind.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from paravent.containers.items import Item, Items, Property
from paravent.errors import Held
from paravent.formats.shared import icc
from paravent.formats.shared.decoding import check_sizes
from paravent.formats.shared.hdr import refuse_hdr
from paravent.formats.shared.stated import read_profile
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples

_MAX_TILES = 1_000
_GRID, _OVERLAY = b"grid", b"iovl"
# What the decoders put together: libheif both, libavif grids alone.
_DERIVED = {b"hvc1": (_GRID, _OVERLAY), b"av01": (_GRID,)}
_ALPHA = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1")
_TRANSFORMS = (b"clap", b"irot", b"imir")
# What decoding needs of an item's properties. Transforms are applied here, profiles too.
_NEEDED = (b"hvcC", b"av1C", b"ispe", b"pixi", b"auxC")

# ITU-T H.273. Primaries and curves that stand for sRGB when nothing shows them otherwise; their numbers in `colr`.
_SRGB_PRIMARIES, _P3_PRIMARIES = (1, 2, 5, 6), 12
_SDR_CURVES = (1, 2, 6, 13, 14, 15)
_GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0}
_D65 = (0.3127, 0.3290)
_PRIMARIES = {
    1: (_D65, (0.640, 0.330), (0.300, 0.600), (0.150, 0.060)),
    4: ((0.310, 0.316), (0.67, 0.33), (0.21, 0.71), (0.14, 0.08)),
    5: (_D65, (0.64, 0.33), (0.29, 0.60), (0.15, 0.06)),
    6: (_D65, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),
    9: (_D65, (0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    11: ((0.314, 0.351), (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    12: (_D65, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
_SDR_GAMMA = 2.2  # the curve of BT.709 and its kin as screens show it


@dataclass(frozen=True, slots=True)
class Still:
    """The shown picture. items: itself first, then what it is made of, its alpha and what that is made of, numbered from 1.

    width, height: before the transforms. profile: as `samples.in_standard_colour` takes it. others: whether the file holds
    other pictures.
    """

    items: tuple[Item, ...]
    width: int
    height: int
    alpha: bool
    transforms: tuple[Property, ...]
    profile: bytes | None
    others: bool

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as shown."""
        width, height = self.width, self.height
        for name, content in self.transforms:
            if name == b"clap":
                left, top, right, bottom = _aperture(content, width, height)
                width, height = right - left, bottom - top
            elif name == b"irot" and content[:1] and content[0] & 1:
                width, height = height, width
        return width, height

    def turned(self, samples: DeepSamples) -> DeepSamples:
        """Decoded samples (height, width, c) as shown. Raises Held where they have another size."""
        if samples.shape[:2] != (self.height, self.width):
            raise Held("damaged")
        for name, content in self.transforms:
            if name == b"clap":
                left, top, right, bottom = _aperture(content, samples.shape[1], samples.shape[0])
                samples = samples[top:bottom, left:right]
            elif name == b"irot":
                samples = np.rot90(samples, content[0] & 3)
            else:  # ISO/IEC 23008-12, 6.5.12: axis 0 swaps top and bottom, 1 left and right
                samples = samples[:, ::-1] if content[0] & 1 else samples[::-1]
        return np.ascontiguousarray(samples)


def find(data: bytes, kind: bytes, limits: StillLimits) -> Still:
    """The shown picture of a file, coded as `kind` ("hvc1" or "av01"), within the limits. Raises Held."""
    items = Items(data)
    alpha = _alpha(items)
    tops = (items.primary, alpha) if alpha else (items.primary,)
    wanted = dict.fromkeys(number for top in tops for number in _tree(items, top))
    chosen = [items.item(number, content=True) for number in wanted]
    primary = chosen[0]
    coded = [item for item in chosen if item.kind not in _DERIVED[kind]]
    width, height = _dimensions(primary)
    check_sizes([(width, height)], limits)
    check_sizes([_dimensions(item) for item in coded], replace(limits, pixels=4 * limits.pixels))
    if any(item.kind != kind for item in coded):
        raise Held("encoding", detail=_printable(next(item.kind for item in coded if item.kind != kind)))
    transforms = tuple(prop for prop in primary.properties if prop[0] in _TRANSFORMS)
    if any(not content for _, content in transforms):
        raise Held("damaged")
    colours = [content for item in (primary, coded[0]) for name, content in item.properties if name == b"colr"]
    still = Still(
        items=tuple(_renumbered(chosen, primary.number, alpha)),
        width=width,
        height=height,
        alpha=alpha != 0,
        transforms=transforms,
        profile=profile_of(colours) if _are_stated(colours) else _by_exif(items),
        others=_holds_others(items, set(wanted)),
    )
    check_sizes([still.size], limits)
    return still


def _tree(items: Items, number: int) -> list[int]:
    """A picture and what it is made of: a grid's tiles, the pictures of an overlay. No other derived picture is read."""
    top = items.item(number)
    if top.kind not in (_GRID, _OVERLAY):
        return [number]
    parts = [items.item(part) for part in top.references.get(b"dimg", ())]
    if not 1 <= len(parts) <= _MAX_TILES:
        raise Held("damaged")
    if any(part.kind in (_GRID, _OVERLAY) for part in parts):
        raise Held("encoding", detail=_printable(top.kind))
    if top.kind == _OVERLAY and (any(map(_turned, parts)) or _with_alpha(items) & {part.number for part in parts}):
        raise Held("encoding", detail="iovl")
    return [number, *(part.number for part in parts)]


def _turned(item: Item) -> bool:
    return any(name in _TRANSFORMS for name, _ in item.properties)


def _with_alpha(items: Items) -> set[int]:
    """The pictures that something is an auxiliary picture of."""
    return {of for number in items.numbers for of in items.item(number).references.get(b"auxl", ())}


def _alpha(items: Items) -> int:
    """The number of the primary picture's alpha plane, 0 if it has none."""
    for number in items.numbers:
        item = items.item(number)
        kind = (item.get(b"auxC") or b"")[4:].split(b"\0")[0]
        if items.primary in item.references.get(b"auxl", ()) and kind in _ALPHA:
            if number in items.item(items.primary).references.get(b"prem", ()):
                raise Held("encoding", detail="premultiplied alpha")
            return number
    return 0


def _dimensions(item: Item) -> tuple[int, int]:
    """Width and height that an item states; for a grid and an overlay they must be their own."""
    content = item.get(b"ispe")
    if content is None or len(content) != 12:
        raise Held("damaged")
    stated = int.from_bytes(content[4:8], "big"), int.from_bytes(content[8:12], "big")
    if item.kind in (_GRID, _OVERLAY) and item.content:
        form, number = item.content, len(item.references.get(b"dimg", ()))
        wide = 4 if len(form) > 1 and form[1] & 1 else 2
        at = 4 if item.kind == _GRID else 10
        size = int.from_bytes(form[at : at + wide], "big"), int.from_bytes(form[at + wide : at + 2 * wide], "big")
        if item.kind == _GRID:
            whole = len(form) >= at + 2 * wide and (form[2] + 1) * (form[3] + 1) == number
        else:  # two offsets a picture follow
            whole = len(form) == at + 2 * wide * (1 + number)
        if stated != size or not whole:
            raise Held("damaged")
    return stated


def _aperture(content: bytes, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of a clean aperture (ISO/IEC 14496-12, 12.1.4) in whole pixels. Raises Held."""
    if len(content) != 32:
        raise Held("damaged")
    values = [int.from_bytes(content[at : at + 4], "big", signed=at in (16, 24)) for at in range(0, 32, 4)]
    if 0 in values[1::2]:
        raise Held("damaged")
    wide, high, across, down = (Fraction(n, d) for n, d in zip(values[::2], values[1::2], strict=True))
    columns, rows = math.floor(wide + Fraction(1, 2)), math.floor(high + Fraction(1, 2))
    left, top = math.floor(across + (width - wide) / 2), math.floor(down + (height - high) / 2)
    if not (0 <= left < left + columns <= width and 0 <= top < top + rows <= height):
        raise Held("damaged")
    return left, top, left + columns, top + rows


def _renumbered(chosen: list[Item], primary: int, alpha: int) -> Iterable[Item]:
    """The items with nothing that decoding does not need."""
    new = {item.number: number for number, item in enumerate(chosen, start=1)}
    for item in chosen:
        references = {b"dimg": tuple(new[n] for n in item.references[b"dimg"])} if item.kind in (_GRID, _OVERLAY) else {}
        if item.number == alpha:
            references[b"auxl"] = (new[primary],)
        properties = tuple(p for p in item.properties if p[0] in _NEEDED or (p[0] == b"colr" and p[1][:4] == b"nclx"))
        yield replace(item, number=new[item.number], properties=properties, references=references)


def _holds_others(items: Items, chosen: set[int]) -> bool:
    """Whether there are pictures that are not shown: further items that can be one, or film."""
    left = (items.item(number) for number in items.numbers if number not in chosen)
    return b"moov" in items.names or b"mpvd" in items.names or any(_may_be_picture(item.kind) for item in left)


def _may_be_picture(kind: bytes) -> bool:
    return kind not in (b"Exif", b"mime", b"uri ")


def _are_stated(colours: list[bytes]) -> bool:
    """Whether any of these properties says what the colours mean."""
    return any(content[4:8] != bytes((0, 2, 0, 2)) for content in colours)


def _by_exif(items: Items) -> bytes | None:
    """The profile that EXIF alone states; see `stated.read_profile`. Never raises."""
    number = next((number for number in items.numbers if items.item(number).kind == b"Exif"), None)
    if number is None:
        return None
    try:
        content = items.item(number, content=True).content
    except Held:
        return None
    start = 4 + int.from_bytes(content[:4], "big")  # ISO/IEC 23008-12, A.2.1: what stands before the TIFF header
    return read_profile(content[start:])


def profile_of(colours: list[bytes]) -> bytes | None:
    """What the colours mean, as an ICC profile; None for sRGB or nothing stated. An ICC profile counts before numbers.

    Raises Held for high dynamic range, which no prepared copy can carry.
    """
    numbers = next((content[4:] for content in colours if content[:4] == b"nclx" and len(content) >= 11), None)
    primaries, curve = (int.from_bytes(numbers[:2], "big"), int.from_bytes(numbers[2:4], "big")) if numbers else (2, 2)
    refuse_hdr(primaries, curve)
    stated = next((content[4:] for content in colours if content[:4] in (b"prof", b"rICC")), b"")
    if stated:
        return stated
    if primaries in _SRGB_PRIMARIES and curve in _SDR_CURVES:
        return None
    if primaries == _P3_PRIMARIES and curve in _SDR_CURVES:
        return icc.build("display-p3")
    gamma = _GAMMAS.get(curve, _SDR_GAMMA if curve in _SDR_CURVES else 0)
    if not gamma or primaries not in (*_PRIMARIES, 2):
        raise Held("encoding", detail=f"nclx, primaries {primaries}, curve {curve}")
    return icc.from_chromaticities(gamma, _PRIMARIES.get(primaries, _PRIMARIES[1]))


def _printable(kind: bytes) -> str:
    return "".join(chr(byte) if 32 < byte < 127 else "?" for byte in kind)
