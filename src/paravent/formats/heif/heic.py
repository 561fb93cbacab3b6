"""HEIC: the shown picture of a HEIF file coded in HEVC, with 8, 10 or 12 bits a colour, with or without alpha.

Needs pillow-heif, the extra `heif`, whose wheels contain GPL encoders. The copy is one coded picture (and one of its
alpha) of the source's depth and chroma format, encoded anew, upright and cropped as the source shows it.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np

from paravent.codecs import hevc
from paravent.codecs.header import PictureHeader
from paravent.containers.items import Item
from paravent.errors import Held
from paravent.formats import extras
from paravent.formats.heif import still as heif_still
from paravent.formats.heif.source import MATRIX, StillSource, described, full_range
from paravent.formats.heif.spec import HEIC
from paravent.formats.shared.decoding import check_bytes
from paravent.formats.shared.quality import Ladder
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples

# The plain kind is 4:2:0 with 8 bits; the other brand stands for all the rest (ISO/IEC 23008-12, B.4.1.1).
_PLAIN, _EXTENDED = (b"heic", b"mif1", b"miaf"), (b"heix", b"mif1", b"miaf")
_CHROMA = {0: 420, 1: 420, 2: 422, 3: 444}
_MAX_PIXELS = 142_606_336  # ITU-T H.265, level 7.2, what the encoder takes
_LADDER = Ladder(target=45.1, first=50, step=0.27, lowest=30, highest=90)
# Slower presets take three times as long and save a tenth. More of what is stored for colour brings red, green and blue
# nearer for less. One thread, so that the same samples give the same bytes everywhere.
_SETTINGS = {
    "preset": "ultrafast",
    "x265:rd": "1",
    "x265:ctu": "32",
    "x265:cbqpoffs": "-4",
    "x265:crqpoffs": "-4",
    "x265:pools": "none",
    "x265:frame-threads": "1",
    "x265:info": "0",
}
# Blocks of 32 pixels, however finely they are then transformed, halve the time once more and cost 3 per cent. But x265
# fills up pictures only to a multiple of 16: what it codes as the rest of such a block would be whatever the memory held.
_LARGE_BLOCKS = {"x265:min-cu-size": "32", "x265:tu-intra-depth": "3"}
_SMALL_BLOCKS = {"x265:min-cu-size": "16"}


def open_file(data: bytes, limits: StillLimits) -> StillSource:
    """Read the items and the headers of the bit streams. Raises Held, also where pillow-heif is not installed."""
    check_bytes(data, limits)
    still = heif_still.find(data, _Hevc.kind, limits)
    if still.width * still.height > _MAX_PIXELS:
        raise Held("too-large", limit=_MAX_PIXELS // 1_000_000)
    _library()
    return StillSource(still, _Hevc(), limits)


class _Hevc:
    """See `heif.source.Codec`."""

    name = HEIC.name
    kind = b"hvc1"
    ladder = _LADDER

    def header(self, item: Item) -> PictureHeader:
        return hevc.header(item.get(b"hvcC") or b"")

    def clean(self, item: Item) -> Item:
        configuration = item.get(b"hvcC") or b""
        properties = tuple((k, hevc.clean_configuration(c) if k == b"hvcC" else c) for k, c in item.properties)
        return replace(item, properties=properties, content=hevc.clean_picture(item.content, configuration))

    def messages(self, item: Item) -> int:
        return hevc.messages(item.content, item.get(b"hvcC") or b"")

    def brands(self, head: PictureHeader) -> tuple[bytes, ...]:
        return _PLAIN if (head.bits, head.chroma) == (8, 1) else _EXTENDED

    def decode(self, data: bytes, head: PictureHeader) -> DeepSamples:
        try:
            image = _library().open_heif(data, convert_hdr_to_8bit=False, thumbnails=False, depth_images=False)[0]
            samples = np.array(image)
        except (OSError, RuntimeError, ValueError, EOFError, SyntaxError):
            raise Held("damaged") from None
        samples = samples.reshape(*samples.shape[:2], -1)
        return samples if samples.dtype == np.uint8 else full_range(samples, head.bits)

    def given(self, samples: DeepSamples, head: PictureHeader) -> DeepSamples:
        return samples

    def encode(self, samples: DeepSamples, head: PictureHeader, profile: str, quality: int) -> bytes:
        height, width, channels = samples.shape
        mode = ("L", "LA", "RGB", "RGBA")[channels - 1] + (";16" if samples.dtype == np.uint16 else "")
        primaries, curve = described(profile)
        file, out = _library().HeifFile(), BytesIO()
        file.add_frombytes(mode, (width, height), samples.tobytes())
        file.save(
            out,
            quality=quality,
            enc_params=_SETTINGS | (_LARGE_BLOCKS if _fills_large_blocks(width, height) else _SMALL_BLOCKS),
            chroma=_CHROMA[head.chroma],
            tile_size=0,
            bit_depth=head.bits,
            color_primaries=primaries,
            transfer_characteristics=curve,
            matrix_coefficients=MATRIX,
            full_range_flag=1,
        )
        return out.getvalue()


def _fills_large_blocks(width: int, height: int) -> bool:
    """Whether a multiple of 16 that holds each side is a multiple of 32 too."""
    return all(-side % 32 <= 16 for side in (width, height))


def _library() -> Any:
    library = extras.library(HEIC.extra, HEIC.name)
    library.options.DECODE_THREADS = 1
    return library
