"""Formats that are read but not written; with `--convert jpeg` their picture becomes a JPEG, covered before it is encoded.

PSD: the flattened picture of 8 bits that the program stored beside its layers; PPM and PGM: the binary kinds of 8 bits.
What is transparent becomes white. Nothing of layers, image resources and comments but the colour profile is used.
"""

from __future__ import annotations

import re
from abc import ABC

import numpy as np
from PIL import Image
from PIL.PsdImagePlugin import PsdImageFile

from paravent.errors import Held
from paravent.formats.convertible.spec import PSD
from paravent.formats.jpeg import source as jpeg
from paravent.formats.jpeg.spec import JPEG
from paravent.formats.shared import icc
from paravent.formats.shared.decoding import check_bytes, check_sizes, load, open_image
from paravent.formats.shared.sample_source import Decoded, Encoder, OnePage, SampleSource
from paravent.formats.shared.samples import CMYK, as_image, in_standard_colour
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples, Samples, eight_bits

CONVERTED_FORMAT = "converted"

_LONGEST_SIDE = 65_535  # of a JPEG
_BITMAP, _GREY, _INDEXED, _RGB, _CMYK = 0, 1, 2, 3, 4  # Adobe Photoshop file format: colour modes
_VERSION_INFO = 1057  # resource; its fifth byte says whether the flattened picture is a real one
_PNM = re.compile(rb"P([56])" + rb"(?:\s|#[^\r\n]{0,1000}[\r\n]){1,100}(\d{1,6})" * 3 + rb"\s")


class _ConvertedSource(SampleSource, ABC):
    """One picture that is written as JPEG."""

    def __init__(self, size: tuple[int, int], limits: StillLimits) -> None:
        if max(size) > _LONGEST_SIDE:
            raise Held("encoding", detail=f"more than {_LONGEST_SIDE} pixels a side")
        super().__init__(JPEG.name, [size], limits, exact=False)

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        return OnePage(lambda samples: jpeg.wrapped(jpeg.encode(as_image(eight_bits(samples))), self.orientation, profile))


def open_psd(data: bytes, limits: StillLimits) -> SampleSource:
    """Read the header and the resources. Raises Held."""
    check_bytes(data, limits)
    if len(data) < 26:
        raise Held("damaged")
    size = int.from_bytes(data[18:22], "big"), int.from_bytes(data[14:18], "big")
    bits, mode = int.from_bytes(data[22:24], "big"), int.from_bytes(data[24:26], "big")
    check_sizes([size], limits)
    if bits != 8 or mode not in (_GREY, _INDEXED, _RGB, _CMYK):
        raise Held("encoding", detail=f"PSD, {bits} bits, colour mode {mode}")
    image = open_image(data, PSD.name)
    if not isinstance(image, PsdImageFile) or image.size != size:
        raise Held("damaged")
    if any(number == _VERSION_INFO and block[4:5] == b"\0" for number, _, block in image.resources):
        raise Held("encoding", detail="PSD without a flattened picture")
    return _PsdSource(image, limits)


class _PsdSource(_ConvertedSource):
    def __init__(self, image: PsdImageFile, limits: StillLimits) -> None:
        super().__init__(image.size, limits)
        self._image = image

    def _decode(self) -> Decoded:
        profile = self._image.info.get("icc_profile")
        if self._image.mode == "CMYK":
            inks = Image.frombytes("CMYK", self._image.size, load(self._image, "CMYK").tobytes())
            try:
                image = icc.to_srgb(inks, profile) if profile else inks.convert("RGB")
            except icc.BogusProfile:
                image, profile = inks.convert("RGB"), None
            return Decoded((np.array(image.convert("RGB")),), "srgb" if profile else "", (CONVERTED_FORMAT, CMYK))
        mode = {"L": "L", "RGBA": "RGBA"}.get(self._image.mode, "RGB")
        samples = load(self._image, mode)
        if mode == "RGBA":
            samples = _on_white(samples)
        colour, name, remarks = in_standard_colour(samples, profile)
        return Decoded((colour,), name, (CONVERTED_FORMAT, *remarks))


def _on_white(samples: Samples) -> Samples:
    """RGBA on white paper: (h, w, 3)."""
    picture = Image.fromarray(samples)
    paper = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    return np.array(Image.alpha_composite(paper, picture).convert("RGB"))


def open_pnm(data: bytes, limits: StillLimits) -> SampleSource:
    """Read the header. Raises Held."""
    check_bytes(data, limits)
    header = _PNM.match(data)
    if header is None:
        raise Held("damaged")
    kind, width, height, highest = (int(number) for number in header.groups())
    check_sizes([(width, height)], limits)
    if highest != 255:
        raise Held("encoding", detail=f"PPM, {highest} levels")
    size = width * height * (3 if kind == 6 else 1)
    if len(data) - header.end() < size:
        raise Held("damaged")
    samples = np.frombuffer(data, np.uint8, size, header.end())
    return _PnmSource(samples.reshape(height, width, -1), limits)


class _PnmSource(_ConvertedSource):
    def __init__(self, samples: Samples, limits: StillLimits) -> None:
        super().__init__((samples.shape[1], samples.shape[0]), limits)
        self._samples: DeepSamples = samples

    def _decode(self) -> Decoded:
        return Decoded((self._samples.copy(),), "", (CONVERTED_FORMAT,))
