"""PNG: grey, RGB, palette, each with or without transparency, at up to 16 bits; animations are in `apng`.

Kept in kind: a palette stays one, alpha stays alpha, 16 bits stay. Grey below 8 bits is written with 8; a transparent
colour of grey and RGB (tRNS) becomes an alpha channel; interlaced files are written plainly. The copy holds IHDR, iCCP,
PLTE, tRNS, eXIf, IDAT and IEND. Colours stated by cICP, iCCP, sRGB, gAMA and cHRM are kept or converted.
"""

from __future__ import annotations

import zlib

import numpy as np

from paravent.formats.png import apng
from paravent.formats.png import chunks as png_chunks
from paravent.formats.png import pixels as png_pixels
from paravent.formats.png.colour import stated_profile
from paravent.formats.png.spec import PNG
from paravent.formats.png.text import colours_of, exif_of, packet_of
from paravent.formats.shared import palette
from paravent.formats.shared.decoding import check_bytes
from paravent.formats.shared.sample_source import Decoded, Encoder, OnePage, SampleSource
from paravent.formats.shared.samples import erase_transparent, in_standard_colour, under_transparent
from paravent.formats.shared.stated import read_orientation
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples, Samples
from paravent.redact.masks import Mask


def open_file(data: bytes, limits: StillLimits) -> SampleSource:
    """Read all chunks, check their sums and the header. Raises Held."""
    check_bytes(data, limits)
    parts = list(png_chunks.chunks(data))
    chunks = png_chunks.joined(parts)
    chunks.setdefault(b"eXIf", exif_of(parts))
    if b"iCCP" not in chunks and (colours := colours_of(parts)):
        chunks[b"iCCP"] = b"raw\0\0" + zlib.compress(colours)
    packet = packet_of(parts)
    header = png_chunks.read_header(chunks)
    if b"acTL" in chunks:
        return apng.ApngSource(PNG.name, header, chunks, apng.read_frames(header, parts), packet, limits)
    kind = _PaletteSource if header.kind == png_chunks.PALETTE else _PngSource
    return kind(header, chunks, packet, limits)


class _PngSource(SampleSource):
    """Grey and RGB, with or without alpha."""

    def __init__(
        self, header: png_chunks.PngHeader, chunks: dict[bytes, bytes], packet: bytes, limits: StillLimits
    ) -> None:
        orientation = read_orientation(chunks.get(b"eXIf", b""), packet)
        super().__init__(PNG.name, [(header.width, header.height)], limits, orientation=orientation, exact=True)
        self._header = header
        self._chunks = chunks

    def _decode(self) -> Decoded:
        samples = png_chunks.with_alpha(self._header, self._chunks)
        channels = samples.shape[2]
        colour = np.ascontiguousarray(samples[..., : 1 if channels < 3 else 3])
        colour, profile, remarks = in_standard_colour(colour, stated_profile(self._chunks))
        if channels in (2, 4):
            colour = np.concatenate([colour, samples[..., -1:]], axis=2)
        hidden = under_transparent(erase_transparent(colour))
        return Decoded((colour,), profile, remarks, hidden)

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        return OnePage(lambda samples: self._wrapped(samples, profile))

    def _wrapped(self, samples: DeepSamples, profile: str) -> bytes:
        marks = [png_chunks.profile_chunk(profile), png_chunks.mark_chunk(self.orientation)]
        pixels = (b"IDAT", png_pixels.photo(samples))
        return png_chunks.assemble(png_pixels.header_of(samples), [*marks, pixels])


class _PaletteSource(_PngSource):
    """Pictures with a palette. Made smaller, they become RGB, for mixed colours have no entry."""

    _indices: Samples
    _table: Samples

    def _decode(self) -> Decoded:
        self._indices = png_chunks.decode(self._header, self._chunks)[..., 0].astype(np.uint8, copy=False)
        stated = png_chunks.read_palette(self._indices, self._chunks)
        colour = np.ascontiguousarray(stated[None, :, :3])
        colour, profile, remarks = in_standard_colour(colour, stated_profile(self._chunks))
        entries = np.concatenate([colour[0], stated[:, 3:]], axis=1)
        self._table = palette.with_alpha(entries)
        erase_transparent(self._table[None])
        unused = palette.unused((stated, np.bincount(self._indices.ravel(), minlength=len(stated))))
        return Decoded((self._table[self._indices][..., : entries.shape[1]],), profile, remarks, unused)

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        if resized:
            return super()._encoder(profile, resized=True)
        return _PaletteEncoder(self._indices, self._table, profile, self.orientation)


class _PaletteEncoder:
    """Writes a palette picture; see `sample_source.Encoder`."""

    def __init__(self, indices: Samples, table: Samples, profile: str, orientation: int) -> None:
        self._source = indices, table
        self._profile = png_chunks.profile_chunk(profile)
        self._mark = png_chunks.mark_chunk(orientation)
        self._data = b""

    def add(self, samples: DeepSamples, mask: Mask) -> DeepSamples:
        """The filling may have to do with fewer colours than it was given."""
        indices, table = palette.rebuild(*self._source, mask, samples[mask][:, :3].astype(np.uint8, copy=False))
        header, pixels = png_pixels.indexed(indices, table)
        entries = (b"PLTE", np.ascontiguousarray(table[:, :3]).tobytes())
        alpha = (b"tRNS", table[table[:, 3] < 255, 3].tobytes())  # these entries come first
        self._data = png_chunks.assemble(header, [self._profile, entries, alpha, self._mark, (b"IDAT", pixels)])
        return table[indices]

    def finish(self) -> bytes:
        """The whole file."""
        return self._data
