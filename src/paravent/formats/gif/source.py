"""GIF, still and animated: every picture put together, covered, and written with a colour table of its own.

Kept: durations, number of plays, transparency. Colour tables are made from what is outside the covered places and from the
filling. Comments, text, application data and profiles are not written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paravent.errors import Held
from paravent.formats.gif import blocks as gif_blocks
from paravent.formats.gif.spec import GIF
from paravent.formats.shared import palette
from paravent.formats.shared.animation import Dispose, Frame, changed, composed, in_one_colour
from paravent.formats.shared.decoding import check_bytes, check_sizes
from paravent.formats.shared.sample_source import Decoded, Encoder, SampleSource
from paravent.formats.shared.samples import rgba
from paravent.model.limits import StillLimits
from paravent.model.samples import DeepSamples, Samples, eight_bits
from paravent.redact.masks import Mask

_UNIT = 10  # milliseconds
_LONGEST = 6_553  # hundredths of a second a picture is shown; longer ones are cut to it
_DISPOSE = {2: Dispose.CLEAR, 3: Dispose.RESTORE}
_KEEP, _CLEAR = 1, 2


def open_file(data: bytes, limits: StillLimits) -> SampleSource:
    """Read all blocks. Raises Held."""
    check_bytes(data, limits)
    gif = gif_blocks.parse(data)
    check_sizes([(frame.width, frame.height) for frame in gif.frames], limits)
    return _GifSource(gif, limits)


class _GifSource(SampleSource):
    def __init__(self, gif: gif_blocks.Gif, limits: StillLimits) -> None:
        moving = len(gif.frames) > 1
        super().__init__(
            GIF.name,
            [(gif.width, gif.height)] * len(gif.frames),
            limits,
            exact=True,
            timing=tuple(_UNIT * min(frame.delay, _LONGEST) for frame in gif.frames) if moving else (),
            loop=gif.loop if moving else 1,
        )
        self._gif = gif

    def _decode(self) -> Decoded:
        used: dict[bytes, NDArray[np.integer[Any]]] = {}
        decoded = in_one_colour(composed(self._parts(used), self._gif.width, self._gif.height), None)
        tables = ((np.frombuffer(table, np.uint8).reshape(-1, 3), counts) for table, counts in used.items())
        return replace(decoded, findings=decoded.findings + palette.unused(*tables))

    def _parts(self, used: dict[bytes, NDArray[np.integer[Any]]]) -> Iterator[Frame]:
        """The frames; notes in `used` how many pixels use each entry of each table."""
        for frame in self._gif.frames:
            indices = gif_blocks.decode(frame)
            used[frame.table] = used.get(frame.table, 0) + np.bincount(indices.ravel(), minlength=palette.ENTRIES)
            samples = gif_blocks.colours(frame)[indices]
            yield Frame(frame.left, frame.top, samples, True, _DISPOSE.get(frame.dispose, Dispose.KEEP))

    def _encoder(self, profile: str, *, resized: bool) -> Encoder:
        return _GifEncoder(self.timing, self._loop, mixed=resized)


class _GifEncoder:
    """Writes one picture or an animation; see `sample_source.Encoder`.

    Where nothing is transparent, only what differs from the picture before is written; else every picture is whole, and
    cleared after its time. mixed: the colours are mixed, and half transparent pixels occur, so that tables are approximate.
    """

    def __init__(self, timing: tuple[int, ...], loop: int, *, mixed: bool) -> None:
        self._delays = [duration // _UNIT for duration in timing] or [0]
        self._loop = loop
        self._mixed = mixed
        self._before: Samples | None = None
        self._size = (0, 0)
        self._frames: list[gif_blocks.GifFrame] = []

    def add(self, samples: DeepSamples, mask: Mask) -> DeepSamples:
        """The filling may have to do with fewer colours than it was given."""
        page = eight_bits(rgba(samples))
        whole = samples.shape[2] == 4
        if self._mixed:
            page = palette.reduced(page)
        left, top, right, bottom = changed(None if whole else self._before, page)
        area = (slice(top, bottom), slice(left, right))
        before = None if whole or self._before is None else self._before[area]
        stored = page.copy()
        moving = len(self._delays) > 1
        # Some viewers clear to transparency only if the picture has a transparent colour.
        indices, table, stored[area] = _indexed(page[area], mask[area], before, clear=moving and whole)
        transparent = 0 if not table[0, 3] else -1  # the transparent entry comes first
        self._frames.append(
            gif_blocks.GifFrame(
                left,
                top,
                right - left,
                bottom - top,
                self._delays[len(self._frames)],
                (_CLEAR if whole else _KEEP) if moving else 0,
                transparent,
                False,
                np.ascontiguousarray(table[:, :3]).tobytes(),
                gif_blocks.encode(indices),
            )
        )
        self._before, self._size = stored, (page.shape[1], page.shape[0])
        return stored

    def finish(self) -> bytes:
        """The whole file."""
        return gif_blocks.assemble(self._size, self._frames, self._loop)


def _indexed(part: Samples, mask: Mask, before: Samples | None, *, clear: bool) -> tuple[Samples, Samples, Samples]:
    """Indices, colour table and resulting samples of a picture's part. before: what is there already, if anything.

    clear: as in `palette.index`. With too many colours, what is there already shows through. Raises Held where even that
    is not enough.
    """
    found = palette.index(part, mask, clear=clear)
    if found is not None:
        return *found, found[1][found[0]]
    if before is not None:
        same = (part == before).all(axis=2)
        holes = part.copy()
        holes[same] = 0
        found = palette.index(holes, mask & ~same)
    if before is None or found is None:
        raise Held("encoding", detail="GIF")
    shown = found[1][found[0]]
    return *found, np.where(shown[..., 3:] == 0, before, shown)
