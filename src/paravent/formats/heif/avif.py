"""AVIF: the shown picture of a file coded in AV1, with 8, 10 or 12 bits a colour, with or without alpha.

8 bits go through Pillow; 10 and 12 through imagecodecs, the extra `deep`, because Pillow would make them 8. The copy is
one coded picture (and one of its alpha) of the source's depth and chroma format, encoded anew, upright
and cropped as the source shows it. Sequences are in `avif_animation`.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
from PIL import AvifImagePlugin

from paravent.codecs import av1
from paravent.codecs.header import PictureHeader
from paravent.containers.items import Item
from paravent.errors import Held
from paravent.formats import extras
from paravent.formats.heif import still as heif_still
from paravent.formats.heif.avif_animation import AvifAnimation
from paravent.formats.heif.avif_track import is_sequence
from paravent.formats.heif.source import MATRIX, StillSource, described, full_range
from paravent.formats.heif.spec import AVIF
from paravent.formats.shared import icc
from paravent.formats.shared.decoding import DECODER_ERRORS, check_bytes
from paravent.formats.shared.quality import Ladder
from paravent.formats.shared.sample_source import SampleSource
from paravent.formats.shared.samples import as_image, rgba
from paravent.formats.shared.subsampling import for_one_colour_in_four
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples, eight_bits

AvifImagePlugin.DEFAULT_MAX_THREADS = 1

_WRITTEN = (b"avif", b"mif1", b"miaf")
# Speed 6, the usual one, takes three times as long and saves nothing at this likeness. One thread, so that the same
# samples give the same bytes everywhere.
_SPEED = 8
_LADDER = Ladder(target=41.1, first=78, step=0.2, lowest=50, highest=92)
_SUBSAMPLING = {0: "4:0:0", 1: "4:2:0", 2: "4:2:2", 3: "4:4:4"}


def open_file(data: bytes, limits: StillLimits) -> SampleSource:
    """Read the items and the headers of the bit streams. Raises Held, also where a library is not installed."""
    check_bytes(data, limits)
    if is_sequence(data):
        return AvifAnimation(data, limits)
    source = StillSource(heif_still.find(data, _Av1.kind, limits), _Av1(), limits)
    if source.header.bits > 8:
        _library()
    return source


class _Av1:
    """See `heif.source.Codec`."""

    name = AVIF.name
    kind = b"av01"
    ladder = _LADDER

    def header(self, item: Item) -> PictureHeader:
        head = av1.header(item.get(b"av1C") or b"", item.content)
        size = head.width.to_bytes(4, "big") + head.height.to_bytes(4, "big")
        if item.get(b"ispe") != bytes(4) + size:  # the decoder would stretch it
            raise Held("damaged")
        return head

    def clean(self, item: Item) -> Item:
        properties = tuple((k, c[:4] if k == b"av1C" else c) for k, c in item.properties)
        return replace(item, properties=properties, content=av1.clean_picture(item.content))

    def messages(self, item: Item) -> int:
        return av1.messages(item.content)

    def brands(self, head: PictureHeader) -> tuple[bytes, ...]:
        return _WRITTEN

    def decode(self, data: bytes, head: PictureHeader) -> DeepSamples:
        samples = _decode_deep(data, head.bits) if head.bits > 8 else _decode_plain(data)
        return samples.reshape(*samples.shape[:2], -1)

    def given(self, samples: DeepSamples, head: PictureHeader) -> DeepSamples:
        plain = samples.dtype == np.uint8 and samples.shape[2] == 3
        return for_one_colour_in_four(eight_bits(samples)) if plain and head.chroma == 1 else samples

    def encode(self, samples: DeepSamples, head: PictureHeader, profile: str, quality: int) -> bytes:
        encode = _encode_deep if samples.dtype == np.uint16 else _encode_plain
        return encode(samples, head, profile, quality)


def _decode_plain(data: bytes) -> DeepSamples:
    try:
        return np.array(AvifImagePlugin.AvifImageFile(BytesIO(data)))
    except (RuntimeError, *DECODER_ERRORS):
        raise Held("damaged") from None


def _decode_deep(data: bytes, bits: int) -> DeepSamples:
    try:
        samples = np.array(_library().avif_decode(data, numthreads=1))
    except (RuntimeError, ValueError):
        raise Held("damaged") from None
    if samples.dtype != np.uint16 or samples.max(initial=0) >> bits:
        raise Held("damaged")
    return full_range(samples << np.uint16(16 - bits), bits)


def _encode_plain(samples: DeepSamples, head: PictureHeader, profile: str, quality: int) -> bytes:
    out = BytesIO()
    as_image(samples).save(
        out,
        "AVIF",
        quality=quality,
        speed=_SPEED,
        subsampling=_SUBSAMPLING[head.chroma],
        codec="aom",
        range="full",
        max_threads=1,
        advanced={"tune": "psnr"},
        icc_profile=icc.build(profile) if profile else None,
    )
    return out.getvalue()


def _encode_deep(samples: DeepSamples, head: PictureHeader, profile: str, quality: int) -> bytes:
    primaries, curve = described(profile)
    # Grey too goes in as three equal colours: the library ignores the level for grey arrays and loses nothing.
    shown = rgba(samples)[..., : 4 if samples.shape[2] in (2, 4) else 3]
    encoded: bytes = _library().avif_encode(
        shown >> (16 - head.bits),
        level=quality,
        speed=_SPEED,
        bitspersample=head.bits,
        pixelformat=_SUBSAMPLING[head.chroma].replace(":", ""),
        codec="aom",
        primaries=primaries,
        transfer=curve,
        matrix=MATRIX,
        numthreads=1,
    )
    return encoded


def _library() -> Any:
    return extras.library(AVIF.deep_extra, f"{AVIF.name}, 10 bits")
