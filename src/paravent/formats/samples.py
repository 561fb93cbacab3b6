"""The path of formats whose samples are covered one by one and encoded anew (PNG, WebP).

Samples are (h, w, c) uint8 in stored orientation; c is 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGB and alpha), alpha
not premultiplied. Colour under fully transparent pixels is always 0, and alpha inside a covered shape always 255.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO

import numpy as np
from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from paravent.errors import Held
from paravent.formats import icc
from paravent.formats.base import Close, Draft, Exact, Limits, PagePlan, Plan, Samples, Writing
from paravent.redact.cover import cover_samples
from paravent.redact.filling import Style
from paravent.redact.geometry import Mask, Shape, scale, union_mask

CONVERTED = "colour-converted"
BOGUS_PROFILE = "bogus-profile"
RESIZED = "resized"

_SEEN_BEHIND = 128  # grey shown where a picture is fully transparent
_ROWS = 64  # rows hashed at a time
# What Pillow's decoders raise on broken data.
_DECODER_ERRORS = (OSError, SyntaxError, ValueError, IndexError, EOFError, OverflowError, struct.error, zlib.error)
# The classes themselves instead of `Image.open`: one decoder, and no other limit on pixels than ours.
_DECODERS: dict[str, type[ImageFile.ImageFile]] = {"JPEG": JpegImageFile, "PNG": PngImageFile, "WebP": WebPImageFile}


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded picture, ready to be covered. profile: a name of `icc.NAMES`, or "" for untagged."""

    samples: Samples
    profile: str
    remarks: tuple[str, ...]


