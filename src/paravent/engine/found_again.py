"""What was found in a picture that somebody has decided about: what of it is new, and which item a track is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from paravent.model import same_track
from paravent.model.review import Review, ReviewItem
from paravent.redact.masks import covered_share

# Share of a new item's box from which on, in a picture, it is one that was decided about before.
_SAME = 0.5


def with_found(review: Review, found: Sequence[ReviewItem], recipe: str) -> Review:
    """With what was found by a recipe other than the one that was decided about: new items are covered and asked."""
    if recipe == review.recipe:
        return review
    new = _new(review, found)
    accepted = review.accepted and not new
    return replace(review, recipe=recipe, accepted=accepted, items=review.items + _added(review, new, asked=True))


def with_tracks(review: Review, found: Sequence[ReviewItem], recipe: str) -> Review:
    """With the tracks of a film that was decided about as a whole, everything covered: nothing is to be asked."""
    return replace(review, recipe=recipe, items=review.items + _added(review, _new(review, found), asked=False))


def item_of(review: Review, track: ReviewItem) -> str:
    """Name of the item that a track of a film is here; "" if it is none."""
    known = same_track.item_of(track, review.items, lambda item: item.visible is None)
    return known.id if known else ""


def _new(review: Review, found: Sequence[ReviewItem]) -> list[ReviewItem]:
    return [item for item in found if not _is_known(review, item)]


def _added(review: Review, new: Sequence[ReviewItem], *, asked: bool) -> tuple[ReviewItem, ...]:
    known = {item.id for item in review.items}
    fresh = (f"n{number}" for number in count() if f"n{number}" not in known)
    return tuple(replace(one, id=next(fresh) if one.id in known else one.id, asked=asked) for one in new)


def _is_known(review: Review, found: ReviewItem) -> bool:
    if found.course is not None:
        return bool(item_of(review, found))
    here = tuple(item.shape for item in review.items if item.page == found.page)
    return covered_share(found.shape.bounds(), here) >= _SAME
