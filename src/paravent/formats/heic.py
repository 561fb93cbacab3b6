"""HEIC: the shown picture of a HEIF file coded in HEVC, with 8, 10 or 12 bits a colour, with or without alpha.

Needs pillow-heif, the extra `heif`, whose wheels contain GPL encoders. The copy is one coded picture (and one of its
alpha) of the source's depth and chroma format, encoded anew at a fixed setting, upright and cropped as the source shows it.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np

from paravent.errors import Held
from paravent.formats import heif_still, hevc, icc
from paravent.formats.base import DeepSamples, Limits
from paravent.formats.decoding import check_bytes, check_sizes
from paravent.formats.heif_still import Still
from paravent.formats.isobmff import Item, is_branded, write
from paravent.formats.samples import Decoded, Encoder, OnePage, SampleSource, erase_transparent, in_standard_colour, rgba

REENCODED = "re-encoded-lossy"
OTHERS_LEFT = "other-pictures-left-out"

_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
_AVIF_BRANDS = frozenset((b"avif", b"avis"))
# The plain kind is 4:2:0 with 8 bits; the other brand stands for all the rest (ISO/IEC 23008-12, B.4.1.1).
_PLAIN, _EXTENDED = (b"heic", b"mif1", b"miaf"), (b"heix", b"mif1", b"miaf")
_CHROMA = {0: 420, 1: 420, 2: 422, 3: 444}
_DEPTHS = (8, 10, 12)
_MAX_PIXELS = 142_606_336  # ITU-T H.265, level 7.2, what the encoder takes
# Measured with bench/formats.py: 45 dB and more on phones' pictures at 0.7 to 1.1 times their size; slower presets take
# three times as long and save a twentieth. One thread, so that the same samples give the same bytes everywhere.
_QUALITY = 60
_SETTINGS = {"preset": "ultrafast", "x265:pools": "none", "x265:frame-threads": "1", "x265:info": "0"}
# ITU-T H.273: unspecified primaries and curve beside an ICC profile, else sRGB; BT.601 matrix, full range.
_MATRIX = 6


class HeicFormat:
    """HEIC files."""

    name = "HEIC"

    def sniff(self, head: bytes) -> bool:
        """Whether the file type box names a brand of HEIF, and none of AVIF."""
        return is_branded(head, _BRANDS) and not is_branded(head, _AVIF_BRANDS)

    def open(self, data: bytes, limits: Limits) -> SampleSource:
        """Read the items and the headers of the bit streams. Raises Held, also where pillow-heif is not installed."""
        check_bytes(data, limits)
        still = heif_still.find(data, b"hvc1", limits)
        _library()
        return _HeicSource(still, limits)


HEIC = HeicFormat()


class _HeicSource(SampleSource):
    def __init__(self, still: Still, limits: Limits) -> None:
        super().__init__(HEIC.name, [still.size], limits, exact=False)
        headers = [hevc.header(item.get(b"hvcC") or b"") for item in still.items if item.kind == b"hvc1"]
        check_sizes([(one.width, one.height) for one in headers], replace(limits, pixels=4 * limits.pixels))
        self._still = still
        self._header = hevc.header(still.configuration)
        if self._header.bits not in _DEPTHS:
            raise Held("deep-colour", format=HEIC.name, bits=self._header.bits)
        if still.width * still.height > _MAX_PIXELS:
            raise Held("too-large", limit=_MAX_PIXELS // 1_000_000)

    def _decode(self) -> Decoded:
        samples = self._still.turned(_decoded(self._still, self._header))
        alpha = self._still.alpha
        colour = np.ascontiguousarray(samples[..., :-1]) if alpha else samples
        colour, profile, remarks = in_standard_colour(colour, self._still.profile)
        if alpha:
            colour = np.concatenate([colour, samples[..., -1:]], axis=2)
            erase_transparent(colour)
        others = (OTHERS_LEFT,) if self._still.others else ()
        return Decoded((colour,), profile, (*remarks, REENCODED, *others))

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        brands = _PLAIN if (self._header.bits, self._header.chroma) == (8, 1) else _EXTENDED
        return OnePage(lambda samples: _file(_encoded(samples, self._header, profile), profile, brands))


def copies(data: bytes, name: str, limits: Limits) -> Iterator[DeepSamples]:
    """The picture of a written file, as `copies.decode_copy` gives it. Raises Held."""
    still = heif_still.find(data, b"hvc1", limits)
    yield rgba(still.turned(_decoded(still, hevc.header(still.configuration))))


def _library() -> Any:
    try:
        library = importlib.import_module("pillow_heif")
    except ImportError:
        raise Held("library-missing", format=HEIC.name, extra="heif") from None
    library.options.DECODE_THREADS = 1
    return library


def _decoded(still: Still, head: hevc.Header) -> DeepSamples:
    """Samples before the transforms: (height, width, c). The decoder sees slices and parameter sets, nothing else."""
    data = write(_EXTENDED, [_clean(item) for item in still.items])
    try:
        image = _library().open_heif(data, convert_hdr_to_8bit=False, thumbnails=False, depth_images=False)[0]
        samples = np.array(image)
    except (OSError, RuntimeError, ValueError, EOFError, SyntaxError):
        raise Held("damaged") from None
    samples = samples.reshape(*samples.shape[:2], -1)
    if samples.dtype == np.uint16:  # the library fills the lower bits with nothing: full range again
        samples |= samples >> head.bits
    wanted = (1 if head.chroma == 0 else 3) + still.alpha
    if samples.shape[2] == 4 and wanted == 2:
        samples = samples[..., 2:]
    if samples.shape[2] != wanted:
        raise Held("damaged")
    return np.ascontiguousarray(samples)


def _encoded(samples: DeepSamples, head: hevc.Header, profile: str) -> bytes:
    height, width, channels = samples.shape
    mode = ("L", "LA", "RGB", "RGBA")[channels - 1] + (";16" if samples.dtype == np.uint16 else "")
    file = _library().HeifFile()
    file.add_frombytes(mode, (width, height), samples.tobytes())
    out = BytesIO()
    described = _description(profile)
    file.save(
        out,
        quality=_QUALITY,
        enc_params=dict(_SETTINGS),
        chroma=_CHROMA[head.chroma],
        tile_size=0,
        bit_depth=head.bits,
        color_primaries=described[0],
        transfer_characteristics=described[1],
        matrix_coefficients=_MATRIX,
        full_range_flag=1,
    )
    return out.getvalue()


def _description(profile: str) -> tuple[int, int]:
    """Primaries and curve (ITU-T H.273): left to the profile if there is one, else those of sRGB."""
    return (2, 2) if profile else (1, 13)


def colour_properties(profile: str) -> tuple[tuple[bytes, bytes], ...]:
    """The `colr` properties of a copy: its matrix and range, and its profile if it has one."""
    primaries, curve = _description(profile)
    numbers = b"nclx" + b"".join(value.to_bytes(2, "big") for value in (primaries, curve, _MATRIX)) + b"\x80"
    built = ((b"colr", b"prof" + icc.build(profile)),) if profile else ()
    return (*built, (b"colr", numbers))


def _file(encoded: bytes, profile: str, brands: tuple[bytes, ...]) -> bytes:
    """The encoder's pictures in a container of our own."""
    made = heif_still.find(encoded, b"hvc1", Limits())
    cropped = tuple(prop for prop in made.transforms if prop[0] == b"clap")  # the encoder pads odd sizes
    items = []
    for item in map(_clean, made.items):
        kept = tuple(prop for prop in item.properties if prop[0] != b"colr")
        coloured = () if item.get(b"auxC") else colour_properties(profile)
        items.append(replace(item, properties=kept + coloured + cropped))
    return write(brands, items)


def _clean(item: Item) -> Item:
    if item.kind != b"hvc1":
        return item
    configuration = item.get(b"hvcC") or b""
    properties = tuple((k, hevc.clean_configuration(c) if k == b"hvcC" else c) for k, c in item.properties)
    return replace(item, properties=properties, content=hevc.clean_picture(item.content, configuration))
