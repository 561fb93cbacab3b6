"""PNG: grey, RGB, palette, each with or without transparency, at up to 8 bits.

Kept in kind: a palette stays one, alpha stays alpha. Grey below 8 bits is written with 8; a transparent colour of grey and
RGB (tRNS) becomes an alpha channel; interlaced files are written plainly. The copy holds IHDR, iCCP, PLTE, tRNS, eXIf, IDAT
and IEND. 16 bits and animation are held back. Colours stated by cICP, iCCP, sRGB, gAMA and cHRM are kept or converted.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image

from paravent.errors import Held
from paravent.formats import icc, palette
from paravent.formats.base import DeepSamples, Limits, Samples
from paravent.formats.decoding import check_bytes, load, open_image
from paravent.formats.exif_mark import orientation_exif, read_orientation
from paravent.formats.samples import (
    Decoded,
    Encoder,
    OnePage,
    SampleSource,
    as_image,
    erase_transparent,
    in_standard_colour,
)
from paravent.redact.geometry import Mask

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PROFILE_NAME = b"ICC Profile"

_MAX_CHUNKS = 1_000_000
_MAX_PROFILE = 16_000_000
_GREY, _RGB, _PALETTE, _GREY_ALPHA, _RGB_ALPHA = 0, 2, 3, 4, 6
_DEPTHS = {_GREY: (1, 2, 4, 8, 16), _RGB: (8, 16), _PALETTE: (1, 2, 4, 8), _GREY_ALPHA: (8, 16), _RGB_ALPHA: (8, 16)}
_MODES = {_GREY: "L", _RGB: "RGB", _PALETTE: "P", _GREY_ALPHA: "LA", _RGB_ALPHA: "RGBA"}
_CRITICAL = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_ANIMATION = (b"acTL", b"fcTL", b"fdAT")
# W3C PNG third edition, 11.3.2: white, red, green, blue of sRGB as cHRM states them, and its gAMA.
_SRGB_XY = ((0.3127, 0.3290), (0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
_SRGB_GAMMA = 1 / 2.2
# Run lengths only: on photos as small as zlib's level 6 and five times as fast; a third larger on drawings.
_TRUE_COLOUR = {"compress_level": 6, "compress_type": zlib.Z_RLE}
_INDEXED = {"compress_level": 6, "compress_type": zlib.Z_DEFAULT_STRATEGY}


@dataclass(frozen=True, slots=True)
class _Header:
    width: int
    height: int
    bits: int
    kind: int


class PngFormat:
    """PNG files."""

    name = "PNG"

    def sniff(self, head: bytes) -> bool:
        """Whether the file begins with PNG's signature."""
        return head.startswith(SIGNATURE)

    def open(self, data: bytes, limits: Limits) -> SampleSource:
        """Read all chunks, check their sums and the header. Raises Held."""
        check_bytes(data, limits)
        chunks = _chunks(data)
        header = _header(chunks)
        if any(name in chunks for name in _ANIMATION):
            raise Held("animated")
        if header.bits == 16:
            raise Held("deep-colour", format=self.name, bits=16)
        return (_PaletteSource if header.kind == _PALETTE else _PngSource)(header, chunks, limits)


PNG = PngFormat()


