"""What a human decided about one file. Why someone stays visible is counted in reports; who and by which form never is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from paravent.model.geometry import Box, Shape
from paravent.model.keyframes import KeyFrame
from paravent.model.policy import SoundName

# Why a region may stay visible. The words users see stand with the page that asks.
Reason: TypeAlias = Literal["adult-agreed", "child-authorised", "public-role", "other"]
REASONS: tuple[Reason, ...] = get_args(Reason)
# Share of a detection from which on it is what a human left visible there.
LEFT_VISIBLE = 0.5


@dataclass(frozen=True, slots=True)
class Course:
    """When and where a place of a film is; nothing of what it looks like.

    first, stop: frames, the first and the one behind the last. marks: frame and box where it was seen first, halfway and
    last, in pixels of the upright source; none for a place that stays where its shape is.
    """

    first: int
    stop: int
    marks: tuple[tuple[int, Box], ...] = ()


@dataclass(frozen=True, slots=True)
class VideoChoice:
    """What a human chose for a film as a whole. part: frames that are in the copy, the first and the one behind the last;
    sound: what becomes of it. None: as the policy says."""

    part: tuple[int, int] | None = None
    sound: SoundName | None = None


AS_USUAL = VideoChoice()


@dataclass(frozen=True, slots=True)
class DecidedRegion:
    """A region to be covered. shape: pixels of the upright source. kind: of `detect.base.KINDS`, or "drawn" by hand.

    style: name of a style, "" for what the policy says of this kind. course: when, in a film. keys: how it is moved there.
    """

    shape: Shape
    page: int = 0
    kind: str = "drawn"
    style: str = ""
    course: Course | None = None
    keys: tuple[KeyFrame, ...] = ()


@dataclass(frozen=True, slots=True)
class VisibleRegion:
    """A place that stays visible. reason: one of `REASONS`. form: the number of a paper form, never a name; may be "".

    kind, course: of the track that it is, in a film. person: what all parts of one person share; "" where it is alone.
    """

    shape: Shape
    reason: str
    page: int = 0
    form: str = ""
    kind: str = ""
    course: Course | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """regions: what is covered, in place of what a policy would cover. visible: where what is seen stays as it is. tracks:
    of a film, those that a human saw and did not leave visible; where they go is seen again. video: of a film as a whole.

    What is seen in none of them is covered all the same.
    """

    regions: tuple[DecidedRegion, ...] = ()
    visible: tuple[VisibleRegion, ...] = ()
    tracks: tuple[DecidedRegion, ...] = ()
    video: VideoChoice = AS_USUAL

    @property
    def permissions(self) -> dict[str, int]:
        """How many people and other places stay visible for which reason; in a picture of many pages each is one."""
        places = {(one.person or one.shape, one.course, one.reason) for one in self.visible}
        return dict(Counter(reason for _, _, reason in sorted(places, key=repr)))
