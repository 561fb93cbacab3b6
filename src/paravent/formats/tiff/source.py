"""TIFF, all pages: grey, RGB and palette, with or without alpha, at up to 16 bits.

Read: what Pillow and libtiff decode exactly. Written: deflate with horizontal differences, little endian, only the tags
that a reader needs. Grey below 8 bits is written with 8, a palette as RGB; CMYK becomes RGB and the report says so. Smaller
versions of a page (thumbnails) and masks are not pages and are not written. Pages of different orientation are turned.
"""

from __future__ import annotations

import struct
from dataclasses import replace

import numpy as np
from PIL import Image

from paravent.errors import Held
from paravent.formats.base import OTHERS_LEFT
from paravent.formats.shared import icc
from paravent.formats.shared.decoding import check_bytes
from paravent.formats.shared.sample_source import Decoded, Encoder, SampleSource
from paravent.formats.shared.samples import CMYK, CONVERTED, erase_transparent, in_standard_colour, under_transparent
from paravent.formats.shared.stated import packet_of, read_orientation, read_profile
from paravent.formats.tiff import pixels as tiff_pixels
from paravent.formats.tiff import tags
from paravent.formats.tiff.spec import TIFF
from paravent.formats.tiff.tags import Directory
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples, turn_upright
from paravent.redact.masks import Mask

# Above, Pillow refuses to decode a TIFF.
_MOST_PIXELS = 178_000_000
_REDUCED, _IS_MASK = 1, 4  # TIFF 6.0, NewSubfileType
_RAW_PHOTOMETRICS = (32803, 34892)  # colour filter array and linear raw (DNG 1.7)
_RGB_OR_YCC = (2, 3, 6)  # or a palette
_SHORT, _LONG, _RATIONAL, _UNDEFINED = 3, 4, 5, 7


def open_file(data: bytes, limits: StillLimits) -> SampleSource:
    """Read all directories. Raises Held."""
    check_bytes(data, limits)
    every = tags.read(data, limits.pages)
    if data[8:10] == b"CR" or any(_is_raw(page) for page in every):
        raise Held("unsupported-format", format="RAW")
    pages = [page for page in every if not page.first(tags.SUBFILE) & (_REDUCED | _IS_MASK)] or every[:1]
    for page in pages:
        tiff_pixels.check(page)
    if sum(tiff_pixels.stored_bytes(page) for page in pages) > len(data):
        raise Held("damaged")
    return _TiffSource(pages, data, replace(limits, pixels=min(limits.pixels, _MOST_PIXELS)), len(every) > len(pages))


def _is_raw(page: Directory) -> bool:
    negative = page.first(tags.SUBFILE) & _REDUCED and tags.SUB_DIRECTORIES in page.tags
    return bool(negative) or tags.DNG_VERSION in page.tags or page.first(tags.PHOTOMETRIC) in _RAW_PHOTOMETRICS


class _TiffSource(SampleSource):
    def __init__(self, pages: list[Directory], data: bytes, limits: StillLimits, others: bool) -> None:
        self._turns = turns = [_orientation(page) for page in pages]
        if tags.ORIENTATION not in pages[0].tags:
            turns[0] = read_orientation(b"", packet_of(data))
        self._turned = len(set(turns)) > 1
        sizes = [tiff_pixels.size(page) for page in pages]
        if self._turned:
            sizes = [size[::-1] if turn >= 5 else size for size, turn in zip(sizes, turns, strict=True)]
        super().__init__(TIFF.name, sizes, limits, orientation=1 if self._turned else turns[0], exact=True)
        self._directories = pages
        self._data = data
        self._by_exif = read_profile(data)
        self._others = others

    def _decode(self) -> Decoded:
        noted = {OTHERS_LEFT} if self._others else set[str]()
        # A file states one profile for all its pages; where they differ, all become sRGB.
        mixed = len({self._profile(page) for page in self._directories if _is_colour(page)}) > 1
        made: list[DeepSamples] = []
        hidden = 0
        name = ""
        for page, turn in zip(self._directories, self._turns, strict=True):
            samples, stated, remarks = self._page(page, mixed)
            name = stated or name
            noted.update(remarks)
            hidden += erase_transparent(samples)
            made.append(np.ascontiguousarray(turn_upright(samples, turn)) if self._turned else samples)
        return Decoded(tuple(made), name, tuple(sorted(noted)), under_transparent(hidden))

    def _page(self, page: Directory, mixed: bool) -> tuple[DeepSamples, str, tuple[str, ...]]:
        profile = self._profile(page)
        samples, inks = tiff_pixels.decode(page, self._data)
        if samples is None:
            if inks is None:
                raise Held("damaged")
            remarks: tuple[str, ...] = (CMYK,)
            try:
                image = icc.to_srgb(inks, profile) if profile else inks.convert("RGB")
            except icc.BogusProfile:
                image, remarks = inks.convert("RGB"), (CMYK, "bogus-profile")
            return np.array(image.convert("RGB")), "srgb" if mixed or profile else "", remarks
        channels = samples.shape[2]
        colour = np.ascontiguousarray(samples[..., : 1 if channels < 3 else 3])
        if mixed and channels >= 3:
            colour, name, remarks = _as_srgb(colour, profile)
        else:
            colour, name, remarks = in_standard_colour(colour, profile)
        if channels in (2, 4):
            colour = np.concatenate([colour, samples[..., -1:]], axis=2)
        return colour, name, remarks

    def _profile(self, page: Directory) -> bytes | None:
        """A page's own; without one, what EXIF says, which stands at the first page and tells of the file."""
        by_exif = self._by_exif if page.first(tags.PHOTOMETRIC) in _RGB_OR_YCC else None
        return page.raw(tags.PROFILE) or by_exif

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        return _TiffEncoder(profile, self.orientation, len(self.pages))


