"""Where a look at the copy is worth most: the smallest face that was followed, and where it is not sure where a face is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paravent.video.tracking.small import Floats
from paravent.video.tracking.track import Track

_AROUND = 2.0  # times the place
_MOST = 4  # places in one frame
_SMALLEST = 0.05  # share of the tracks that may be smaller yet


def smallest(tracks: Sequence[Track]) -> float:
    """Pixels of the shorter side of the smallest face that was followed, a few left out; infinite for none."""
    sides = [float(track.outlines()[:, 2:].min(axis=1).mean()) for track in tracks if track.is_ellipse]
    return float(np.quantile(sides, _SMALLEST)) if sides else float("inf")


def uncertain(tracks: Sequence[Track], first: int, stop: int, factor: float) -> dict[int, Floats]:
    """By frame of the copy, the places of faces that moved by themselves and were not seen in that frame, and those whose
    pattern got lost: left, top, right, bottom, pixels of the copy, (n, 4).

    first, stop: frames of the source that are in the copy. factor: pixels of the copy for each of the source's.
    """
    found: dict[int, list[Floats]] = {}
    for track in tracks:
        if not track.is_ellipse:
            continue
        seen, followed = np.frombuffer(track.seen, np.int8), np.frombuffer(track.found, np.int8)
        unsure = np.flatnonzero((seen == 0) & ((followed == 0) | track.passage))
        rows = track.outlines()
        for at in unsure.tolist():
            here = found.setdefault(track.start + at - first, []) if first <= track.start + at < stop else None
            if here is not None and len(here) < _MOST:
                row = rows[at] * np.float32(factor)
                reach = row[2:] * (_AROUND / 2)
                here.append(np.concatenate([row[:2] - reach, row[:2] + reach]).astype(np.float32))
    return {frame: np.stack(boxes) for frame, boxes in found.items()}
