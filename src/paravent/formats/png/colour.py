"""What the colours of a PNG mean, as its chunks state it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

from paravent.errors import Held
from paravent.formats.shared import icc
from paravent.formats.shared.hdr import refuse_hdr
from paravent.formats.shared.stated import read_profile

_MAX_PROFILE = 16_000_000
_COLOUR = 2  # of IHDR's colour types
# W3C PNG third edition, 11.3.2: white, red, green, blue of sRGB as cHRM states them, and its gAMA.
_SRGB_XY = ((0.3127, 0.3290), (0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
_SRGB_GAMMA = 1 / 2.2


def stated_profile(chunks: Mapping[bytes, bytes]) -> bytes | None:
    """What the colours mean, as an ICC profile; None for sRGB or nothing stated; empty for a broken statement.

    Precedence as in W3C PNG third edition, 4.3: cICP, iCCP, sRGB, gAMA with cHRM; cHRM alone means nothing here. Last comes
    what EXIF says of colour pictures.
    Raises Held for coding points that are none of ours.
    """
    if b"cICP" in chunks:
        return _coding_points(chunks[b"cICP"])
    if b"iCCP" in chunks:
        return _inflated(chunks[b"iCCP"])
    if b"sRGB" in chunks:
        return None
    if b"gAMA" not in chunks:
        return read_profile(chunks.get(b"eXIf", b"")) if chunks[b"IHDR"][9] & _COLOUR else None
    return _measured(chunks[b"gAMA"], chunks.get(b"cHRM"))


def _coding_points(points: bytes) -> bytes | None:
    """ITU-T H.273: primaries 1 (sRGB) and 12 (Display P3), transfer 13 (sRGB), no matrix, full range. Raises Held."""
    if points == bytes((12, 13, 0, 1)):
        return icc.build("display-p3")
    if points == bytes((1, 13, 0, 1)):
        return None
    if len(points) == 4:
        refuse_hdr(points[0], points[1])
    raise Held("encoding", detail=f"PNG cICP {'/'.join(map(str, points[:4]))}")


def _inflated(chunk: bytes) -> bytes:
    _, _, packed = chunk.partition(b"\0")
    try:
        return zlib.decompressobj().decompress(packed[1:], _MAX_PROFILE)
    except zlib.error:
        return b""


def _measured(gama: bytes, chrm: bytes | None) -> bytes | None:
    if len(gama) != 4 or (chrm is not None and len(chrm) != 32):
        return b""
    gamma = struct.unpack(">I", gama)[0] / 100_000
    values = [value / 100_000 for value in struct.unpack(">8I", chrm)] if chrm else []
    xy = tuple(zip(values[::2], values[1::2], strict=True)) if chrm else _SRGB_XY
    near = max(abs(a - b) for one, other in zip(xy, _SRGB_XY, strict=True) for a, b in zip(one, other, strict=True))
    if near < 0.005 and abs(gamma - _SRGB_GAMMA) < 0.02:
        return None
    try:
        return icc.from_chromaticities(1 / gamma if gamma else 0, xy)
    except icc.BogusProfile:
        return b""
