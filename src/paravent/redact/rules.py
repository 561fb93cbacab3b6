"""Rules of covering that all who cover and all who judge share: how a kind is covered, and what need not be."""

from __future__ import annotations

from dataclasses import replace

from paravent.model.geometry import Region
from paravent.model.policy import Policy
from paravent.model.style import Style
from paravent.redact.masks import covered_share

# Share of a writing's box from which on a covered person has covered it.
_UNDER_PERSON = 0.995
# Kinds that show through anything but one colour: strokes and modules are read from their edges.
_SOLID = frozenset(("text", "plate", "code", "logo"))


def style_for(kind: str, policy: Policy) -> Style:
    """How a kind is covered."""
    if kind in _SOLID:
        return replace(policy.style, name="solid")
    if kind == "person" and policy.style.name == "sticker":  # the sticker belongs on the face
        return replace(policy.style, name="veil")
    return policy.style


def style_of(region: Region, policy: Policy) -> Style:
    """How a region is covered: as a human chose, else as its kind is."""
    return replace(policy.style, name=region.style) if region.style else style_for(region.kind, policy)


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
