"""Makes what the page is told; with sentences in the language of whoever asks."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from paravent.engine import installing, permissions
from paravent.i18n.texts import _, hold_text
from paravent.model import same_person, schema
from paravent.model.report import Finding
from paravent.model.review import Review
from paravent.model.review_body import ReviewBody, ShapeBody
from paravent.report.wording import describe
from paravent.web.review import waiting
from paravent.web.review.album import Picture, PictureProposal
from paravent.web.review.payloads import (
    AlbumState,
    Changes,
    Conflicting,
    Detail,
    Form,
    FormCopy,
    FormPicture,
    Forms,
    Looking,
    Needs,
    Payload,
    PictureFindings,
    Problem,
    Rest,
    Track,
    VideoProposalState,
    WallPicture,
    WallPictures,
)
from paravent.web.review.session import ReviewSession
from paravent.web.review.video_proposals import VideoProposal

_MOST_CHANGES = 500


def answer(payload: Payload | None = None, status: int = 200) -> Response:
    """As JSON; an empty object for none."""
    return Response(schema.text(payload) if payload else "{}", status, media_type="application/json")


def problem(status: int, sentence: str = "") -> Response:
    """What went wrong, if there is anything to say."""
    return answer(Problem(sentence), status)


def lacking(needs: installing.Needs) -> Response:
    """Something must be installed first."""
    return answer(Problem(_("This needs a further part, which is not installed."), told_needs(needs)), 422)


def told_needs(found: installing.Needs) -> Needs:
    """What is missing, as the page is told."""
    if not found.parts:
        return Needs((), 0, 0, False)
    return Needs(found.parts, found.megabytes, found.seconds, found.blocking)


def item(picture: Picture) -> WallPicture:
    """A picture on the wall."""
    return WallPicture(**_item(picture))


def items(pictures: list[Picture]) -> WallPictures:
    """Pictures on the wall."""
    return WallPictures(tuple(map(item, pictures)))


def _item(picture: Picture) -> dict[str, Any]:
    facts = picture.proposal.facts if picture.proposal else None
    return {
        "n": picture.number,
        "name": picture.found.relative,
        "state": picture.state,
        "held": _held(picture),
        "why": waiting.why(picture),
        "video": bool(facts and facts.video),
        "w": facts.width if facts else 0,
        "h": facts.height if facts else 0,
        "version": picture.review.version,
        "share": round(picture.share, 3),
        "unread": picture.unread,
        "nobody": picture.shows_nobody,
        "following": picture.following,
        "followed": bool(picture.proposal and picture.proposal.followed),
        "seen": picture.seen,
        "ended": picture.ended,
        "items": tuple(
            (ShapeBody.of(item.shape), item.visible is None, item.doubtful)
            for item in picture.review.items
            if item.page == 0 and item.course is None
        ),
    }


def _held(picture: Picture) -> str:
    if picture.held is None:
        return ""
    code, params = picture.held
    if code == "library-missing":  # the page installs it
        return _("{format} needs a further part, which is not installed.").format(format=params["format"])
    return hold_text(code, params)


def detail(picture: Picture) -> Detail:
    """A picture that is open."""
    items = picture.review.items
    return Detail(
        **_item(picture),
        look=_seen(picture.proposal) if picture.proposal else None,
        review=ReviewBody.of(picture.review),
        copy=str(picture.copy) if picture.copy else "",
        editable=bool(picture.source_key),
        together=tuple(same_person.together(items)),
        hidden=tuple(same_person.hidden(items)),
    )


def video(picture: Picture, followed: VideoProposal | None) -> VideoProposalState:
    """A film that is open."""
    if followed is None:
        return VideoProposalState(False, round(picture.share, 3))
    seen = followed.video
    tracks = tuple(map(Track, followed.items, seen.paths, seen.lost))
    return VideoProposalState(True, frames=seen.frames, clock=seen.clock, tracks=tracks)


def _seen(look: PictureProposal) -> PictureFindings:
    findings = tuple(describe(finding) for finding in look.report.findings if not _in_picture(finding))
    return PictureFindings(look.report.format, look.facts.pages, look.facts.moving, look.facts.video, findings)


def _in_picture(finding: Finding) -> bool:
    """Whether it is a place in the picture, which the page shows in the picture."""
    return finding.where == "picture"


def album(session: ReviewSession) -> AlbumState:
    """What is open."""
    opened, request = session.album, session.request
    return AlbumState(
        folder=str(request.pictures),
        output=str(request.output),
        private=str(request.private),
        preset=request.policy.name,
        style=request.policy.style.name,
        sound=request.policy.sound,
        count=len(opened.pictures),
        left_out=opened.left_out,
        serial=opened.serial,
        **_progress(session),
        doubts=tuple(number for number in opened.doubts if not opened.pictures[number].review.accepted),
        doubts_known=len(opened.doubts),
        needs=_needs(session),
        problem=session.problem or session.lost,
    )


def _needs(session: ReviewSession) -> Needs | None:
    lacking = session.album.lacking
    return told_needs(installing.named(lacking)) if lacking else None


def _progress(session: ReviewSession) -> dict[str, Any]:
    rest = session.album.rest
    count, seen = session.album.to_look_at
    told = Rest(rest.ready, rest.nobody, rest.decided, rest.unopened, rest.unopened_nobody)
    return {"counts": session.album.counts, "rest": told, "to_look_at": count, "seen": seen}


def looking(session: ReviewSession, after: int) -> Looking:
    """How far somebody is with looking at each picture, and which is next behind that number."""
    return Looking(*session.album.to_look_at, session.album.next_unseen(after))


def forms(found: list[permissions.Form], damaged: int, session: ReviewSession | None) -> Forms:
    """Every form; with the numbers of pictures in the folder that is open."""
    return Forms(tuple(_form(one, session) for one in found), damaged)


def _form(form: permissions.Form, session: ReviewSession | None) -> Form:
    pictures = (
        FormPicture(str(path or ""), session.number_of(path) if session and path else None) for path in form.pictures
    )
    copies = (FormCopy(str(one.copy or ""), str(one.original or ""), one.over) for one in form.copies)
    return Form(
        *(form.number, form.standing, form.ends.isoformat(), form.until.isoformat()),
        form.withdrawn.isoformat() if form.withdrawn else "",
        tuple(pictures),
        tuple(copies),
    )


def changes(session: ReviewSession, since: int, doubts: int) -> Changes:
    """What has changed since the page last asked."""
    opened = session.album
    numbers = opened.since(since)[:_MOST_CHANGES]
    return Changes(
        serial=opened.serial,
        **_progress(session),
        items=tuple(item(opened.pictures[number]) for number in numbers),
        doubts=tuple(opened.doubts[doubts:]),
        doubts_known=len(opened.doubts),
        needs=_needs(session),
        problem=session.problem or session.lost,
    )


def conflict(current: Review) -> Response:
    """Somebody else decided meanwhile."""
    return answer(Conflicting(ReviewBody.of(current)), 409)
