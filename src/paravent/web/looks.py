"""What was found in a picture, as the review store keeps it."""

from __future__ import annotations

from typing import Any

from paravent import review
from paravent.redact.geometry import Region
from paravent.report import FileReport, Finding, Kind, Status
from paravent.review import Place
from paravent.web.album import Look
from paravent.web.hands import Done, Facts


def of(done: Done, recipe: str) -> Look:
    """What a worker found. In an animation a place is in all pages, and told once."""
    regions = done.outcome.regions
    if done.facts.moving:
        regions = tuple(region for region in regions if region.page == 0)
    places = tuple(_place(number, region) for number, region in enumerate(regions[: review.MOST_PLACES]))
    return Look(done.outcome.report, places, recipe, done.facts)


def written(look: Look) -> dict[str, Any]:
    """As JSON; no path stands in it."""
    report = look.report
    return {
        "format": report.format,
        "width": look.facts.width,
        "height": look.facts.height,
        "pages": look.facts.pages,
        "moving": look.facts.moving,
        "film": look.facts.film,
        "findings": [[one.kind.value, one.where, one.count, one.precision, one.size] for one in report.findings],
        "places": review.written(review.Review(places=look.places))["places"],
    }


def read(body: dict[str, Any], recipe: str, relative: str, source_key: str) -> Look:
    """What `written` wrote, for a picture of that name and hash."""
    table = {"version": 0, "outcome": "", "accepted": False, "recipe": "", "places": body["places"]}
    findings = tuple(
        Finding(Kind(kind), where, count, precision, size) for kind, where, count, precision, size in body["findings"]
    )
    report = FileReport(relative, Status.SCANNED, format=body["format"], findings=findings)
    facts = Facts(source_key, body["pages"], body["moving"], body["film"], body["width"], body["height"])
    return Look(report, review.read(table).places, recipe, facts)


def _place(number: int, region: Region) -> Place:
    return Place(f"f{number}", region.shape, region.page, region.kind, "found", doubtful=region.doubtful)