class SampleSource(ABC):
    """A `formats.base.Source` that is decoded when first needed. `exact`: the encoder loses nothing."""

    moving = False

    def __init__(self, name: str, size: tuple[int, int], orientation: int, exact: bool) -> None:
        self.format = name
        self.width, self.height = size
        self.orientation = orientation
        self._exact = exact
        self._views: dict[int, Samples] = {}

    @abstractmethod
    def _decode(self) -> Picture:
        """Decode the pixels. Raises Held."""

    @abstractmethod
    def _encode(self, samples: Samples, profile: str) -> bytes:
        """A whole file: samples, profile, `self.orientation`, nothing else. Deterministic; settings are constants."""

    def _write(self, samples: Samples, mask: Mask, profile: str) -> tuple[bytes, Samples]:
        """A whole file at full size, and the samples as they stand in it."""
        return self._encode(samples, profile), samples

    @cached_property
    def _picture(self) -> Picture:
        return self._decode()

    @property
    def pages(self) -> tuple[SampleSource]:
        """Itself."""
        return (self,)

    def view(self, longest: int) -> Samples:
        """RGB for looking at. Partly transparent pixels show their full colour, for a copy carries it too. Raises Held."""
        factor = max(1, max(self.width, self.height) // max(1, longest))
        if factor not in self._views:
            image = Image.fromarray(_opaque(self._picture.samples))
            self._views[factor] = np.ascontiguousarray(image.reduce(factor) if factor > 1 else image)
        return self._views[factor]

    def draft(self, shapes: Sequence[tuple[Shape, ...]], writing: Writing) -> Draft:
        """Cover the shapes at full size, shrink if asked to, encode. Raises Held."""
        (only,) = shapes
        picture = self._picture
        samples = picture.samples.copy()
        mask = cover(samples, only, writing.style)
        remarks = picture.remarks
        if 0 < writing.max_size < max(self.width, self.height):
            samples = shrink(samples, writing.max_size)
            height, width = samples.shape[:2]
            only = tuple(scale(shape, width / self.width, height / self.height) for shape in only)
            mask = union_mask(only, width, height)
            remarks += (RESIZED,)
            data = self._encode(samples, picture.profile)
        else:
            data, samples = self._write(samples, mask, picture.profile)
        height, width = samples.shape[:2]
        expected = digests(samples, mask) if self._exact else Close(rgba(samples))
        page = PagePlan(width, height, only, expected)
        plan = Plan(self.format, self.orientation, picture.profile, (page,))
        return Draft(data, plan, self._exact and not {RESIZED, CONVERTED} & set(remarks), remarks)


def decode_copy(data: bytes, name: str, limits: Limits) -> Samples:
    """The samples of a written file as `PagePlan.expected` counts them: (h, w, 4), RGB and alpha.

    name: of the format. Raises Held.
    """
    image = open_image(data, name)
    check_size(*image.size, limits)
    samples = load(image, "RGBA")
    erase_transparent(samples)
    return samples


def digests(samples: Samples, mask: Mask) -> Exact:
    """SHA-256 over the samples inside the mask, and over all the others with their positions.

    samples: (h, w, c) of any kind, counted as `rgba` gives them. mask: (h, w), the covered pixels.
    """
    inside, outside = hashlib.sha256(), hashlib.sha256(repr(mask.shape).encode())
    for top in range(0, len(samples), _ROWS):
        rows, covered = rgba(samples[top : top + _ROWS]), mask[top : top + _ROWS]
        inside.update(rows[covered].tobytes())
        rows[covered] = 0
        outside.update(rows.data)
    return Exact(inside.digest(), outside.digest())


def rgba(samples: Samples) -> Samples:
    """Samples of any kind as (h, w, 4)."""
    height, width, channels = samples.shape
    out = np.full((height, width, 4), 255, np.uint8)
    out[..., :3] = samples[..., :1] if channels < 3 else samples[..., :3]
    if channels in (2, 4):
        out[..., 3] = samples[..., -1]
    return out


def erase_transparent(samples: Samples) -> None:
    """Set the colour under fully transparent pixels to 0, in place; it may show what the picture does not."""
    if samples.shape[2] in (2, 4):
        samples[samples[..., -1] == 0] = 0


def cover(samples: Samples, shapes: tuple[Shape, ...], style: Style) -> Mask:
    """Erase and fill the shapes in place, alpha included, so that no silhouette remains; returns the covered pixels."""
    if samples.shape[2] in (1, 3):
        return cover_samples(samples, shapes, style)
    colour = np.ascontiguousarray(samples[..., :-1])
    mask = cover_samples(colour, shapes, style, known=samples[..., -1] > 0)
    samples[..., :-1] = colour
    samples[mask, -1] = 255
    return mask


def shrink(samples: Samples, longest: int) -> Samples:
    """Covered samples made smaller, the longest side then having `longest` pixels."""
    height, width = samples.shape[:2]
    factor = longest / max(width, height)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    image = as_image(samples).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    smaller = np.array(image).reshape(size[1], size[0], samples.shape[2])
    erase_transparent(smaller)
    return smaller


def in_standard_colour(colour: Samples, profile: bytes | None) -> tuple[Samples, str, tuple[str, ...]]:
    """Colour samples (h, w, 1 or 3), the name of the profile they are to carry, and remarks.

    A well-known profile is kept, by name; an unknown one is applied: RGB becomes sRGB and says so, grey stays grey and
    untagged. None: untagged. A bogus profile counts for nothing, and a remark says so.
    """
    if profile is None:
        return colour, "", ()
    grey = colour.shape[2] == 1
    name = None if grey else icc.recognise(profile)
    if name is not None:
        return colour, name, ()
    # An RGB profile in a grey picture: its neutral axis is meant.
    image = as_image(colour).convert("RGB") if profile[16:20] == b"RGB " else as_image(colour)
    try:
        converted = np.array(icc.to_srgb(image, profile))
    except icc.BogusProfile:
        return colour, "", (BOGUS_PROFILE,)
    if not grey:
        return converted, "srgb", (CONVERTED,)
    neutral = np.ascontiguousarray(converted[..., 1:2])
    return neutral, "", () if np.array_equal(neutral, colour) else (CONVERTED,)


def as_image(samples: Samples) -> Image.Image:
    """A Pillow image of mode L, LA, RGB or RGBA, with nothing but pixels."""
    return Image.fromarray(samples[..., 0] if samples.shape[2] == 1 else samples)


def open_image(data: bytes, name: str) -> ImageFile.ImageFile:
    """Pillow's one decoder of that name, header read, nothing decoded. Raises Held."""
    try:
        return _DECODERS[name](BytesIO(data))
    except _DECODER_ERRORS:
        raise Held("damaged") from None


def load(image: ImageFile.ImageFile, mode: str) -> Samples:
    """All samples, converted to `mode`: (h, w, c), or (h, w, 1) for a mode of one channel; writable. Raises Held."""
    if image.mode.startswith("I"):
        raise Held("deep-colour", format=image.format or "", bits=16)
    try:
        image.load()
        samples = np.array(image if image.mode == mode else image.convert(mode))
    except _DECODER_ERRORS:
        raise Held("damaged") from None
    return samples.reshape(image.height, image.width, -1)


def check_size(width: int, height: int, limits: Limits) -> None:
    """Refuse what holds nothing or more than the limit, before anything is allocated. Raises Held."""
    if width < 1 or height < 1:
        raise Held("damaged")
    if width * height > limits.pixels:
        raise Held("too-large", limit=limits.pixels // 1_000_000)


def check_bytes(data: bytes, limits: Limits) -> None:
    """Refuse an empty file and one above the limit. Raises Held."""
    if not data:
        raise Held("empty")
    if len(data) > limits.file_bytes:
        raise Held("file-too-large", limit=limits.file_bytes // 1_000_000)


def _opaque(samples: Samples) -> Samples:
    height, width, channels = samples.shape
    colour = samples[..., :1] if channels < 3 else samples[..., :3]
    shown = np.empty((height, width, 3), np.uint8)
    shown[:] = colour
    if channels in (2, 4):
        shown[samples[..., -1] == 0] = _SEEN_BEHIND
    return shown
