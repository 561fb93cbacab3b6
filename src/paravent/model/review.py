"""What a human decided about one picture, place by place. `model.review_body` describes it as JSON.

Shapes are in pixels of the upright source. No name and no pixel stands here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import Literal, TypeAlias

from paravent.model.decision import Course, DecidedRegion, Decision, Reason, VisibleRegion
from paravent.model.geometry import Shape
from paravent.model.same_track import place_of
from paravent.model.schema import Body, FormNumber
from paravent.model.style import StyleName
from paravent.redact.masks import covered_share

ReviewOutcome: TypeAlias = Literal["", "publish", "private", "no-post"]  # "": nobody has decided yet
Origin: TypeAlias = Literal["found", "drawn"]
# Share of a new place's box from which on, in a picture, it is one that was decided about before.
_SAME = 0.5
_SCHOOL_YEAR_ENDS = (8, 31)


class Permission(Body, frozen=True):
    """Why somebody is left visible. form: number of the paper, "" for none. until: last day on which it holds."""

    reason: Reason
    form: FormNumber
    until: date


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a picture. id: of its own within the picture. style: name of a style, None for that of the policy.

    visible: None where it is covered. asked: new since somebody last decided, or its permission has ended. course: when and
    where it is in a film, of which `shape` then is one moment.
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


@dataclass(frozen=True, slots=True)
class Review:
    """Everything decided about a picture.

    version: counts changes. accepted: somebody said that it may be carried out. recipe: digest of policy, program and
    models by which the places were found.
    """

    version: int = 0
    outcome: ReviewOutcome = ""
    accepted: bool = False
    recipe: str = ""
    places: tuple[Place, ...] = field(default=())

    @property
    def asks(self) -> bool:
        """Whether somebody must look: at doubt nobody has decided about, or at what has changed since."""
        return any(place.asked or (place.doubtful and not self.accepted) for place in self.places)

    def on(self, today: date) -> Review:
        """As it stands on a day: what nobody permits any longer is covered, and somebody must look."""
        places = tuple(
            replace(place, visible=None, asked=True) if place.visible and place.visible.until < today else place
            for place in self.places
        )
        return self if places == self.places else replace(self, accepted=False, places=places)

    def with_found(self, found: Sequence[Place], recipe: str) -> Review:
        """With what was found by a recipe other than the one that was decided about: new places are covered and asked."""
        if recipe == self.recipe:
            return self
        new = self._new(found)
        accepted = self.accepted and not new
        return replace(self, recipe=recipe, accepted=accepted, places=self.places + self._added(new, asked=True))

    def with_tracks(self, found: Sequence[Place], recipe: str) -> Review:
        """With the tracks of a film that was decided about as a whole, everything covered: nothing is to be asked."""
        return replace(self, recipe=recipe, places=self.places + self._added(self._new(found), asked=False))

    def _new(self, found: Sequence[Place]) -> list[Place]:
        return [place for place in found if not self._knows(place)]

    def _added(self, new: Sequence[Place], *, asked: bool) -> tuple[Place, ...]:
        known = {place.id for place in self.places}
        fresh = (f"n{number}" for number in count() if f"n{number}" not in known)
        return tuple(replace(one, id=next(fresh) if one.id in known else one.id, asked=asked) for one in new)

    def _knows(self, found: Place) -> bool:
        if found.course is not None:
            return bool(self.place_of(found))
        here = tuple(place.shape for place in self.places if place.page == found.page)
        return covered_share(found.shape.bounds(), here) >= _SAME

    def place_of(self, track: Place) -> str:
        """Name of the place that a track of a film is here; "" if it is none."""
        known = place_of(track, self.places, lambda place: place.visible is None)
        return known.id if known else ""

    def decision(self, pages: int, *, moving: bool) -> Decision:
        """What the pipeline is told. pages: of the file. moving: every place is decided for all of them."""
        regions: list[DecidedRegion] = []
        visible: list[VisibleRegion] = []
        tracks: list[DecidedRegion] = []
        for place in self.places:
            if place.course is not None and place.origin == "found" and place.visible is None:
                tracks.append(DecidedRegion(place.shape, kind=place.kind, course=place.course))
                continue
            for page in range(pages) if moving else (place.page,):
                if place.visible is None:
                    regions.append(DecidedRegion(place.shape, page, place.kind, place.style or "", place.course))
                else:
                    permission = place.visible
                    why, form = permission.reason, permission.form
                    visible.append(VisibleRegion(place.shape, why, page, form, place.kind, place.course))
        return Decision(tuple(regions), tuple(visible), tuple(tracks))


def end_of_school_year(today: date) -> date:
    """The last day for which a permission given today is proposed to hold."""
    month, day = _SCHOOL_YEAR_ENDS
    end = date(today.year, month, day)
    return end if today <= end else date(today.year + 1, month, day)
