"""What the detector of faces still sees in the frames of a copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from paravent.detect.base import PAINTED
from paravent.detect.faces.centerface import CERTAIN
from paravent.detect.faces.network import Network
from paravent.model.decision import LEFT_VISIBLE
from paravent.model.geometry import Box, Shape
from paravent.verify.masks import painted_share
from paravent.video.looking import NOWHERE, Looker, Schedule
from paravent.video.sequence import Moment
from paravent.video.tracking.track import Observation


@dataclass(slots=True)
class Checked:
    """frames: how many there are. looked: how many the detector saw. closely: in how many of them it saw more than the
    usual small look. missed: by frame, what it saw and is not covered. shown: the same of looks as at stills, in pixels of
    the source; such a look has settled by itself what is there.
    """

    frames: int = 0
    looked: int = 0
    closely: int = 0
    missed: dict[int, list[Observation]] = field(default_factory=dict)
    shown: dict[int, list[Observation]] = field(default_factory=dict)


class Watch:
    """Looks at frames of the copy for what is no paint.

    closely: by frame of the copy, places that are looked at closely besides, left, top, right, bottom, (n, 4).
    """

    def __init__(
        self, network: Network, schedule: Schedule, closely: Mapping[int, NDArray[np.float32]] | None = None
    ) -> None:
        # Doubt was settled by the first pass, which looked at the place in many frames.
        self._looker = Looker(network, schedule, CERTAIN)
        self._every, self._closely, self._usual = schedule.small_every, closely or {}, schedule.small

    def frame(
        self, frame: Moment, shapes: tuple[Shape, ...], visible: tuple[Shape, ...] = ()
    ) -> tuple[list[Observation], bool, bool]:
        """What is seen, not covered and not left visible by a human; whether the detector looked at all, and closely."""
        places = self._closely.get(frame.index) if frame.index % self._every == 0 else None
        changed = NOWHERE if places is None else places
        seen, finest = self._looker.look(frame.index, frame.picture, None, [], scene_start=False, changed=changed)
        closely = len(changed) > 0 or finest * max(frame.picture.width, frame.picture.height) > self._usual + 1
        return list(_bare(seen, shapes, visible)), finest > 0, closely and finest > 0


def _bare(seen: list[Observation], shapes: tuple[Shape, ...], visible: tuple[Shape, ...]) -> Iterator[Observation]:
    for one in seen:
        x, y, w, h = (float(value) for value in one.row)
        box = Box(x - w / 2, y - h / 2, w, h)
        if painted_share(box, shapes) < PAINTED and painted_share(box, visible) < LEFT_VISIBLE:
            yield one
