"""Palettes rebuilt from what is seen outside the covered places.

A palette is a trace: its colours were chosen from the whole picture, and an unused entry can hide what was there.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from paravent.model.report import Finding, Kind
from paravent.model.samples import Samples
from paravent.redact.masks import Mask

Packed: TypeAlias = NDArray[np.uint32]
ENTRIES = 256
_OPAQUE = 0xFF000000
_CHUNK = 4096
_FINE = np.uint8(0xFC)  # bits of a value that count for choosing colours
_HASHED, _SPREADING = 15, np.uint32(2654435761)  # bits of a hash; 2^32 over the golden ratio
_FEW = 1 << 12  # colours up to which hashing pays
_SOME = 16  # one of so many pixels shows most colours


def rebuild(
    indices: NDArray[np.integer[Any]], table: Samples, mask: Mask, filling: Samples, entries: int = ENTRIES
) -> tuple[Samples, Samples]:
    """Indices and table of a covered picture.

    indices: (h, w), integers into table; table: (n, 4) RGB and alpha. mask: (h, w), the covered pixels; filling:
    (covered pixels, 3) RGB for them in row order. The new table holds the colours used outside the mask and as many of the
    filling as `entries` leaves room for, each used, sorted, the transparent first. Neither result depends on the indices
    inside the mask.
    """
    outside = ~mask
    colours = _packed(table)
    kept = np.unique(colours[np.flatnonzero(np.bincount(indices[outside], minlength=len(table)))])
    wanted, which = _distinct(_packed(with_alpha(filling)))
    painted = _nearest(wanted, _candidates(kept, wanted, filling, entries))
    fresh = np.union1d(kept, painted)
    place = np.searchsorted(fresh, colours).clip(max=len(fresh) - 1).astype(np.uint8)
    rebuilt = np.empty(indices.shape, np.uint8)
    rebuilt[outside] = place[indices[outside]]
    rebuilt[mask] = np.searchsorted(fresh, painted).astype(np.uint8)[which]
    return rebuilt, _unpacked(fresh)


def index(samples: Samples, mask: Mask, *, clear: bool = False) -> tuple[Samples, Samples] | None:
    """Indices (h, w) and table (n, 4) of a covered picture of colours; None where it has too many outside the mask.

    samples: (h, w, 4), RGB and alpha. clear: the table begins with a transparent entry even where no pixel uses it. What
    `rebuild` says of the filling and of the table holds here too.
    """
    height, width = mask.shape
    colours, which = _distinct(_packed(samples.reshape(-1, 4)))
    indices = which.reshape(height, width)
    kept = np.flatnonzero(np.bincount(indices[~mask], minlength=len(colours)))
    has_clear = len(kept) > 0 and colours[kept[0]] == 0
    entries = ENTRIES - (clear and not has_clear)
    if len(kept) > entries:
        return None
    rebuilt, table = rebuild(indices, _unpacked(colours), mask, samples[mask][:, :3], entries)
    if clear and not has_clear:
        return rebuilt + np.uint8(1), np.concatenate([np.zeros((1, 4), np.uint8), table])
    return rebuilt, table


def reduced(samples: Samples) -> Samples:
    """A picture (h, w, 4) of any colours with as many as a table holds, each opaque or wholly transparent."""
    seen = samples[..., 3] >= 128
    colours = np.ascontiguousarray(samples[..., :3])
    colours[~seen] = 0
    image = Image.fromarray(colours).quantize(ENTRIES - 1, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    out = with_alpha(np.array(image.convert("RGB")).reshape(-1, 3)).reshape(samples.shape)
    out[~seen] = 0
    return out


def _candidates(kept: Packed, wanted: Packed, filling: Samples, entries: int) -> Packed:
    """Colours the filling may use: its own where there is room, else fewer of them; opaque ones wherever possible."""
    room = entries - len(kept)
    if len(np.setdiff1d(wanted, kept)) <= room:
        return wanted
    added = _fewer(filling, room) if room else np.empty(0, np.uint32)
    every = np.union1d(kept, added)
    opaque = every[every >= _OPAQUE]
    return opaque if len(opaque) else every


def unused(*tables: tuple[Samples, NDArray[np.integer[Any]]]) -> tuple[Finding, ...]:
    """Colours of a file's tables that no pixel uses, as a finding; black and a ramp of greys only fill a table up.

    tables: each (n, 3 or 4), RGB first, n up to 256, with how many pixels use each entry: (n or more,).
    """
    size = 0
    for table, counts in tables:
        colours = table[:, :3]
        ramp = np.arange(len(table), dtype=np.uint8)[:, None]
        telling = (counts[: len(table)] == 0) & colours.any(axis=1) & (colours != ramp).any(axis=1)
        size += 3 * int(np.count_nonzero(telling))
    return (Finding(Kind.HIDDEN_DATA, "palette", precision="unused-colours", size=size),) if size else ()


def _fewer(filling: Samples, room: int) -> Packed:
    some = _unpacked(np.unique(_packed(with_alpha(filling & _FINE))))[:, :3]
    image = Image.fromarray(np.ascontiguousarray(some[None]))
    reduced = image.quantize(room, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    entries = np.frombuffer(bytes(reduced.getpalette() or []), np.uint8).reshape(-1, 3)
    return np.unique(_packed(with_alpha(entries)))


def _nearest(wanted: Packed, candidates: Packed) -> Packed:
    """For each wanted colour the nearest candidate in RGB and alpha; of equally near ones the first."""
    if not len(wanted):
        return wanted
    targets = _unpacked(candidates).astype(np.float32)
    lengths = (targets**2).sum(axis=1)
    found = np.empty(len(wanted), np.intp)
    for start in range(0, len(wanted), _CHUNK):
        part = _unpacked(wanted[start : start + _CHUNK]).astype(np.float32)
        # |a - b|^2 but for |a|^2; whole numbers of this size are exact.
        found[start : start + len(part)] = (lengths - 2 * (part @ targets.T)).argmin(axis=1)
    return candidates[found]


def with_alpha(colours: Samples) -> Samples:
    """Colours (n, 3) as (n, 4), opaque; those of (n, 4) as they are."""
    if colours.shape[1] == 4:
        return colours.copy()
    return np.concatenate([colours, np.full((len(colours), 1), 255, np.uint8)], axis=1)


def _distinct(colours: Packed) -> tuple[Packed, NDArray[np.intp]]:
    """What `np.unique` gives with the inverse, ten times as fast where there are few of them."""
    known = np.unique(colours[::_SOME])
    if not 0 < len(known) <= _FEW:
        return np.unique(colours, return_inverse=True)
    new = known[_places(known, colours)] != colours
    if new.any():
        known = np.union1d(known, colours[new])
    which = _places(known, colours)
    missed = np.flatnonzero(known[which] != colours)
    which[missed] = np.searchsorted(known, colours[missed])
    return known, which


def _places(known: Packed, colours: Packed) -> NDArray[np.intp]:
    """Where colours stand among the known ones, most of them; found by hashing (Knuth, 1973, 6.4)."""
    table = np.zeros(1 << _HASHED, np.intp)
    table[_hash(known)] = np.arange(len(known))
    return table[_hash(colours)]


def _hash(colours: Packed) -> Packed:
    return (colours * _SPREADING) >> np.uint32(32 - _HASHED)


def _packed(colours: Samples) -> Packed:
    """(n, 4) as alpha, red, green, blue from the highest byte down."""
    turned: Packed = np.ascontiguousarray(colours).view("<u4")[:, 0]  # alpha, blue, green, red
    low, step = np.uint32(0xFF), np.uint32(16)
    packed: Packed = turned & np.uint32(0xFF00FF00) | turned >> step & low | (turned & low) << step
    return packed


def _unpacked(colours: Packed) -> Samples:
    return np.stack([colours >> shift & 0xFF for shift in (16, 8, 0, 24)], axis=1).astype(np.uint8)
