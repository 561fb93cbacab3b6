"""From what is seen to what is covered: the policy's rules, and a human's word in their place."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from paravent.detect.base import Detection
from paravent.errors import Held
from paravent.formats.base import Source
from paravent.model.decision import Decision
from paravent.model.geometry import Region, Shape
from paravent.model.policy import Policy
from paravent.model.style import Style
from paravent.redact.masks import covered_share, face_shape, share_within

# A detection, and the page of its file.
Seen: TypeAlias = tuple[int, Detection]
# Share of a face's box from which on, in an animation, the covering of another frame's face is its own.
_SAME_PLACE = 0.9
# Share of a writing's box from which on a covered person has covered it.
_UNDER_PERSON = 0.995
# Share of a detection from which on it is what a human left visible there, or had covered.
LEFT_VISIBLE = 0.5
_DECIDED = 0.6
# The whole blocks of JPEG add to what is covered, much in a small picture and little in a large one. From _SMALL pixels of
# the longest side on the margin around faces grows, up to _LARGER in pictures of _LARGE and more, to make up for it.
_SMALL, _LARGE, _LARGER = 1000, 3000, 0.15
# Kinds that show through anything but one colour: strokes and modules are read from their edges.
_SOLID = frozenset(("text", "plate", "code", "logo"))


def decided(seen: list[Seen], source: Source, policy: Policy) -> list[Region]:
    """What the policy covers. Raises Held("doubt") where it leaves doubt to a human."""
    regions = proposed(seen, source, policy)
    if policy.doubt == "wait" and any(region.doubtful for region in regions):
        raise Held("doubt")
    return regions


def proposed(seen: list[Seen], source: Source, policy: Policy) -> list[Region]:
    """What the policy would cover, doubt included."""
    if source.moving:
        seen = _once(seen, source, policy)
    regions = without_repetition([as_region(found, _margin(source, page, policy), page) for page, found in seen])
    if source.moving:  # a face does not stay where one frame shows it
        return [replace(region, page=page) for region in regions for page in range(len(source.pages))]
    return regions


def as_region(found: Detection, margin: float, page: int) -> Region:
    """The place of a detection; a face's is an ellipse with so much margin."""
    shape = found.outline or face_shape(found.box, margin, found.landmarks)
    return Region(shape, found.kind, found.score, found.doubtful, page)


def _margin(source: Source, index: int, policy: Policy) -> float:
    """The margin around faces in a page."""
    page = source.pages[index]
    large = (max(page.width, page.height) - _SMALL) / (_LARGE - _SMALL)
    return policy.margin + _LARGER * min(max(large, 0.0), 1.0)


def by_human(decision: Decision, seen: list[Seen], source: Source, policy: Policy) -> list[Region]:
    """What a human had covered, and whatever else is seen that no human left visible: nothing is uncovered by silence."""
    regions = [Region(one.shape, one.kind, page=one.page, style=one.style) for one in decision.regions]
    new = [
        (page, found)
        for page, found in not_left_visible(seen, decision)
        if share_within(_shape(found), tuple(one.shape for one in regions if one.page == page)) < _DECIDED
    ]
    return regions + proposed(new, source, policy)


def not_left_visible(seen: list[Seen], decision: Decision) -> list[Seen]:
    """What is seen where no human said that it may be."""
    visible = {page: tuple(one.shape for one in decision.visible if one.page == page) for page, _ in seen}
    return [(page, found) for page, found in seen if share_within(_shape(found), visible[page]) < LEFT_VISIBLE]


def _shape(found: Detection) -> Shape:
    return found.outline or found.box.outline()


def style_of(region: Region, policy: Policy) -> Style:
    """How a region is covered."""
    if region.style:
        return replace(policy.style, name=region.style)
    return style_for(region.kind, policy)


def style_for(kind: str, policy: Policy) -> Style:
    """How a kind is covered."""
    if kind in _SOLID:
        return replace(policy.style, name="solid")
    if kind == "person" and policy.style.name == "sticker":  # the sticker belongs on the face
        return replace(policy.style, name="veil")
    return policy.style


def without_repetition(regions: list[Region]) -> list[Region]:
    """Persons first, so that the rest is painted on top; without writing that lies on a covered person."""
    people = [region for region in regions if region.kind == "person"]
    covered = {region.page: tuple(one.shape for one in people if one.page == region.page) for region in people}
    rest = [region for region in regions if region.kind != "person"]
    return people + [
        region
        for region in rest
        if region.kind not in _SOLID or covered_share(region.shape.bounds(), covered.get(region.page, ())) < _UNDER_PERSON
    ]


def _once(seen: list[Seen], source: Source, policy: Policy) -> list[Seen]:
    """The detections of an animation without those that the covering of an earlier one covers already."""
    kept: list[Seen] = []
    shapes: tuple[Shape, ...] = ()
    for page, found in sorted(seen, key=lambda one: -one[1].score):
        if covered_share(found.box, shapes) < _SAME_PLACE:
            kept.append((page, found))
            shapes += (as_region(found, _margin(source, page, policy), page).shape,)
    return kept
