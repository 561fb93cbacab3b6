"""A picture that moves as a sequence of frames, and how it is looked at.

Animations are short and can be anything: a film, a row of pictures that have nothing in common, one picture with another
one for a hundredth of a second. So every frame that differs is looked at, and one that shows much that is new as closely as
a still.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from statistics import median

import numpy as np
from PIL import Image

from paravent.detect.base import Detection, Detections, Pixels, Viewer
from paravent.detect.faces.network import Network
from paravent.detect.looking import in_every_rendering
from paravent.detect.upright import Page, Upright
from paravent.redact.masks import face_shape
from paravent.video.looking import NOWHERE, Looker, Schedule, differ
from paravent.video.sequence import Shown
from paravent.video.tracking.changed import share
from paravent.video.tracking.small import Floats, Small
from paravent.video.tracking.track import Observation

_AT_ONCE, _USUAL = 10, 100  # milliseconds: frames that are to be shown no longer are shown so long by viewers
_MOST_RATE = 60.0
_NEW = 16.0  # mean change of grey values (0 to 255) since a frame was looked at as a still, that is much
_LONG = 400  # milliseconds from which on a frame is looked at by people as a still is
_AT_LEAST_EVERY = 48  # frames


@dataclass(frozen=True, slots=True)
class AnimationFacts:
    """See `sequence.Facts`."""

    width: int
    height: int
    rate: float
    time_base: Fraction = Fraction(1, 1000)


class PagePicture(Upright):
    """A page as what a frame shows; see `sequence.Shown`."""

    def grey(self, longest: int) -> Pixels:
        """See `sequence.Shown.grey`."""
        factor = min(1.0, longest / max(self.width, self.height))
        size = max(1, round(self.width * factor)), max(1, round(self.height * factor))
        grey = Image.fromarray(self.view(longest)).convert("L")
        return np.asarray(grey if grey.size == size else grey.resize(size, Image.Resampling.BILINEAR))

    def further(self) -> tuple[Viewer, ...]:
        """None: a page that shows more in other ways is looked at as a still is."""
        return ()


@dataclass(frozen=True, slots=True, eq=False)
class AnimationFrame:
    """See `sequence.Moment`; ticks are milliseconds."""

    index: int
    pts: int
    duration: int
    picture: PagePicture


class Animation:
    """The pages of a picture that moves; see `sequence.FrameSequence`. timing: how long each is shown, in milliseconds."""

    def __init__(self, pages: Sequence[Page], timing: Sequence[int]) -> None:
        self.pages = pages
        self._durations = [duration if duration > _AT_ONCE else _USUAL for duration in timing]
        self._starts = [0, *accumulate(self._durations)]
        first = Upright(pages[0])
        rate = min(_MOST_RATE, 1000 / median(self._durations))
        self.facts = AnimationFacts(first.width, first.height, rate)

    def frames(self) -> Generator[AnimationFrame]:
        """See `sequence.FrameSequence.frames`."""
        for index, page in enumerate(self.pages):
            yield AnimationFrame(index, self._starts[index], self._durations[index], PagePicture(page))


class ThoroughLooker(Looker):
    """Looks at the frames of an animation in order; at what is new as at a still. find: finds faces in a still.
    long: frames that are shown for long. pages: the frames."""

    def __init__(
        self,
        network: Network,
        schedule: Schedule,
        find: Callable[[Upright], Detections],
        long: Sequence[bool],
        pages: Sequence[Page],
    ) -> None:
        super().__init__(network, schedule)
        self._find, self._long, self._pages = find, long, pages
        self._thorough: tuple[int, Small] | None = None
        self.as_stills: dict[int, list[Detection]] = {}  # by frame that was looked at as a still, what that showed

    @classmethod
    def of(cls, animation: Animation, network: Network, find: Callable[[Upright], Detections]) -> ThoroughLooker:
        """For the frames of an animation."""
        long = [frame.duration >= _LONG for frame in animation.frames()]
        return cls(network, Schedule.at(animation.facts.rate), find, long, animation.pages)

    def look(
        self,
        index: int,
        picture: Shown,
        small: Small | None,
        expected: Sequence[Floats],
        *,
        scene_start: bool,
        changed: Floats = NOWHERE,
    ) -> tuple[list[Observation], float]:
        """See `Looker.look`."""
        if small is None or not (scene_start or self._is_new(index, small) or self._pages[index].further()):
            self._forget(changed)
            return super().look(index, picture, small, expected, scene_start=scene_start, changed=changed)
        self._thorough = index, small
        self.as_stills[index] = in_every_rendering(self._pages[index], self._find)
        seen = list(map(observed, self.as_stills[index]))
        self.remember(small, seen)
        return seen, 1.0

    def _forget(self, changed: Floats) -> None:
        """What was looked at in vain says nothing about what is there now: frames need have nothing in common."""
        self._vain.clear()
        for boxes in self._rejected:
            boxes[:] = [box for box in boxes if share(box, changed) == 0]

    def _is_new(self, index: int, small: Small) -> bool:
        if self._thorough is None:
            return True
        last, there = self._thorough
        if self._long[index] or index - last >= _AT_LEAST_EVERY:
            return differ(there.coarse, small.coarse)
        return float(np.abs(there.coarse - small.coarse).mean()) > _NEW


def observed(found: Detection) -> Observation:
    """A face that was seen in a still, as what a look at a frame saw."""
    box = face_shape(found.box, 1.0, found.landmarks).bounds()
    row = np.array([box.x + box.w / 2, box.y + box.h / 2, box.w, box.h], np.float32)
    return Observation.of_face(row, found.score)
