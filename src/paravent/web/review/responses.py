"""Makes what the page is told; with sentences in the language of whoever asks."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from paravent.i18n.texts import hold_text
from paravent.model import schema
from paravent.model.report import Finding
from paravent.model.review import Review
from paravent.model.review_body import ReviewBody, ShapeBody
from paravent.report.wording import describe
from paravent.web.review.album import Look, Picture
from paravent.web.review.desk import Desk
from paravent.web.review.following import Followed
from paravent.web.review.payloads import (
    AlbumState,
    Changes,
    Conflicting,
    Detail,
    FilmLook,
    Item,
    Items,
    Payload,
    Problem,
    Seen,
    Track,
)

_MOST_CHANGES = 500


def answer(payload: Payload | None = None, status: int = 200) -> Response:
    """As JSON; an empty object for none."""
    return Response(schema.text(payload) if payload else "{}", status, media_type="application/json")


def problem(status: int, sentence: str = "") -> Response:
    """What went wrong, if there is anything to say."""
    return answer(Problem(sentence), status)


def item(picture: Picture) -> Item:
    """A picture on the wall."""
    return Item(**_item(picture))


def items(pictures: list[Picture]) -> Items:
    """Pictures on the wall."""
    return Items(tuple(map(item, pictures)))


def _item(picture: Picture) -> dict[str, Any]:
    facts = picture.look.facts if picture.look else None
    return {
        "n": picture.number,
        "name": picture.found.relative,
        "state": picture.state,
        "held": hold_text(*picture.held) if picture.held else "",
        "film": bool(facts and facts.film),
        "w": facts.width if facts else 0,
        "h": facts.height if facts else 0,
        "version": picture.review.version,
        "share": round(picture.share, 3),
        "unread": picture.held is not None and not picture.source_key,
        "nobody": picture.shows_nobody,
        "following": picture.following,
        "followed": bool(picture.look and picture.look.followed),
        "places": tuple(
            (ShapeBody.of(place.shape), place.visible is None, place.doubtful)
            for place in picture.review.places
            if place.page == 0 and place.course is None
        ),
    }


def detail(picture: Picture) -> Detail:
    """A picture that is open."""
    return Detail(
        **_item(picture),
        look=_seen(picture.look) if picture.look else None,
        review=ReviewBody.of(picture.review),
        copy=str(picture.copy) if picture.copy else "",
        editable=bool(picture.source_key),
    )


def film(picture: Picture, followed: Followed | None) -> FilmLook:
    """A film that is open."""
    if followed is None:
        return FilmLook(False, round(picture.share, 3))
    seen = followed.film
    tracks = tuple(map(Track, followed.places, seen.paths, seen.lost))
    return FilmLook(True, frames=seen.frames, clock=seen.clock, tracks=tracks)


def _seen(look: Look) -> Seen:
    findings = tuple(describe(finding) for finding in look.report.findings if not _in_picture(finding))
    return Seen(look.report.format, look.facts.pages, look.facts.moving, look.facts.film, findings)


def _in_picture(finding: Finding) -> bool:
    """Whether it is a place in the picture, which the page shows in the picture."""
    return finding.where == "picture"


def album(desk: Desk) -> AlbumState:
    """What is open."""
    opened, order = desk.album, desk.order
    return AlbumState(
        folder=str(order.pictures),
        output=str(order.output),
        private=str(order.private),
        preset=order.policy.name,
        style=order.policy.style.name,
        count=len(opened.pictures),
        left_out=opened.left_out,
        serial=opened.serial,
        counts=opened.counts,
        doubts=tuple(number for number in opened.doubts if not opened.pictures[number].review.accepted),
        doubts_known=len(opened.doubts),
        problem=desk.problem or desk.lost,
    )


def changes(desk: Desk, since: int, doubts: int) -> Changes:
    """What has changed since the page last asked."""
    opened = desk.album
    numbers = opened.since(since)[:_MOST_CHANGES]
    return Changes(
        serial=opened.serial,
        counts=opened.counts,
        items=tuple(item(opened.pictures[number]) for number in numbers),
        doubts=tuple(opened.doubts[doubts:]),
        doubts_known=len(opened.doubts),
        problem=desk.problem or desk.lost,
    )


def conflict(current: Review) -> Response:
    """Somebody else decided meanwhile."""
    return answer(Conflicting(ReviewBody.of(current)), 409)
