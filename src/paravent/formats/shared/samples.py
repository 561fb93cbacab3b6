"""What is done to samples.

They are (h, w, c) uint8 or uint16 in stored orientation; c is 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGB and
alpha), full range, alpha not premultiplied. Colour under fully transparent pixels is always 0, and alpha inside a covered
shape always at its highest.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from xxhash import xxh3_128

from paravent.errors import Held
from paravent.formats.shared import icc
from paravent.model.geometry import Shape
from paravent.model.plan import Exact
from paravent.model.report import Finding, Kind
from paravent.model.samples import DeepSamples, Samples, clear, has_alpha
from paravent.model.style import Styles
from paravent.redact.cover import cover_samples
from paravent.redact.masks import Mask

CONVERTED = "colour-converted"
BOGUS_PROFILE = "bogus-profile"
RESIZED = "resized"
CMYK = "re-encoded-cmyk"

_ROWS = 64  # rows hashed at a time


def digests(samples: DeepSamples, mask: Mask) -> Exact:
    """XXH3 over the samples inside the mask, and over all the others with their positions and their depth.

    samples: (h, w, c) of any kind, counted as `rgba` gives them. mask: (h, w), the covered pixels.
    """
    inside, outside = xxh3_128(), xxh3_128(repr((mask.shape, samples.dtype.name)).encode())
    for top in range(0, len(samples), _ROWS):
        rows, covered = rgba(samples[top : top + _ROWS]), mask[top : top + _ROWS]
        inside.update(rows[covered].tobytes())
        rows[covered] = 0
        outside.update(rows.data)
    return Exact(inside.digest(), outside.digest())


def full(samples: DeepSamples) -> int:
    """The highest value of the samples' depth: 255 or 65535."""
    return int(np.iinfo(samples.dtype).max)


def rgba(samples: DeepSamples) -> DeepSamples:
    """Samples of any kind as (h, w, 4), of the same depth."""
    height, width, channels = samples.shape
    out = np.full((height, width, 4), full(samples), samples.dtype)
    out[..., :3] = samples[..., :1] if channels < 3 else samples[..., :3]
    if has_alpha(samples):
        out[..., 3] = samples[..., -1]
    return out


def coloured(samples: DeepSamples) -> DeepSamples:
    """Samples of any kind with at least RGB, (h, w, 3 or 4), of the same depth; not copied if they have it."""
    return samples if samples.shape[2] >= 3 else rgba(samples)


def erase_transparent(samples: DeepSamples) -> int:
    """Set the colour under fully transparent pixels to 0, in place; it may show what the picture does not.

    Returns the size of these colours in bytes, or 0 where all were one, which shows nothing.
    """
    if not has_alpha(samples):
        return 0
    erased = clear(samples)
    hidden = samples[erased]
    samples[erased] = 0
    return hidden[:, :-1].nbytes if (hidden != hidden[:1]).any() else 0


def under_transparent(size: int) -> tuple[Finding, ...]:
    """What `erase_transparent` erased, as a finding. size: in bytes, of all pictures of a file together."""
    return (Finding(Kind.HIDDEN_DATA, "transparent pixels", precision="transparent-colour", size=size),) if size else ()


def cover(samples: DeepSamples, shapes: tuple[Shape, ...], styles: Styles) -> Mask:
    """Erase and fill the shapes in place, alpha included, so that no silhouette remains; returns the covered pixels."""
    if not has_alpha(samples):
        return cover_samples(samples, shapes, styles)
    colour = np.ascontiguousarray(samples[..., :-1])
    mask = cover_samples(colour, shapes, styles, known=~clear(samples))
    samples[..., :-1] = colour
    samples[mask, -1] = full(samples)
    return mask


def fitted(width: int, height: int, longest: int) -> tuple[int, int]:
    """The size with its longer side at most `longest` (0: unchanged), at least one pixel each way."""
    share = longest / max(width, height) if longest else 1.0
    if share >= 1:
        return width, height
    return max(1, round(width * share)), max(1, round(height * share))


def shrink(samples: DeepSamples, longest: int) -> DeepSamples:
    """Covered samples made smaller, the longest side then having `longest` pixels."""
    height, width, channels = samples.shape
    size = fitted(width, height, longest)
    if samples.dtype == np.uint8:
        image = as_image(samples).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        smaller: DeepSamples = np.array(image).reshape(size[1], size[0], channels)
    else:
        smaller = _shrink_deep(samples, size)
    erase_transparent(smaller)
    return smaller


def _shrink_deep(samples: DeepSamples, size: tuple[int, int]) -> DeepSamples:
    """By channel, as floats, because Pillow resizes no colours of 16 bits; colour weighed by alpha, as Pillow does."""
    top = full(samples)

    def resized(plane: NDArray[Any]) -> NDArray[np.float32]:
        return np.asarray(Image.fromarray(plane.astype(np.float32)).resize(size, Image.Resampling.LANCZOS))

    channels = samples.shape[2]
    planes: list[NDArray[Any]]
    if channels in (1, 3):
        planes = [resized(samples[..., i]) for i in range(channels)]
    else:
        weight = samples[..., -1].astype(np.float32) / top
        alpha = np.clip(resized(weight), 0, 1)
        shown = np.maximum(alpha, np.float32(1 / top))
        planes = [resized(samples[..., i] * weight) / shown for i in range(channels - 1)] + [alpha * top]
    smaller: DeepSamples = np.clip(np.rint(np.stack(planes, axis=2)), 0, top).astype(samples.dtype)
    return smaller


def in_standard_colour(colour: DeepSamples, profile: bytes | None) -> tuple[DeepSamples, str, tuple[str, ...]]:
    """Colour samples (h, w, 1 or 3), the name of the profile they are to carry, and remarks.

    A well-known profile is kept, by name; an unknown one is applied: RGB becomes sRGB and says so, grey stays grey and
    untagged. None: untagged. A bogus profile counts for nothing, and a remark says so. Raises Held("deep-profile")
    where 16 bits would have to be converted.
    """
    if profile is None:
        return colour, "", ()
    grey = colour.shape[2] == 1
    name = None if grey else icc.recognise(profile)
    if name is not None:
        return colour, name, ()
    deep = colour.dtype != np.uint8
    try:
        converted = _converted(_ramp(colour.shape[2]) if deep else colour, profile)
    except icc.BogusProfile:
        return colour, "", (BOGUS_PROFILE,)
    if deep:
        if grey and np.abs(converted[..., 1].astype(int) - np.arange(256)).max() <= 1:
            return colour, "", ()
        raise Held("deep-profile")
    if not grey:
        return converted, "srgb", (CONVERTED,)
    neutral = np.ascontiguousarray(converted[..., 1:2])
    return neutral, "", () if np.array_equal(neutral, colour) else (CONVERTED,)


def _ramp(channels: int) -> Samples:
    """Every value of 8 bits, from dark to light: (1, 256, channels)."""
    return np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], channels, axis=2)


def _converted(colour: DeepSamples, profile: bytes) -> Samples:
    # An RGB profile in a grey picture: its neutral axis is meant.
    image = as_image(colour).convert("RGB") if profile[16:20] == b"RGB " else as_image(colour)
    return np.array(icc.to_srgb(image, profile))


def as_image(samples: DeepSamples) -> Image.Image:
    """A Pillow image of mode L, LA, RGB or RGBA (I;16 for grey of 16 bits), with nothing but pixels."""
    return Image.fromarray(samples[..., 0] if samples.shape[2] == 1 else samples)
