"""What can be done with one file, whatever medium it is: pictures and videos have the same verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from paravent.errors import Held
from paravent.formats import FormatSpec
from paravent.model.job import Job, Outcome
from paravent.model.report import FileReport, Status
from paravent.pipeline.tools import Tools

if TYPE_CHECKING:
    from paravent.video.proposal import Proposal


class _Medium(Protocol):
    """`pipeline.still` and `pipeline.video`. A bad file never raises: it is held back, and the report says why."""

    def protect(self, job: Job, tools: Tools) -> Outcome: ...

    def scan(self, job: Job, tools: Tools) -> Outcome: ...

    def propose(self, job: Job, tools: Tools, *, tracks: bool) -> tuple[Outcome, Proposal | None]: ...


def protect(job: Job, tools: Tools) -> Outcome:
    """Prepare one file and publish the copy."""
    try:
        return _medium(tools.format_of(job)).protect(job, tools)
    except Held as held:
        return _without_extra(job, held)


def scan(job: Job, tools: Tools) -> Outcome:
    """Audit one file; nothing is written."""
    try:
        return _medium(tools.format_of(job)).scan(job, tools)
    except Held as held:
        return _without_extra(job, held)


def propose(job: Job, tools: Tools, *, tracks: bool = False) -> tuple[Outcome, Proposal | None]:
    """What the policy would cover, for a human to decide; nothing is written. tracks: in all frames of a video, else it is
    only said what that is."""
    try:
        return _medium(tools.format_of(job)).propose(job, tools, tracks=tracks)
    except Held as held:
        return _without_extra(job, held), None


def _medium(spec: FormatSpec | None) -> _Medium:
    """What works on files of a format, loaded with the first one. Raises Held where an extra is not installed."""
    if spec is None or not spec.is_video:
        from paravent.pipeline import still  # noqa: PLC0415

        return cast(_Medium, still)
    spec.require()
    from paravent.pipeline import video  # noqa: PLC0415  (loads libav)

    return cast(_Medium, video)


def _without_extra(job: Job, held: Held) -> Outcome:
    form = str(held.params.get("format", ""))
    return Outcome(FileReport(job.relative, Status.HELD, format=form, hold=held.code, hold_params=held.params))
