"""What a human decided about one picture, item by item. `model.review_body` describes it as JSON.

Shapes are in pixels of the upright source. No name and no pixel stands here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, TypeAlias

from paravent.model import same_person
from paravent.model.decision import AS_USUAL, Course, DecidedRegion, Decision, Reason, VideoChoice, VisibleRegion
from paravent.model.geometry import Shape
from paravent.model.keyframes import KeyFrame
from paravent.model.schema import Body, FormNumber
from paravent.model.style import StyleName

ReviewOutcome: TypeAlias = Literal["", "publish", "private", "no-post"]  # "": nobody has decided yet
Origin: TypeAlias = Literal["found", "drawn"]
_SCHOOL_YEAR_ENDS = (8, 31)


class Permission(Body, frozen=True):
    """Why somebody is left visible. form: number of the paper, "" for none. until: last day on which it holds."""

    reason: Reason
    form: FormNumber
    until: date


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One place of a picture. id: of its own within the picture. style: name of a style, None for that of the policy.

    visible: None where it is covered. asked: new since somebody last decided, or its permission has ended. course: when and
    where it is in a film, of which `shape` then is one moment. keys: how somebody moved and resized it there.
    """

    id: str
    shape: Shape
    page: int
    kind: str
    origin: Origin
    style: StyleName | None = None
    visible: Permission | None = None
    doubtful: bool = False
    asked: bool = False
    course: Course | None = None
    keys: tuple[KeyFrame, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """Everything decided about a picture.

    version: counts changes. accepted: somebody said that it may be carried out. recipe: digest of policy, program and
    models by which the places were found. video: what holds for a film as a whole.
    """

    version: int = 0
    outcome: ReviewOutcome = ""
    accepted: bool = False
    recipe: str = ""
    items: tuple[ReviewItem, ...] = field(default=())
    video: VideoChoice = AS_USUAL

    @property
    def asks(self) -> bool:
        """Whether somebody must look: at doubt nobody has decided about, or at what has changed since."""
        return any(item.asked or (item.doubtful and not self.accepted) for item in self.items)

    def on(self, today: date) -> Review:
        """As it stands on a day: what nobody permits any longer is covered, and somebody must look."""
        items = tuple(
            replace(item, visible=None, asked=True) if item.visible and item.visible.until < today else item
            for item in self.items
        )
        return self if items == self.items else replace(self, accepted=False, items=items)

    def changed(
        self,
        outcome: ReviewOutcome | None,
        items: Iterable[ReviewItem],
        gone: Collection[str],
        video: VideoChoice | None = None,
    ) -> Review:
        """With these items in place of those of the same names, without those that are `gone`, not accepted. outcome,
        video: None for the same."""
        fresh = {item.id: item for item in items}
        kept = tuple(fresh.pop(item.id, item) for item in self.items if item.id not in gone)
        said = self.outcome if outcome is None else outcome
        chosen = self.video if video is None else video
        return replace(self, outcome=said, accepted=False, items=(*kept, *fresh.values()), video=chosen)

    def decision(self, pages: int, *, moving: bool) -> Decision:
        """What the pipeline is told. pages: of the file. moving: every place is decided for all of them."""
        regions: list[DecidedRegion] = []
        visible: list[VisibleRegion] = []
        tracks: list[DecidedRegion] = []
        person = {part: parts[0] for parts in same_person.together(self.items) for part in parts}
        for item in self.items:
            if item.course is not None and item.origin == "found" and item.visible is None:
                tracks.append(_covered(item, 0))
                continue
            for page in range(pages) if moving else (item.page,):
                if item.visible is None:
                    regions.append(_covered(item, page))
                else:
                    permission = item.visible
                    why, form = permission.reason, permission.form
                    whose = person.get(item.id, "")
                    visible.append(VisibleRegion(item.shape, why, page, form, item.kind, item.course, whose))
        return Decision(tuple(regions), tuple(visible), tuple(tracks), self.video)


def _covered(item: ReviewItem, page: int) -> DecidedRegion:
    return DecidedRegion(item.shape, page, item.kind, item.style or "", item.course, item.keys)


def end_of_school_year(today: date) -> date:
    """The last day for which a permission given today is proposed to hold."""
    month, day = _SCHOOL_YEAR_ENDS
    end = date(today.year, month, day)
    return end if today <= end else date(today.year + 1, month, day)
