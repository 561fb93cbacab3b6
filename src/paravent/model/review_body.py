"""A decision as JSON: what the page sends and gets, and what private state keeps.

Shapes are rounded to hundredths of a pixel.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, UnsetType, field

from paravent.model.decision import AS_USUAL, Course, VideoChoice
from paravent.model.geometry import Box, Ellipse, Polygon, Shape
from paravent.model.keyframes import KeyFrame
from paravent.model.policy import SoundName
from paravent.model.review import Origin, Permission, Review, ReviewItem, ReviewOutcome
from paravent.model.schema import (
    Body,
    Count,
    Digest,
    Factor,
    Frame,
    KindName,
    Number,
    Page,
    Point,
    RegionId,
    Size,
)
from paravent.model.style import StyleName

MOST_ITEMS = 2_000
MOST_POINTS = 500
_MOST_MARKS = 8
_MOST_KEYS = 500

# Centre, half axes, degrees clockwise.
EllipseNumbers: TypeAlias = tuple[Number, Number, Size, Size, Number]
BoxNumbers: TypeAlias = tuple[Number, Number, Number, Number]  # left, top, width, height


class ShapeBody(Body, frozen=True, omit_defaults=True):
    """Of both exactly one, in pixels of the upright original. ellipse: centre, half axes, degrees clockwise."""

    ellipse: EllipseNumbers | UnsetType = UNSET
    polygon: Annotated[tuple[Point, ...], Meta(min_length=3, max_length=MOST_POINTS)] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if (self.ellipse is UNSET) == (self.polygon is UNSET):
            raise ValueError("shape")

    @classmethod
    def of(cls, shape: Shape) -> ShapeBody:
        """As JSON, rounded."""
        if isinstance(shape, Ellipse):
            x, y, rx, ry, angle = (round(one, 2) for one in (shape.x, shape.y, shape.rx, shape.ry, shape.angle))
            return cls(ellipse=(x, y, rx, ry, angle))
        return cls(polygon=tuple((round(x, 2), round(y, 2)) for x, y in shape.points))

    def shape(self) -> Shape:
        """The shape it tells of."""
        if isinstance(self.ellipse, tuple):
            return Ellipse(*self.ellipse)
        assert isinstance(self.polygon, tuple)  # noqa: S101  (one of both is there)
        return Polygon(self.polygon)


class CourseBody(Body, frozen=True):
    """When and where a place of a film is, in frames: the first, the one behind the last; boxes in some of them."""

    first: Frame
    stop: Frame
    marks: Annotated[tuple[tuple[Frame, BoxNumbers], ...], Meta(max_length=_MOST_MARKS)]

    def __post_init__(self) -> None:
        if self.first >= self.stop:
            raise ValueError("course")
        if any(later <= earlier for (earlier, _), (later, _) in pairwise(self.marks)):
            raise ValueError("marks")

    @classmethod
    def of(cls, course: Course) -> CourseBody:
        """As JSON, rounded."""
        marks = ((at, (round(box.x, 2), round(box.y, 2), round(box.w, 2), round(box.h, 2))) for at, box in course.marks)
        return cls(course.first, course.stop, tuple(marks))

    def course(self) -> Course:
        """The course it tells of."""
        return Course(self.first, self.stop, tuple((at, Box(*numbers)) for at, numbers in self.marks))


class KeyFrameBody(Body, frozen=True, array_like=True):
    """How a place is moved (pixels) and resized (factors) in a frame; between two it changes evenly."""

    frame: Frame
    dx: Number
    dy: Number
    fx: Factor
    fy: Factor

    @classmethod
    def of(cls, key: KeyFrame) -> KeyFrameBody:
        """As JSON, rounded."""
        dx, dy, fx, fy = key.move
        return cls(key.frame, round(dx, 2), round(dy, 2), round(fx, 4), round(fy, 4))

    def key(self) -> KeyFrame:
        """The key frame it tells of."""
        return KeyFrame(self.frame, (self.dx, self.dy, self.fx, self.fy))


class VideoChoiceBody(Body, frozen=True):
    """What was chosen for a film as a whole. part: frames that are in the copy, the first and the one behind the last.
    null: as the policy says."""

    part: tuple[Frame, Frame] | None
    sound: SoundName | None

    def __post_init__(self) -> None:
        if self.part is not None and self.part[0] >= self.part[1]:
            raise ValueError("part")

    @classmethod
    def of(cls, choice: VideoChoice) -> VideoChoiceBody:
        """As JSON."""
        return cls(choice.part, choice.sound)

    def choice(self) -> VideoChoice:
        """The choice it tells of."""
        return VideoChoice(self.part, self.sound)


class ReviewItemBody(Body, frozen=True):
    """One place of a picture. style: null for that of the policy. visible: null where it is covered. asked: new since
    somebody last decided, or its permission has ended. course: in a film; decisions of earlier versions know none. keys:
    how it is moved in a film, if it is."""

    id: RegionId
    shape: ShapeBody
    page: Page
    kind: KindName
    origin: Origin
    style: StyleName | None
    visible: Permission | None
    doubtful: bool
    asked: bool
    course: CourseBody | None = None
    # Not there unless somebody moved it: what was decided before there were any has the same digest as ever.
    keys: Annotated[tuple[KeyFrameBody, ...], Meta(max_length=_MOST_KEYS)] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if any(later.frame <= earlier.frame for earlier, later in pairwise(self.keys or ())):
            raise ValueError("keys")

    @classmethod
    def of(cls, item: ReviewItem) -> ReviewItemBody:
        """As JSON, rounded."""
        course = None if item.course is None else CourseBody.of(item.course)
        keys = tuple(map(KeyFrameBody.of, item.keys)) or UNSET
        return cls(
            *(item.id, ShapeBody.of(item.shape), item.page, item.kind, item.origin),
            *(item.style, item.visible, item.doubtful, item.asked, course),
            keys=keys,
        )

    def item(self) -> ReviewItem:
        """The place it tells of."""
        course = None if self.course is None else self.course.course()
        return ReviewItem(
            *(self.id, self.shape.shape(), self.page, self.kind, self.origin),
            *(self.style, self.visible, self.doubtful, self.asked, course),
            keys=tuple(one.key() for one in self.keys or ()),
        )


class ReviewBody(Body, frozen=True):
    """Everything decided about a picture. version: counts changes. accepted: it may be carried out. recipe: digest of
    policy, program and models by which the places were found. video: of a film, if anything was chosen for it as a
    whole."""

    version: Count
    outcome: ReviewOutcome
    accepted: bool
    recipe: Digest
    items: Annotated[tuple[ReviewItemBody, ...], Meta(max_length=MOST_ITEMS)] = field(name="places")
    video: VideoChoiceBody | UnsetType = UNSET

    def __post_init__(self) -> None:
        if len({item.id for item in self.items}) != len(self.items):
            raise ValueError("places share an id")

    @classmethod
    def of(cls, review: Review) -> ReviewBody:
        """As JSON, rounded."""
        items = tuple(map(ReviewItemBody.of, review.items))
        video = UNSET if review.video == AS_USUAL else VideoChoiceBody.of(review.video)
        return cls(review.version, review.outcome, review.accepted, review.recipe, items, video)

    def review(self) -> Review:
        """The decision it tells of."""
        items = tuple(item.item() for item in self.items)
        video = self.video.choice() if isinstance(self.video, VideoChoiceBody) else AS_USUAL
        return Review(self.version, self.outcome, self.accepted, self.recipe, items, video)
