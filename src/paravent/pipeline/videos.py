"""Films, told from pictures; what they need is loaded with the first one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paravent.errors import Held
from paravent.formats import FormatSpec
from paravent.model.job import Job, Outcome
from paravent.model.report import FileReport, Status
from paravent.pipeline.tools import Tools
from paravent.stores.reading import format_of
from paravent.verify.verdict import Verdict

if TYPE_CHECKING:
    from paravent.detect.faces.network import Network
    from paravent.video.proposal import Proposal


def is_one(job: Job, tools: Tools) -> bool:
    """Whether a file is a video."""
    spec = tools.format_of(job)
    return spec is not None and spec.is_video


def protect(job: Job, tools: Tools) -> Outcome:
    """Prepare one video and publish the copy; see `pipeline.video`."""
    missing = _missing(tools.format_of(job))
    if missing:
        return _held(job, missing)
    from paravent.pipeline import video  # noqa: PLC0415  (loads libav)

    return video.protect(job, tools)


def scan(job: Job, tools: Tools) -> Outcome:
    """Audit one video; see `pipeline.video`."""
    missing = _missing(tools.format_of(job))
    if missing:
        return _held(job, missing)
    from paravent.pipeline import video  # noqa: PLC0415

    return video.scan(job, tools)


def look(job: Job, tools: Tools, *, tracks: bool) -> tuple[Outcome, Proposal | None]:
    """Look at one video for a human to decide; see `pipeline.video`."""
    missing = _missing(tools.format_of(job))
    if missing:
        return _held(job, missing), None
    from paravent.pipeline import video  # noqa: PLC0415

    return video.look(job, tools, tracks=tracks)


def is_video_file(path: Path) -> bool:
    """Whether a file among copies is a video."""
    spec = format_of(path)
    return spec is not None and spec.is_video


def judge(path: Path, network: Network, *, unchanged: bool) -> Verdict:
    """Judge one video from its bytes; see `verify.film.judging`."""
    missing = _missing(format_of(path))
    if missing:
        return Verdict(False, (str(missing),))
    from paravent.verify.film import judging  # noqa: PLC0415

    return judging.judge(path, network, unchanged=unchanged)


def compare(copy: Path, original: Path) -> Verdict:
    """Compare one video with its original; see `verify.film.comparing`."""
    missing = _missing(format_of(copy))
    if missing:
        return Verdict(False, (str(missing),))
    from paravent.verify.film import comparing  # noqa: PLC0415

    return comparing.compare(copy, original)


def _missing(spec: FormatSpec | None) -> Held | None:
    """Why no video can be worked on here, if that is so."""
    try:
        if spec:
            spec.require()
    except Held as held:
        return held
    return None


def _held(job: Job, held: Held) -> Outcome:
    form = str(held.params["format"])
    return Outcome(FileReport(job.relative, Status.HELD, format=form, hold=held.code, hold_params=held.params))
