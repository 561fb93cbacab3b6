"""What the page is told, as JSON; with sentences in the language of whoever asks."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from paravent.i18n.texts import hold_text
from paravent.model import review
from paravent.model.report import Finding
from paravent.model.review import Review
from paravent.report.wording import describe
from paravent.web.review.album import Album, Look, Picture
from paravent.web.review.desk import Desk
from paravent.web.review.following import Followed


def answer(body: object, status: int = 200) -> Response:
    """JSON in ASCII: names of files may hold what is no text."""
    return Response(json.dumps(body, separators=(",", ":")), status, media_type="application/json")


def item(picture: Picture) -> dict[str, Any]:
    """A picture on the wall."""
    facts = picture.look.facts if picture.look else None
    return {
        "n": picture.number,
        "name": picture.found.relative,
        "state": picture.state.value,
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
        "places": [
            [review.written_shape(place.shape), place.visible is None, place.doubtful]
            for place in picture.review.places
            if place.page == 0 and place.course is None
        ],
    }


def detail(picture: Picture) -> dict[str, Any]:
    """A picture that is open."""
    look = picture.look
    return {
        **item(picture),
        "look": _look(look) if look else None,
        "review": review.written(picture.review),
        "copy": str(picture.copy) if picture.copy else "",
        "editable": bool(picture.source_key),
    }


def film(picture: Picture, followed: Followed | None) -> dict[str, Any]:
    """A film that is open. tracks: place of the review that each is, its path and when it got lost (`ProposedTrack`)."""
    if followed is None:
        return {"ready": False, "share": round(picture.share, 3)}
    body = followed.body
    tracks = zip(followed.places, body["paths"], body["lost"], strict=True)
    return {
        "ready": True,
        "frames": body["frames"],
        "clock": body["clock"],
        "tracks": [{"place": place, "path": path, "lost": lost} for place, path, lost in tracks],
    }


def _look(look: Look) -> dict[str, Any]:
    report = look.report
    return {
        "format": report.format,
        "pages": look.facts.pages,
        "moving": look.facts.moving,
        "film": look.facts.film,
        "findings": [describe(finding) for finding in report.findings if not _seen(finding)],
    }


def _seen(finding: Finding) -> bool:
    """Whether it is a place in the picture, which the page shows in the picture."""
    return finding.where == "picture"


def album(desk: Desk) -> dict[str, Any]:
    """What is open."""
    return {
        "folder": str(desk.order.pictures),
        "output": str(desk.order.output),
        "private": str(desk.order.private),
        "preset": desk.order.policy.name,
        "style": desk.order.policy.style.name,
        "count": len(desk.album.pictures),
        "leftOut": desk.album.left_out,
        **progress(desk.album),
        "doubts": [number for number in desk.album.doubts if not desk.album.pictures[number].review.accepted],
        "doubtsKnown": len(desk.album.doubts),
        "problem": desk.problem,
    }


def changes(desk: Desk, since: int, doubts: int) -> dict[str, Any]:
    """What has changed since the page last asked."""
    numbers = desk.album.since(since)[:500]
    return {
        **progress(desk.album),
        "items": [item(desk.album.pictures[number]) for number in numbers],
        "doubts": desk.album.doubts[doubts:],
        "doubtsKnown": len(desk.album.doubts),
        "problem": desk.problem,
    }


def progress(opened: Album) -> dict[str, Any]:
    """How far the work is."""
    return {"serial": opened.serial, "counts": opened.counts}


def conflict(current: Review) -> Response:
    """Somebody else decided meanwhile."""
    return answer({"review": review.written(current)}, 409)
