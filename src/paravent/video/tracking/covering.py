"""What is covered for a track in each frame, and when nobody knows where it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paravent.video.tracking import smoothing
from paravent.video.tracking.faces import OFTEN
from paravent.video.tracking.track import UNITS, Track

_GROWTH = 1.03  # of the covering for each frame nothing was seen
_GROWN = 1.04  # most
_AROUND = 4  # frames each way whose places a covering contains, moved along
_BLIND = 0.35  # share of a tail whose pattern was not found, from which on the place is lost


def covering(track: Track) -> NDArray[np.float32]:
    """What is to be covered in each frame of a track: of an ellipse centre x, y, width, height, (n, 4); of what is convex
    how far it reaches from (0, 0), (n, DIRECTIONS)."""
    return _of_ellipse(track) if track.is_ellipse else _of_convex(track)


def _of_convex(track: Track) -> NDArray[np.float32]:
    """Moves smoothly, and contains the track's own place in each frame."""
    rows = track.outlines()
    centres, own = rows[:, :2], rows[:, 2:]
    smooth = smoothing.mean(centres) @ UNITS + smoothing.mean(smoothing.largest(own))
    covered: NDArray[np.float32] = np.maximum(smooth, centres @ UNITS + own)
    return covered


def _of_ellipse(track: Track) -> NDArray[np.float32]:
    """Moves smoothly, and contains the track's own place in each frame. Grows where nothing was seen. Never shrinks for a
    moment, and contains the places of the frames around, moved along: all of them if the track is rough, the less of what
    they reach farther the less it is.
    """
    rows = track.outlines()
    away = _frames_from_sight(np.frombuffer(track.seen, np.int8).astype(bool)).astype(np.float32)
    grown = np.minimum(_GROWTH**away, _GROWN) ** track.roughness
    centres = smoothing.mean(rows[:, :2])
    own, wanted = _reaches(rows, centres, np.ones_like(grown)), _reaches(rows, centres, grown)
    around = smoothing.largest(wanted, _AROUND)
    lasting = smoothing.smallest(around, _AROUND)
    reaches = np.maximum(smoothing.mean(lasting + track.roughness * (around - lasting)), own)
    left_up, right_down = reaches[:, :2], reaches[:, 2:]
    return np.concatenate([centres + (right_down - left_up) / 2, left_up + right_down], axis=1).astype(np.float32)


def _reaches(rows: NDArray[np.float32], centres: NDArray[np.float32], factor: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far places reach from other centres, (n, 4): left, up, right, down. factor: of their sizes, (n,)."""
    half, moved = rows[:, 2:] * factor[:, None] / 2, rows[:, :2] - centres
    return np.concatenate([half - moved, half + moved], axis=1)


def _frames_from_sight(seen: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Distance of each frame to the nearest in which the track was seen."""
    places = np.flatnonzero(seen)
    frames = np.arange(len(seen))
    after = np.clip(np.searchsorted(places, frames), 0, len(places) - 1)
    before = np.clip(after - 1, 0, None)
    nearest: NDArray[np.intp] = np.minimum(np.abs(places[after] - frames), np.abs(places[before] - frames))
    return nearest


def lost(track: Track, width: int, height: int) -> tuple[int, int] | None:
    """The frames, first and behind the last, for which nobody knows where a place in the middle of the picture is."""
    tail = track.unseen()
    if not track.is_ellipse or track.left or track.ended_by_cut or track.observed < OFTEN or not tail:
        return None
    found = np.frombuffer(track.found, np.int8)[-tail:]
    if found.mean() > 1 - _BLIND:
        return None
    x, y, w, h = track.last
    if not (w < x < width - w and h < y < height - h):
        return None
    return track.stop - tail + int(found.argmin()), track.stop
