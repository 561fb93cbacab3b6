"""From what is seen to what is covered: the policy's rules, and a human's word in their place."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from paravent.detect.base import Detection
from paravent.detect.regions import as_region
from paravent.detect.upright import Page
from paravent.errors import Held
from paravent.formats.base import Covered, Source, Writing
from paravent.model import same_person
from paravent.model.decision import LEFT_VISIBLE, Decision
from paravent.model.geometry import Ellipse, Region, Shape, to_stored
from paravent.model.policy import Policy
from paravent.model.style import Style, Styles
from paravent.redact.masks import covered_share, share_within
from paravent.redact.rules import style_of, without_repetition

# A detection, and the page of its file.
PageDetection: TypeAlias = tuple[int, Detection]
# Share of a face's box from which on, in an animation, the covering of another frame's face is its own.
_SAME_PLACE = 0.9
# Share of a detection from which on it is what a human had covered there.
DECIDED = 0.6
# The whole blocks of JPEG add to what is covered, much in a small picture and little in a large one. From _SMALL pixels of
# the longest side on the margin around faces grows, up to _LARGER in pictures of _LARGE and more, to make up for it.
_SMALL, _LARGE, _LARGER = 1000, 3000, 0.15
# Where faces are small or blurred, detectors are wrong by pixels, not by shares. So the covering is the face times the
# margin less _LESS, and on each side _PIXELS more, or _SHARE of the face if that is more.
_LESS, _PIXELS, _SHARE = 0.16, 5.0, 0.035


def decided(seen: list[PageDetection], source: Source, policy: Policy) -> list[Region]:
    """What the policy covers. Raises Held("doubt") where it leaves doubt to a human."""
    regions = proposed(seen, source, policy)
    if policy.doubt == "wait" and any(region.doubtful for region in regions):
        raise Held("doubt")
    return regions


def proposed(seen: list[PageDetection], source: Source, policy: Policy) -> list[Region]:
    """What the policy would cover, doubt included."""
    if source.moving:
        seen = _once(seen, source, policy)
    regions = without_repetition([_covering(found, source, page, policy) for page, found in seen])
    if source.moving:  # a face does not stay where one frame shows it
        return [replace(region, page=page) for region in regions for page in range(len(source.pages))]
    return regions


def _covering(found: Detection, source: Source, index: int, policy: Policy) -> Region:
    """What a policy covers of a detection in a page."""
    region = as_region(found, margin_in(source.pages[index], policy), index)
    return replace(region, shape=widened(region.shape, max(found.box.w, found.box.h)))


def margin_in(page: Page, policy: Policy) -> float:
    """How many times as large as a face what covers it is, but for what `widened` adds."""
    large = (max(page.width, page.height) - _SMALL) / (_LARGE - _SMALL)
    return policy.margin + _LARGER * min(max(large, 0.0), 1.0) - _LESS


def widened(shape: Shape, side: float) -> Shape:
    """What covers a face, with what is added on each side; any other shape as it is. side: the face's longer one."""
    if not isinstance(shape, Ellipse):
        return shape
    more = max(_PIXELS, _SHARE * side)
    return replace(shape, rx=shape.rx + more, ry=shape.ry + more)


def by_human(decision: Decision, seen: list[PageDetection], source: Source, policy: Policy) -> list[Region]:
    """What a human had covered, and whatever else is seen that no human left visible: nothing is uncovered by silence."""
    regions = [Region(one.shape, one.kind, page=one.page, style=one.style) for one in decision.regions]
    new = [
        (page, found)
        for page, found in not_left_visible(seen, decision)
        if share_within(_shape(found), tuple(one.shape for one in regions if one.page == page)) < DECIDED
    ]
    return regions + proposed(new, source, policy)


def not_left_visible(seen: list[PageDetection], decision: Decision) -> list[PageDetection]:
    """What is seen where no human said that it may be. Of the name on a shirt nothing was said with its wearer."""
    return [
        (page, found)
        for page, found in seen
        if share_within(_shape(found), _visible(decision, page, found.kind)) < LEFT_VISIBLE
    ]


def _visible(decision: Decision, page: int, kind: str) -> tuple[Shape, ...]:
    """Where what is of a kind was left visible in a page; a place of no kind holds for all."""
    alike = same_person.KINDS if kind in same_person.KINDS else (kind,)
    return tuple(one.shape for one in decision.visible if one.page == page and one.kind in ("", *alike))


def _shape(found: Detection) -> Shape:
    return found.outline or found.box.outline()


def _once(seen: list[PageDetection], source: Source, policy: Policy) -> list[PageDetection]:
    """The detections of an animation without those that the covering of an earlier one covers already."""
    kept: list[PageDetection] = []
    shapes: tuple[Shape, ...] = ()
    for page, found in sorted(seen, key=lambda one: -one[1].score):
        if covered_share(found.box, shapes) < _SAME_PLACE:
            kept.append((page, found))
            shapes += (_covering(found, source, page, policy).shape,)
    return kept


def covered_by(source: Source, regions: list[Region], policy: Policy) -> Covered:
    """The source with these regions (pixels of its upright pages) covered; not encoded, not verified. Raises Held."""
    shapes: list[tuple[Shape, ...]] = []
    others: dict[Shape, Style] = {}
    for i, page in enumerate(source.pages):
        here = [region for region in regions if region.page == i]
        stored = [to_stored(region.shape, page.orientation, page.width, page.height) for region in here]
        others.update((shape, style_of(region, policy)) for shape, region in zip(stored, here, strict=True))
        shapes.append(tuple(stored))
    return source.covered(shapes, Writing(Styles(policy.style, others), policy.max_size, policy.reencode))