class _PngSource(SampleSource):
    """Grey and RGB, with or without alpha."""

    def __init__(self, header: _Header, chunks: dict[bytes, bytes], limits: Limits) -> None:
        orientation = read_orientation(chunks.get(b"eXIf", b""))
        super().__init__(PNG.name, [(header.width, header.height)], limits, orientation=orientation, exact=True)
        self._header = header
        self._chunks = chunks

    def _load(self) -> Samples:
        image = open_image(_pixels_only(self._chunks), PNG.name)
        if image.size != (self._header.width, self._header.height):
            raise Held("damaged")
        return load(image, _MODES[self._header.kind])

    def _decode(self) -> Decoded:
        samples = self._load()
        alpha = samples[..., -1:] if self._header.kind in (_GREY_ALPHA, _RGB_ALPHA) else self._keyed(samples)
        colour = samples[..., : 1 if self._header.kind in (_GREY, _GREY_ALPHA) else 3]
        colour, profile, remarks = in_standard_colour(np.ascontiguousarray(colour), _profile(self._chunks))
        if alpha is not None:
            colour = np.concatenate([colour, alpha], axis=2)
        erase_transparent(colour)
        return Decoded((colour,), profile, remarks)

    def _keyed(self, samples: Samples) -> Samples | None:
        """Alpha (h, w, 1) where one colour is declared transparent, else None."""
        key = self._chunks.get(b"tRNS")
        if key is None:
            return None
        channels = samples.shape[2]
        if len(key) != 2 * channels:
            raise Held("damaged")
        full = (1 << self._header.bits) - 1
        values = np.array(struct.unpack(f">{channels}H", key)) & full
        transparent = np.all(samples == values * 255 // full, axis=2, keepdims=True)
        return np.where(transparent, np.uint8(0), np.uint8(255))

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        return OnePage(lambda samples: _file(as_image(samples), _TRUE_COLOUR, profile, self.orientation))


class _PaletteSource(_PngSource):
    """Pictures with a palette. Made smaller, they become RGB, for mixed colours have no entry."""

    _indices: Samples
    _table: Samples

    def _decode(self) -> Decoded:
        self._indices = self._load()[..., 0]
        plte = self._chunks.get(b"PLTE", b"")
        count = len(plte) // 3
        if len(plte) % 3 or not 1 <= count <= palette.ENTRIES or self._indices.max() >= count:
            raise Held("damaged")
        colour = np.frombuffer(plte, np.uint8).reshape(1, count, 3)
        colour, profile, remarks = in_standard_colour(colour, _profile(self._chunks))
        alpha = np.full((1, count, 1), 255, np.uint8)
        stated = np.frombuffer(self._chunks.get(b"tRNS", b""), np.uint8)[:count]
        alpha[0, : len(stated), 0] = stated
        entries = np.concatenate([colour, alpha], axis=2)
        erase_transparent(entries)
        self._table = entries[0]
        seen = self._table if len(stated) else np.ascontiguousarray(self._table[:, :3])
        return Decoded((seen[self._indices],), profile, remarks)

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        if resized:
            return super()._encoder(profile, resized=True)
        return _PaletteEncoder(self._indices, self._table, profile, self.orientation)


class _PaletteEncoder:
    """Writes a palette picture; see `samples.Encoder`."""

    def __init__(self, indices: Samples, table: Samples, profile: str, orientation: int) -> None:
        self._source = indices, table
        self._marks = profile, orientation
        self._data = b""

    def add(self, samples: DeepSamples, mask: Mask) -> DeepSamples:
        """The filling may have to do with fewer colours than it was given."""
        indices, table = palette.rebuild(*self._source, mask, samples[mask][:, :3])
        image = Image.fromarray(indices, "L")
        image.putpalette(table[:, :3].tobytes())
        transparency = table[table[:, 3] < 255, 3].tobytes()  # these entries come first
        self._data = _file(image, _INDEXED, *self._marks, transparency)
        return table[indices]

    def finish(self) -> bytes:
        """The whole file."""
        return self._data


# --- reading


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """The first chunk of each type, all IDAT joined. Raises Held for a broken chunk or an unknown critical one."""
    if not data.startswith(SIGNATURE):
        raise Held("damaged")
    found: dict[bytes, bytes] = {}
    pixels: list[bytes] = []
    position = len(SIGNATURE)
    for _ in range(_MAX_CHUNKS):
        if position + 12 > len(data):
            raise Held("damaged")
        length, name = struct.unpack_from(">I4s", data, position)
        end = position + 8 + length
        if end + 4 > len(data):
            raise Held("damaged")
        if zlib.crc32(memoryview(data)[position + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            raise Held("damaged")
        if name == b"IDAT":
            pixels.append(data[position + 8 : end])
        elif not name[0] & 0x20 and name not in _CRITICAL:
            raise Held("encoding", detail="PNG")
        else:
            found.setdefault(name, data[position + 8 : end])
        position = end + 4
        if name == b"IEND":
            found[b"IDAT"] = b"".join(pixels)
            return found
    raise Held("damaged")


def _header(chunks: dict[bytes, bytes]) -> _Header:
    ihdr = chunks.get(b"IHDR", b"")
    if next(iter(chunks)) != b"IHDR" or len(ihdr) != 13 or not chunks[b"IDAT"]:
        raise Held("damaged")
    width, height, bits, kind, compression, filtering, interlace = struct.unpack(">IIBBBBB", ihdr)
    if bits not in _DEPTHS.get(kind, ()) or compression or filtering or interlace > 1:
        raise Held("damaged")
    return _Header(width, height, bits, kind)


def _profile(chunks: dict[bytes, bytes]) -> bytes | None:
    """What the colours mean, as an ICC profile; None for sRGB or nothing stated; empty for a broken statement.

    Precedence as in W3C PNG third edition, 4.3: cICP, iCCP, sRGB, gAMA with cHRM; cHRM alone means nothing here.
    """
    if b"cICP" in chunks:
        return _coding_points(chunks[b"cICP"])
    if b"iCCP" in chunks:
        return _inflated(chunks[b"iCCP"])
    if b"sRGB" in chunks or b"gAMA" not in chunks:
        return None
    return _measured(chunks[b"gAMA"], chunks.get(b"cHRM"))


def _coding_points(points: bytes) -> bytes | None:
    """ITU-T H.273: primaries 1 (sRGB) and 12 (Display P3), transfer 13 (sRGB), no matrix, full range. Raises Held."""
    if points == bytes((12, 13, 0, 1)):
        return icc.build("display-p3")
    if points == bytes((1, 13, 0, 1)):
        return None
    raise Held("encoding", detail="PNG cICP")


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


def _pixels_only(chunks: dict[bytes, bytes]) -> bytes:
    """The source without anything the decoder need not see."""
    names = [name for name in (b"IHDR", b"PLTE", b"IDAT") if name in chunks]
    return SIGNATURE + b"".join(_chunk(name, chunks[name]) for name in names) + _chunk(b"IEND", b"")


# --- writing


def _file(image: Image.Image, settings: dict[str, int], profile: str, orientation: int, transparency: bytes = b"") -> bytes:
    """Pillow's pixel data in a container of our own."""
    buffer = BytesIO()
    image.save(buffer, "PNG", **settings)
    made = _chunks(buffer.getvalue())
    packed = PROFILE_NAME + b"\0\0" + zlib.compress(icc.build(profile), 9) if profile else b""
    mark = orientation_exif(orientation) if orientation != 1 else b""
    wanted = (
        (b"iCCP", packed),
        (b"PLTE", made.get(b"PLTE", b"")),
        (b"tRNS", transparency),
        (b"eXIf", mark),
        (b"IDAT", made[b"IDAT"]),
    )
    body = b"".join(_chunk(name, content) for name, content in wanted if content)
    return SIGNATURE + _chunk(b"IHDR", made[b"IHDR"]) + body + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content), name) + content + struct.pack(">I", zlib.crc32(content, zlib.crc32(name)))