def _orientation(page: Directory) -> int:
    stated = page.first(tags.ORIENTATION, 1)
    return stated if 1 <= stated <= 8 else 1


def _is_colour(page: Directory) -> bool:
    return page.first(tags.PHOTOMETRIC) >= 2


def _as_srgb(colour: DeepSamples, profile: bytes | None) -> tuple[DeepSamples, str, tuple[str, ...]]:
    """Colour converted to sRGB whatever its profile; untagged is taken for it. Raises Held for 16 bits."""
    if profile is None or icc.recognise(profile) == "srgb":
        return colour, "srgb", ()
    if colour.dtype != np.uint8:
        raise Held("deep-profile")
    try:
        return np.array(icc.to_srgb(Image.fromarray(colour), profile)), "srgb", (CONVERTED,)
    except icc.BogusProfile:
        return colour, "srgb", ("bogus-profile",)


class _TiffEncoder:
    """Writes all pages; see `sample_source.Encoder`."""

    def __init__(self, profile: str, orientation: int, count: int) -> None:
        self._profile = icc.build(profile) if profile else b""
        self._orientation = orientation
        self._count = count
        self._data = bytearray(b"II*\0" + struct.pack("<I", 8))
        self._pages = 0

    def add(self, samples: DeepSamples, mask: Mask) -> DeepSamples:
        """The page's directory, its values, its strips."""
        self._pages += 1
        rows, strips = tiff_pixels.encode(samples)
        at = len(self._data)
        draft = tags.pack("<", self._entries(samples, rows, strips, 0), at, 0)
        start = at + len(draft)
        end = start + sum(len(strip) for strip in strips)
        following = end + end % 2 if self._pages < self._count else 0
        self._data += tags.pack("<", self._entries(samples, rows, strips, start), at, following)
        self._data += b"".join(strips) + b"\0" * (end % 2)
        return samples

    def finish(self) -> bytes:
        """The whole file."""
        return bytes(self._data)

    def _entries(
        self, samples: DeepSamples, rows: int, strips: list[bytes], start: int
    ) -> list[tuple[int, int, tuple[int, ...]]]:
        height, width, channels = samples.shape
        offsets = start + np.cumsum([0, *(len(strip) for strip in strips[:-1])])
        one = (tags.fraction("<", 1, 1),)
        entries: list[tags.Entry] = [
            (tags.WIDTH, _LONG, (width,)),
            (tags.LENGTH, _LONG, (height,)),
            (tags.BITS, _SHORT, (8 * samples.itemsize,) * channels),
            (tags.COMPRESSION, _SHORT, (8,)),
            (tags.PHOTOMETRIC, _SHORT, (1 if channels < 3 else 2,)),
            (tags.STRIP_OFFSETS, _LONG, tuple(int(offset) for offset in offsets)),
            (tags.ORIENTATION, _SHORT, (self._orientation,)),
            (tags.SAMPLES, _SHORT, (channels,)),
            (tags.ROWS, _LONG, (rows,)),
            (tags.STRIP_COUNTS, _LONG, tuple(len(strip) for strip in strips)),
            (tags.X_RESOLUTION, _RATIONAL, one),
            (tags.Y_RESOLUTION, _RATIONAL, one),
            (tags.PLANAR, _SHORT, (1,)),
            (tags.RESOLUTION_UNIT, _SHORT, (1,)),
            (tags.PREDICTOR, _SHORT, (2,)),
            (tags.SAMPLE_FORMAT, _SHORT, (1,) * channels),
        ]
        if channels in (2, 4):
            entries.append((tags.EXTRA, _SHORT, (2,)))
        if self._count > 1:
            entries.append((tags.PAGE_NUMBER, _SHORT, (self._pages - 1, min(self._count, 0xFFFF))))
        if self._profile and channels >= 3:
            entries.append((tags.PROFILE, _UNDEFINED, tuple(self._profile)))
        return entries
