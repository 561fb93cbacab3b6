"""The ways in which a picture is shown to those who look at it: one view does not show all that a file holds.

A face may stand in transparency alone and show on a page of some colour; or in few of the values that samples can have,
which a screen shows as black and a tone curve brings out. A plain view comes first; the ways here are looked at besides,
where they show something else. The files are not changed by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from paravent.model.samples import DeepSamples, Samples, clear, eight_bits, has_alpha

SAMPLED = 250  # pixels of the longest side from which it is told how a picture is to be shown
# Shares of values that are left out at both ends. What is left is stretched where it lies within _NARROW of all possible
# values, and once more where most of it lies within _NARROWER of that. At half the contrast 3 per cent fewer faces are
# found than at all of it, at a quarter 10 to 19, at an eighth 32 to 55. Of 797 ordinary pictures 6 are stretched.
_TAILS = (0.001, 0.05)
_NARROW, _NARROWER = 0.375, 0.33
# Networks learned from coloured photos. In grey ones they miss a tenth of the faces, and half of those are found where grey
# has a tint of skin: so much more red than green, and so much less blue. Each tint shows some that no other does. So few
# steps of brightness make bands in a face; smoothed, a third of those come back that are missed.
_TINTS = 0.06, 0.18
_FEW_STEPS, _SMOOTH = 32, 1.2  # pixels, standard deviation
_LIKE = 1.5  # times the range of values, within which a look shows what another does
_ROWS = 256  # rendered at a time

_Values: TypeAlias = NDArray[np.unsignedinteger[Any]]


class Ground(Enum):
    """What is shown of a picture with transparency."""

    COLOUR = 0  # all colour at its full strength, for a copy carries it too; what is wholly transparent is grey
    WHITE = 1  # as on a white page
    BLACK = 2
    ALPHA = 3  # how opaque it is, black to white


@dataclass(frozen=True, slots=True)
class Rendering:
    """A way to show a picture. low, high: what is shown as black and as white, in shares of the highest value. tint: that
    grey gets; see `_TINTS`. smooth: bands are smoothed."""

    ground: Ground = Ground.COLOUR
    low: float = 0.0
    high: float = 1.0
    tint: float = 0.0
    smooth: bool = False

    @property
    def is_toned(self) -> bool:
        """Whether it is made for faces: other things it shows a second time, a little otherwise."""
        return bool(self.tint) or self.smooth

    @property
    def is_stretched(self) -> bool:
        """Whether few of all values are shown as all."""
        return (self.low, self.high) != (0.0, 1.0)

    def is_like(self, other: Rendering) -> bool:
        """Whether it shows what another does, about as well."""
        return self.ground is other.ground and self.high - self.low <= _LIKE * (other.high - other.low)


PLAIN = Rendering()


def further(samples: DeepSamples) -> tuple[Rendering, ...]:
    """The ways in which a picture shows something that its plain view does not; none for nearly all pictures.

    samples: (h, w, c) as `formats.shared.samples` describes them.
    """
    found = tuple(_stretched(samples))
    varies = has_alpha(samples) and samples[..., -1].min() < samples[..., -1].max()
    return (*found, *_through(_sampled(samples))) if varies else found


def all_shown(samples: DeepSamples, ways: tuple[Rendering, ...]) -> tuple[Rendering, tuple[Rendering, ...]]:
    """How a picture shows nearly all that it holds, and the ways that show part of it better.

    samples: (h, w, 3). ways: what `further` says of them.
    """
    for way in ways[:1]:
        low, high = (edge * _top(samples) for edge in (way.low, way.high))
        if np.mean((samples >= low) & (samples <= high)) >= 1 - 3 * _TAILS[0]:
            return way, ways[1:]
    return PLAIN, ways


def rendered(samples: DeepSamples, rendering: Rendering) -> Samples:
    """RGB in 8 bits, (h, w, 3); or (h, w, 4), of which the fourth means nothing. Not copied if there is nothing to do."""
    if samples.dtype == np.uint8 and rendering == PLAIN and samples.shape[2] >= 3 and not _is_seen_through(samples):
        return samples
    shown = np.empty((*samples.shape[:2], 3), np.uint8)
    table = _table(rendering, _top(samples)) if rendering.is_stretched else None
    for top in range(0, len(samples), _ROWS):
        values = _shown(samples[top : top + _ROWS], rendering.ground)
        shown[top : top + _ROWS] = eight_bits(values) if table is None else table[values]
    return _toned(shown, rendering)


def _toned(shown: Samples, rendering: Rendering) -> Samples:
    """With what a way to show a picture adds to its values."""
    if rendering.tint:
        factors = (1 + rendering.tint, 1, 1 - rendering.tint)
        tints = np.rint(np.minimum(np.arange(256)[:, None] * factors, 255)).astype(np.uint8)
        shown = tints[shown[..., 0]]
    if rendering.smooth:
        shown = np.asarray(Image.fromarray(shown).filter(ImageFilter.GaussianBlur(_SMOOTH)))
    return shown


def _stretched(samples: DeepSamples) -> Iterator[Rendering]:
    """The colours stretched, where the picture uses few of all possible values."""
    sample = _sampled(samples)
    shown = sample[..., :-1][~clear(sample)] if has_alpha(sample) else sample
    for window in _windows(shown, _top(samples)):
        yield from _toned_ways(Rendering(Ground.COLOUR, *window), shown, _top(samples))


def _through(sample: DeepSamples) -> Iterator[Rendering]:
    """What transparency shows: as on a page, and alone; each stretched if need be, without what shows nothing new."""
    open_ = sample[..., -1] < _top(sample)
    before = [_shown(sample, Ground.COLOUR)]
    for ground in (Ground.WHITE, Ground.BLACK, Ground.ALPHA):
        shown = _shown(sample, ground)
        if (shown == shown[:1, :1]).all() or any((shown == other).all() for other in before):
            continue
        before.append(shown)
        for window in list(_windows(shown[open_], _top(sample))) or [(0.0, 1.0)]:
            yield from _toned_ways(Rendering(ground, *window), shown[open_], _top(sample))


def _toned_ways(rendering: Rendering, values: _Values, top: int) -> Iterator[Rendering]:
    """A way to show a picture, and with what brings out more in it. values: (..., 1 or 3), those that it shows."""
    yield rendering
    is_grey = bool((values == values[..., :1]).all())
    within = np.count_nonzero(np.bincount(values.ravel())[round(rendering.low * top) : round(rendering.high * top) + 1])
    for tint in _TINTS * is_grey:
        yield replace(rendering, tint=tint)
    if within <= _FEW_STEPS:
        yield replace(rendering, tint=_TINTS[-1] * is_grey, smooth=True)


def _windows(values: _Values, top: int) -> Iterator[tuple[float, float]]:
    """Lowest and highest of the values, in shares of the highest possible, where they are few; see `_TAILS`."""
    if not values.size:
        return
    reached = np.cumsum(np.bincount(values.ravel(), minlength=top + 1)) / values.size
    widest = _NARROW * top
    for tail in _TAILS:
        low, high = (int(edge) for edge in np.searchsorted(reached, (tail, 1 - tail)))
        if 0 < high - low < widest:
            yield low / top, high / top
            widest = _NARROWER * (high - low)


def _table(rendering: Rendering, top: int) -> Samples:
    """What each value is shown as."""
    values = (np.arange(top + 1) / top - rendering.low) / (rendering.high - rendering.low)
    return np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)


def _shown(samples: DeepSamples, ground: Ground) -> _Values:
    """Grey or colour at the samples' own depth, (h, w, 1 or 3)."""
    if not has_alpha(samples):
        return samples
    colour, alpha, top = samples[..., :-1], samples[..., -1:], _top(samples)
    if ground is Ground.ALPHA:
        return alpha
    if ground is Ground.COLOUR:
        return np.where(clear(samples)[..., None], np.array(top // 2 + 1, samples.dtype), colour)
    behind = np.uint32(top if ground is Ground.WHITE else 0)
    opaque = alpha.astype(np.uint32)
    # Of 16 bits this is just within 32.
    mixed = (colour * opaque + behind * (np.uint32(top) - opaque) + np.uint32(top // 2)) // np.uint32(top)
    return mixed.astype(samples.dtype)


def _is_seen_through(samples: DeepSamples) -> bool:
    return has_alpha(samples) and bool(clear(samples).any())


def _sampled(samples: DeepSamples) -> DeepSamples:
    step = max(1, max(samples.shape[:2]) // SAMPLED)
    return samples[::step, ::step]


def _top(samples: DeepSamples) -> int:
    return int(np.iinfo(samples.dtype).max)
