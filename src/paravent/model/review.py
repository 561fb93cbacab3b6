"""What a human decided about one picture, place by place. Plain data, checked when it comes from outside.

Shapes are in pixels of the upright source. No name and no pixel stands here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count, pairwise
from typing import Any

from paravent.model.decision import REASONS, Course, DecidedRegion, Decision, VisibleRegion
from paravent.model.geometry import Box, Ellipse, Polygon, Shape
from paravent.model.same_track import place_of
from paravent.model.style import STYLES
from paravent.redact.masks import covered_share

OUTCOMES = ("", "publish", "private", "no-post")  # "": nobody has decided yet
ORIGINS = ("found", "drawn")
MOST_PLACES = 2_000
MOST_POINTS = 500
_LARGEST = 1e6  # pixels; no picture is that wide
# Share of a new place's box from which on, in a picture, it is one that was decided about before.
_SAME = 0.5
_MOST_MARKS = 8
_MOST_FRAMES = 1 << 32
_RECIPE = re.compile(r"[0-9a-f]{0,64}")
_ID = re.compile(r"[a-z0-9-]{1,40}")
_KIND = re.compile(r"[a-z-]{1,20}")
# At least one digit and no spaces: a number of a form, not a name.
_FORM = re.compile(r"(?=.{1,20}\Z)[A-Za-z./-]{0,4}[0-9][A-Za-z0-9./-]*")
_SCHOOL_YEAR_ENDS = (8, 31)


@dataclass(frozen=True, slots=True)
class Permission:
    """Why somebody is left visible. form: number of the paper, "" for none. until: last day on which it holds."""

    reason: str
    form: str
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
    origin: str
    style: str | None = None
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
    outcome: str = ""
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


def read(value: object) -> Review:
    """A review from JSON. Raises ValueError for anything out of place."""
    table = _table(value, {"version", "outcome", "accepted", "recipe", "places"})
    places = table["places"]
    if not isinstance(places, list) or len(places) > MOST_PLACES:
        raise ValueError("places")
    read_places = tuple(_place(place) for place in places)
    if len({place.id for place in read_places}) != len(read_places):
        raise ValueError("places share an id")
    return Review(
        _whole(table["version"], 1 << 40),
        _one_of(table["outcome"], OUTCOMES),
        _switch(table["accepted"]),
        _matching(table["recipe"], _RECIPE),
        read_places,
    )


def written(review: Review) -> dict[str, Any]:
    """A review as JSON; `read` reads it."""
    return {
        "version": review.version,
        "outcome": review.outcome,
        "accepted": review.accepted,
        "recipe": review.recipe,
        "places": [
            {
                "id": place.id,
                "shape": written_shape(place.shape),
                "page": place.page,
                "kind": place.kind,
                "origin": place.origin,
                "style": place.style,
                "visible": _written_permission(place.visible),
                "doubtful": place.doubtful,
                "asked": place.asked,
                "course": None if place.course is None else written_course(place.course),
            }
            for place in review.places
        ],
    }


def written_shape(shape: Shape) -> dict[str, Any]:
    """A shape as JSON, rounded to hundredths of a pixel."""
    if isinstance(shape, Ellipse):
        numbers = (shape.x, shape.y, shape.rx, shape.ry, shape.angle)
        return {"ellipse": [round(number, 2) for number in numbers]}
    return {"polygon": [[round(x, 2), round(y, 2)] for x, y in shape.points]}


def written_course(course: Course) -> dict[str, Any]:
    """When and where, as JSON, rounded to hundredths of a pixel."""
    marks = [[frame, [round(value, 2) for value in (box.x, box.y, box.w, box.h)]] for frame, box in course.marks]
    return {"first": course.first, "stop": course.stop, "marks": marks}


def _written_permission(permission: Permission | None) -> dict[str, str] | None:
    if permission is None:
        return None
    return {"reason": permission.reason, "form": permission.form, "until": permission.until.isoformat()}


def _place(value: object) -> Place:
    table = _table({"course": None, **_mapping(value)}, _PLACE)
    style, course = table["style"], table["course"]  # decisions of earlier versions know no courses
    return Place(
        _matching(table["id"], _ID),
        read_shape(table["shape"]),
        _whole(table["page"], 100_000),
        _matching(table["kind"], _KIND),
        _one_of(table["origin"], ORIGINS),
        None if style is None else _one_of(style, STYLES),
        None if table["visible"] is None else _permission(table["visible"]),
        _switch(table["doubtful"]),
        _switch(table["asked"]),
        None if course is None else read_course(course),
    )


_PLACE = {"id", "shape", "page", "kind", "origin", "style", "visible", "doubtful", "asked", "course"}


def read_course(value: object) -> Course:
    """When and where a place of a film is, from JSON. Raises ValueError."""
    table = _table(value, {"first", "stop", "marks"})
    first, stop, marks = _whole(table["first"], _MOST_FRAMES), _whole(table["stop"], _MOST_FRAMES), table["marks"]
    if not isinstance(marks, list) or len(marks) > _MOST_MARKS or first >= stop:
        raise ValueError("course")
    read_marks = tuple(_mark(mark) for mark in marks)
    if any(later <= earlier for (earlier, _), (later, _) in pairwise(read_marks)):
        raise ValueError("marks")
    return Course(first, stop, read_marks)


def _mark(value: object) -> tuple[int, Box]:
    if not isinstance(value, list) or len(value) != 2 or not isinstance(value[1], list) or len(value[1]) != 4:
        raise ValueError("mark")
    return _whole(value[0], _MOST_FRAMES), Box(*(_number(number) for number in value[1]))


def _permission(value: object) -> Permission:
    table = _table(value, {"reason", "form", "until"})
    form, until = table["form"], table["until"]
    if not isinstance(until, str):
        raise ValueError("until")
    return Permission(
        _one_of(table["reason"], REASONS), "" if form == "" else _matching(form, _FORM), date.fromisoformat(until)
    )


def read_shape(value: object) -> Shape:
    """A shape from JSON. Raises ValueError."""
    if not isinstance(value, Mapping) or len(value) != 1:
        raise ValueError("shape")
    ((kind, numbers),) = value.items()
    if not isinstance(numbers, list):
        raise ValueError("shape")
    if kind == "ellipse" and len(numbers) == 5:
        x, y, rx, ry, angle = (_number(number) for number in numbers)
        if rx <= 0 or ry <= 0:
            raise ValueError("an ellipse without size")
        return Ellipse(x, y, rx, ry, angle)
    if kind == "polygon" and 3 <= len(numbers) <= MOST_POINTS:
        return Polygon(tuple(_point(point) for point in numbers))
    raise ValueError("shape")


def read_placed(value: object) -> tuple[tuple[Shape, str], ...]:
    """Shapes, each of a kind, from JSON. Raises ValueError."""
    if not isinstance(value, list) or len(value) > MOST_PLACES:
        raise ValueError("places")
    tables = [_table(one, {"shape", "kind"}) for one in value]
    return tuple((read_shape(table["shape"]), _matching(table["kind"], _KIND)) for table in tables)


def _point(value: object) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("point")
    return _number(value[0]), _number(value[1])


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("unexpected or missing names")
    return value


def _table(value: object, names: set[str]) -> Mapping[str, Any]:
    table = _mapping(value)
    if set(table) != names:
        raise ValueError("unexpected or missing names")
    return table


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or abs(value) > _LARGEST:
        raise ValueError("number")
    return float(value)


def _whole(value: object, limit: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= limit:
        raise ValueError("whole number")
    return value


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _one_of(value: object, names: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in names:
        raise ValueError("unknown word")
    return value


def _matching(value: object, pattern: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError("text")
    return value
