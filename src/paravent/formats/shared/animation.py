"""Frames of an animation put together to whole pictures, and taken apart again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paravent.errors import Held
from paravent.formats.shared.sample_source import Decoded
from paravent.formats.shared.samples import erase_transparent, in_standard_colour, rgba, under_transparent
from paravent.model.samples import DeepSamples, Samples
from paravent.process import heartbeat

_PACKED = 4  # channels that are compared as one number
LONGEST = 65_535  # milliseconds a frame may be shown; longer ones are cut to it


class Dispose(Enum):
    """What becomes of a frame's place once its time is over."""

    KEEP = 0
    CLEAR = 1  # becomes transparent
    RESTORE = 2  # becomes what it was before


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A part of an animation's canvas; it may reach out of it. samples: (h, w, 4), RGB and alpha.

    over: blended with what is there, else put in its place.
    """

    left: int
    top: int
    samples: Samples
    over: bool
    dispose: Dispose


def composed(frames: Iterable[Frame], width: int, height: int) -> Iterator[Samples]:
    """The pictures that a viewer shows one after the other, (height, width, 4); the canvas begins transparent.

    Raises Held where no frame shows anything.
    """
    canvas = np.zeros((height, width, 4), np.uint8)
    nothing = True
    for frame in frames:
        heartbeat.go_on()
        # Viewers cut off what lies outside the canvas.
        samples = frame.samples[: max(0, height - frame.top), : max(0, width - frame.left)]
        rows, columns = samples.shape[:2]
        area = (slice(frame.top, frame.top + rows), slice(frame.left, frame.left + columns))
        shown = canvas.copy()
        if samples.size:
            nothing = False
            shown[area] = _blended(canvas[area], samples) if frame.over and samples[..., 3].min() < 255 else samples
        yield shown
        if frame.dispose is not Dispose.RESTORE:
            canvas = shown.copy()
        if frame.dispose is Dispose.CLEAR:
            canvas[area] = 0
    if nothing:
        raise Held("damaged")


def changed(before: Samples | None, after: Samples, grid: int = 1) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what differs between two pictures of one size; all of it where there is none before.

    Left and top are multiples of `grid`. Never empty: where nothing differs it is the first pixel.
    """
    height, width = after.shape[:2]
    if before is None:
        return 0, 0, width, height
    differs = _differing(before, after)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return 0, 0, 1, 1
    left, top = int(columns[0]) // grid * grid, int(rows[0]) // grid * grid
    return left, top, int(columns[-1]) + 1, int(rows[-1]) + 1


def _differing(before: Samples, after: Samples) -> NDArray[np.bool_]:
    """Which pixels differ."""
    if before.shape != after.shape or after.shape[2] != _PACKED:
        differing: NDArray[np.bool_] = (before != after).any(axis=2)
        return differing
    one, other = (np.ascontiguousarray(samples).view(np.uint32)[..., 0] for samples in (before, after))
    return np.asarray(one != other)


def in_one_colour(pages: Iterable[Samples], profile: bytes | None) -> Decoded:
    """RGBA pictures of one file in standard colour; RGB where none is transparent."""
    shown: list[DeepSamples] = []
    name, noted, opaque = "", set[str](), True
    for page in pages:
        colour, name, remarks = in_standard_colour(np.ascontiguousarray(page[..., :3]), profile)
        noted.update(remarks)
        if opaque and page[..., 3].min() < 255:
            opaque = False
            shown = [rgba(samples) for samples in shown]
        shown.append(colour if opaque else np.concatenate([colour, page[..., 3:]], axis=2))
    hidden = sum(map(erase_transparent, shown))
    return Decoded(tuple(shown), name, tuple(sorted(noted)), under_transparent(hidden))


def _blended(below: Samples, above: Samples) -> Samples:
    on = Image.alpha_composite(Image.fromarray(np.ascontiguousarray(below)), Image.fromarray(np.ascontiguousarray(above)))
    return np.asarray(on)
