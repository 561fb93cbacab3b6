"""What the databases in private state hold as JSON."""

from __future__ import annotations

from typing import Annotated, Self, TypeAlias, cast

from msgspec import UNSET, Meta, UnsetType, field

from paravent.model.geometry import Ellipse, Polygon, Region
from paravent.model.policy import Policy, SoundName, styled
from paravent.model.report import Kind
from paravent.model.review_body import MOST_ITEMS, ReviewItemBody
from paravent.model.schema import Body, Count, Frame, Page
from paravent.model.style import StyleName

# Frame and numbers of what is covered there, as `ProposedTrack` tells them.
Step: TypeAlias = tuple[Frame, tuple[float, ...]]


class ChoicesBody(Body, frozen=True):
    """How copies are made, as far as the page lets people choose. names: whether those of files are kept. size:
    longest side in pixels, 0 keeps it. sound: of films."""

    style: StyleName
    names: bool
    size: Annotated[int, Meta(ge=0, le=65_535)]
    sound: SoundName

    @classmethod
    def of(cls, policy: Policy) -> Self:
        """What a policy says of it."""
        return cls(cast(StyleName, policy.style.name), policy.keep_names, policy.max_size, policy.sound)

    def chosen(self, policy: Policy) -> Policy:
        """The policy with these choices. Raises UsageProblem."""
        style = styled(policy.style, self.style, None, None)
        return policy.with_options(style=style, keep_names=self.names, max_size=self.size, sound=self.sound)


class FindingBody(Body, frozen=True, array_like=True):
    """See `Finding`."""

    kind: Kind
    where: str
    count: int
    precision: str
    size: int


class VideoProposalBody(Body, frozen=True):
    """What was seen in all frames of a film. clock: see `Proposal`. paths, lost: of each track, in the order of the look's
    places; see `ProposedTrack`."""

    frames: Frame
    clock: tuple[tuple[Frame, float], ...]
    paths: tuple[tuple[Step, ...], ...]
    lost: tuple[tuple[Frame, Frame] | None, ...]

    def __post_init__(self) -> None:
        if len(self.paths) != len(self.lost):
            raise ValueError("tracks")


class ProposalBody(Body, frozen=True):
    """What was found in a source; no path of a file stands in it. followed: of a film, once it was looked through."""

    format: str
    width: Count
    height: Count
    pages: Count
    moving: bool
    video: bool = field(name="film")
    findings: tuple[FindingBody, ...]
    items: Annotated[tuple[ReviewItemBody, ...], Meta(max_length=MOST_ITEMS)] = field(name="places")
    followed: VideoProposalBody | None = None

    def __post_init__(self) -> None:
        if self.followed is not None and len(self.followed.paths) != len(self.items):
            raise ValueError("tracks")


class CoveredBody(Body, frozen=True, omit_defaults=True):
    """A region of a copy, of one of both shapes. ellipse: centre, half axes, degrees; polygon: its corners."""

    kind: str
    doubtful: bool
    page: Page
    ellipse: tuple[float, float, float, float, float] | UnsetType = UNSET
    polygon: tuple[tuple[float, float], ...] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if (self.ellipse is UNSET) == (self.polygon is UNSET):
            raise ValueError("shape")

    @classmethod
    def of(cls, region: Region) -> CoveredBody:
        """As JSON; coordinates to the last digit, because copies are judged by them."""
        shape, facts = region.shape, (region.kind, region.doubtful, region.page)
        if isinstance(shape, Ellipse):
            return cls(*facts, ellipse=(shape.x, shape.y, shape.rx, shape.ry, shape.angle))
        return cls(*facts, polygon=shape.points)

    def region(self) -> Region:
        """The region it tells of."""
        if isinstance(self.ellipse, tuple):
            return Region(Ellipse(*self.ellipse), self.kind, doubtful=self.doubtful, page=self.page)
        assert isinstance(self.polygon, tuple)  # noqa: S101  (one of both is there)
        return Region(Polygon(self.polygon), self.kind, doubtful=self.doubtful, page=self.page)
