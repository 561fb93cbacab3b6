"""What was found in a picture, as the review store keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paravent.engine.reviewing import Facts, Reviewed
from paravent.model.geometry import Ellipse, Polygon, Region
from paravent.model.report import FileReport, Finding, Status
from paravent.model.review import ReviewItem
from paravent.model.review_body import MOST_ITEMS, ReviewItemBody
from paravent.state.bodies import FindingBody, ProposalBody, VideoProposalBody
from paravent.web.review.album import PictureProposal

if TYPE_CHECKING:
    from paravent.video.proposal import Proposal, ProposedTrack

_ELLIPSE = 4  # numbers of one in `ProposedTrack.path`


def of(done: Reviewed, recipe: str) -> PictureProposal:
    """What a worker found. In an animation a place is in all pages, and told once; in a film it is a track."""
    if done.proposal is not None:
        tracks = tuple(_track(number, track) for number, track in enumerate(done.proposal.tracks))
        return PictureProposal(done.outcome.report, tracks, recipe, done.facts, followed=True)
    regions = done.outcome.regions
    if done.facts.moving:
        regions = tuple(region for region in regions if region.page == 0)
    items = tuple(_item(number, region) for number, region in enumerate(regions[:MOST_ITEMS]))
    return PictureProposal(done.outcome.report, items, recipe, done.facts)


def written(look: PictureProposal, proposal: Proposal | None = None) -> ProposalBody:
    """As private state keeps it."""
    facts = look.facts
    findings = (FindingBody(one.kind, one.where, one.count, one.precision, one.size) for one in look.report.findings)
    return ProposalBody(
        *(look.report.format, facts.width, facts.height, facts.pages, facts.moving, facts.video),
        tuple(findings),
        tuple(map(ReviewItemBody.of, look.items)),
        _written_proposal(proposal) if proposal else None,
    )


def _written_proposal(proposal: Proposal) -> VideoProposalBody:
    paths = tuple(track.path for track in proposal.tracks)
    return VideoProposalBody(proposal.frames, proposal.clock, paths, tuple(track.lost for track in proposal.tracks))


def read(body: ProposalBody, recipe: str, relative: str, source_key: str) -> PictureProposal:
    """What `written` wrote, for a picture of that name and hash."""
    findings = tuple(Finding(one.kind, one.where, one.count, one.precision, one.size) for one in body.findings)
    report = FileReport(relative, Status.SCANNED, format=body.format, findings=findings)
    facts = Facts(source_key, body.pages, body.moving, body.video, body.width, body.height)
    items = tuple(item.item() for item in body.items)
    return PictureProposal(report, items, recipe, facts, followed=body.followed is not None)


def _item(number: int, region: Region) -> ReviewItem:
    return ReviewItem(f"f{number}", region.shape, region.page, region.kind, "found", doubtful=region.doubtful)


def _track(number: int, track: ProposedTrack) -> ReviewItem:
    course = track.course
    middle = course.marks[len(course.marks) // 2][0]
    _, numbers = min(track.path, key=lambda step: abs(step[0] - middle))
    is_ellipse = len(numbers) == _ELLIPSE
    shape = Ellipse(*numbers) if is_ellipse else Polygon(tuple(zip(numbers[::2], numbers[1::2], strict=True)))
    return ReviewItem(f"f{number}", shape, 0, track.kind, "found", doubtful=track.doubtful, course=course)
