"""BMP: 1, 4, 8, 16, 24 and 32 bits a pixel, not compressed.

The copy has the plain header of 40 bytes, from the bottom up: 8 bits with a palette where the source has one, else 24.
Colours of an embedded profile become sRGB. Run lengths and half transparent pixels are held back.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paravent.errors import Held
from paravent.formats.bmp.spec import BMP
from paravent.formats.shared import icc, palette
from paravent.formats.shared.decoding import check_bytes, check_sizes
from paravent.formats.shared.sample_source import Decoded, Encoder, OnePage, SampleSource
from paravent.formats.shared.samples import BOGUS_PROFILE, CONVERTED
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples, Samples
from paravent.redact.masks import Mask

_FILE_HEADER, _PLAIN_HEADER, _CORE_HEADER = 14, 40, 12
_RGB, _BITFIELDS, _ALPHA_BITFIELDS = 0, 3, 6
_DEPTHS = (1, 4, 8, 16, 24, 32)
_PALETTE_BITS, _TRUE_BITS = 8, 24
_BLACK_AND_WHITE = np.array([[0, 0, 0], [255, 255, 255]], np.uint8)
# Where no masks are stated: red, green, blue, alpha.
_MASKS = {16: (0x7C00, 0x3E0, 0x1F, 0), 32: (0xFF0000, 0xFF00, 0xFF, 0)}
_EMBEDDED = b"DEBM"  # bV5CSType "MBED", little endian
_V5_HEADER = 124


@dataclass(frozen=True, slots=True)
class _BmpHeader:
    """table: bytes of an entry, their number, and where they stand. pixels: where the rows stand."""

    width: int
    height: int
    from_top: bool
    bits: int
    masks: tuple[int, ...]
    table: tuple[int, int, int]
    pixels: int
    profile: bytes | None

    @property
    def row(self) -> int:
        """Bytes of a row, which ends at a multiple of four."""
        return -(-self.width * self.bits // 32) * 4


def open_file(data: bytes, limits: StillLimits) -> SampleSource:
    """Read the header. Raises Held."""
    check_bytes(data, limits)
    header = _header(data)
    check_sizes([(header.width, header.height)], limits)
    if header.pixels + header.row * header.height > len(data):
        raise Held("damaged")
    return (_PaletteSource if header.bits <= _PALETTE_BITS else _BmpSource)(header, data, limits)


class _BmpSource(SampleSource):
    """Pictures of true colour."""

    def __init__(self, header: _BmpHeader, data: bytes, limits: StillLimits) -> None:
        super().__init__(BMP.name, [(header.width, header.height)], limits, exact=True)
        self._header = header
        self._data = data

    def _decode(self) -> Decoded:
        colour, remarks = _as_srgb(_true_colour(self._header, self._data), self._header.profile)
        return Decoded((colour,), "", remarks)

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        return OnePage(_true_colour_file)


class _PaletteSource(_BmpSource):
    """Pictures with a palette. Made smaller, they become RGB, for mixed colours have no entry."""

    _indices: Samples
    _table: Samples

    def _decode(self) -> Decoded:
        self._indices = _indices(self._header, self._data)
        entries, remarks = _as_srgb(_table(self._header, self._data)[None], self._header.profile)
        if self._indices.max() >= entries.shape[1]:
            raise Held("damaged")
        self._table = palette.with_alpha(entries[0])
        unused = palette.unused((self._table, np.bincount(self._indices.ravel(), minlength=len(self._table))))
        return Decoded((entries[0][self._indices],), "", remarks, unused)

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        return OnePage(_true_colour_file) if resized else _PaletteEncoder(self._indices, self._table)


class _PaletteEncoder:
    """Writes a palette picture; see `sample_source.Encoder`."""

    def __init__(self, indices: Samples, table: Samples) -> None:
        self._source = indices, table
        self._data = b""

    def add(self, samples: DeepSamples, mask: Mask) -> DeepSamples:
        """The filling may have to do with fewer colours than it was given."""
        filling = samples[mask].astype(np.uint8, copy=False)
        indices, table = palette.rebuild(*self._source, mask, filling)
        if np.array_equal(table[:, :3], _BLACK_AND_WHITE):  # Pillow would take the indices for single bits
            indices, table = (1 - indices).astype(np.uint8), table[::-1]
        entries = np.zeros((len(table), 4), np.uint8)
        entries[:, :3] = table[:, 2::-1]
        self._data = _file(indices[..., None], _PALETTE_BITS, entries.tobytes())
        return np.ascontiguousarray(table[:, :3])[indices]

    def finish(self) -> bytes:
        """The whole file."""
        return self._data


# --- reading


def _header(data: bytes) -> _BmpHeader:
    """Raises Held for a broken header and for what is not supported."""
    if len(data) < _FILE_HEADER + _CORE_HEADER or not BMP.recognises(data):
        raise Held("damaged")
    (pixels,) = struct.unpack_from("<I", data, 10)
    (length,) = struct.unpack_from("<I", data, _FILE_HEADER)
    if len(data) < _FILE_HEADER + length or pixels < _FILE_HEADER + length:
        raise Held("damaged")
    compression, colours = _RGB, 0
    if length == _CORE_HEADER:
        width, height, planes, bits = struct.unpack_from("<HHHH", data, 18)
    else:
        width, height, planes, bits, compression = struct.unpack_from("<iiHHI", data, 18)
        (colours,) = struct.unpack_from("<I", data, 46)
    if compression not in (_RGB, _BITFIELDS, _ALPHA_BITFIELDS) or bits not in _DEPTHS:
        raise Held("encoding", detail="BMP")
    if planes != 1 or (compression != _RGB and bits not in _MASKS):
        raise Held("damaged")
    masks, behind = _masks(data, length, bits, compression)
    entry = 3 if length == _CORE_HEADER else 4
    number = min(colours or 1 << bits, 1 << bits, (pixels - behind) // entry) if bits <= _PALETTE_BITS else 0
    profile = _profile(data) if length == _V5_HEADER else None
    return _BmpHeader(width, abs(height), height < 0, bits, masks, (entry, number, behind), pixels, profile)


def _masks(data: bytes, length: int, bits: int, compression: int) -> tuple[tuple[int, ...], int]:
    """Masks of red, green, blue and alpha, and the position behind the header and masks that follow it."""
    behind = _FILE_HEADER + length
    if compression == _RGB:
        return _MASKS.get(bits, ()), behind
    number = 4 if compression == _ALPHA_BITFIELDS or length >= 56 else 3
    start = _FILE_HEADER + _PLAIN_HEADER
    if len(data) < start + 4 * number:
        raise Held("damaged")
    found = struct.unpack_from(f"<{number}I", data, start)
    if any(mask >> bits for mask in found) or not all(found[:3]):
        raise Held("damaged")
    return (*found, 0)[:4], max(behind, start + 4 * number)


def _profile(data: bytes) -> bytes | None:
    """The embedded profile of a version 5 header."""
    if data[70:74] != _EMBEDDED:
        return None
    start, size = struct.unpack_from("<II", data, 126)
    return data[_FILE_HEADER + start : _FILE_HEADER + start + size]


def _rows(header: _BmpHeader, data: bytes) -> Samples:
    """The rows as bytes, from the top down: (h, bytes of a row)."""
    rows = np.frombuffer(data, np.uint8, header.row * header.height, header.pixels).reshape(header.height, header.row)
    return rows if header.from_top else rows[::-1]


def _indices(header: _BmpHeader, data: bytes) -> Samples:
    rows = _rows(header, data)
    if header.bits == 1:
        rows = np.unpackbits(rows, axis=1)
    elif header.bits < _PALETTE_BITS:
        rows = np.stack([rows >> 4, rows & 15], axis=2).reshape(header.height, -1)
    return np.ascontiguousarray(rows[:, : header.width])


def _table(header: _BmpHeader, data: bytes) -> Samples:
    """Colours, (n, 3) RGB. Raises Held where there are none."""
    entry, number, start = header.table
    if number < 1:
        raise Held("damaged")
    table = np.frombuffer(data, np.uint8, entry * number, start).reshape(number, entry)
    return np.ascontiguousarray(table[:, 2::-1])


def _true_colour(header: _BmpHeader, data: bytes) -> Samples:
    """(h, w, 3). Raises Held where pixels are partly transparent."""
    rows = _rows(header, data)
    if header.bits == _TRUE_BITS:
        return np.ascontiguousarray(rows[:, : 3 * header.width].reshape(header.height, header.width, 3)[..., ::-1])
    kind = np.dtype("<u2" if header.bits == 16 else "<u4")
    words = np.ascontiguousarray(rows).view(kind)[:, : header.width]
    red, green, blue, alpha = header.masks
    if alpha and not (words & kind.type(alpha) == 0).all() and not (words & kind.type(alpha) == alpha).all():
        raise Held("encoding", detail="BMP")
    return np.stack([_scaled(words, mask) for mask in (red, green, blue)], axis=2)


def _scaled(words: NDArray[np.unsignedinteger], mask: int) -> Samples:
    """The bits under a mask, 0 to 255."""
    shift = (mask & -mask).bit_length() - 1
    top = mask >> shift
    values = (words & words.dtype.type(mask)).astype(np.uint64) >> np.uint64(shift)
    return ((values * 255 + top // 2) // top).astype(np.uint8)


def _as_srgb(colour: Samples, profile: bytes | None) -> tuple[Samples, tuple[str, ...]]:
    """Colours converted from an embedded profile, for the copy carries none."""
    if profile is None or icc.recognise(profile) == "srgb":
        return colour, ()
    try:
        return np.array(icc.to_srgb(Image.fromarray(colour), profile)), (CONVERTED,)
    except icc.BogusProfile:
        return colour, (BOGUS_PROFILE,)


# --- writing


def _true_colour_file(samples: DeepSamples) -> bytes:
    return _file(samples[..., ::-1].astype(np.uint8, copy=False), _TRUE_BITS, b"")


def _file(stored: Samples, bits: int, table: bytes) -> bytes:
    """stored: (h, w, bytes of a pixel), from the top down. table: blue, green, red, 0 for each entry."""
    height, width, channels = stored.shape
    row = -(-width * bits // 32) * 4
    rows = np.zeros((height, row), np.uint8)
    rows[:, : width * channels] = stored[::-1].reshape(height, -1)
    start = _FILE_HEADER + _PLAIN_HEADER + len(table)
    out = BytesIO()
    out.write(struct.pack("<2sIHHI", b"BM", start + rows.size, 0, 0, start))
    out.write(struct.pack("<IiiHHIIiiII", _PLAIN_HEADER, width, height, 1, bits, _RGB, rows.size, 0, 0, len(table) // 4, 0))
    out.write(table)
    out.write(rows.data)
    return out.getvalue()
