"""Films, told from pictures; what they need is loaded with the first one."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from paravent.detect.detector_set import DetectorSet
from paravent.errors import Held
from paravent.model.job import Job, Outcome
from paravent.model.report import FileReport, Status
from paravent.verify.verdict import Verdict
from paravent.video import kinds

if TYPE_CHECKING:
    from paravent.detect.faces.network import Network
    from paravent.video.proposal import Proposal


def is_one(path: Path) -> bool:
    """Whether a file is a video."""
    return bool(kinds.of_file(path))


def protect(job: Job, detectors: DetectorSet) -> Outcome:
    """Prepare one video and publish the copy; see `pipeline.video`."""
    if find_spec("av") is None:
        return _missing(job)
    from paravent.pipeline import video  # noqa: PLC0415  (loads libav)

    return video.protect(job, detectors)


def scan(job: Job, detectors: DetectorSet | None) -> Outcome:
    """Audit one video; see `pipeline.video`."""
    if find_spec("av") is None:
        return _missing(job)
    from paravent.pipeline import video  # noqa: PLC0415

    return video.scan(job, detectors)


def look(job: Job, detectors: DetectorSet | None) -> tuple[Outcome, Proposal | None]:
    """Look at one video for a human to decide; see `pipeline.video`."""
    if find_spec("av") is None:
        return _missing(job), None
    from paravent.pipeline import video  # noqa: PLC0415

    return video.look(job, detectors)


def judge(path: Path, network: Network, *, unchanged: bool) -> Verdict:
    """Judge one video from its bytes; see `verify.film.judging`."""
    if find_spec("av") is None:
        return Verdict(False, (str(Held("library-missing", format=kinds.of_file(path), extra="video")),))
    from paravent.verify.film import judging  # noqa: PLC0415

    return judging.judge(path, network, unchanged=unchanged)


def compare(copy: Path, original: Path) -> Verdict:
    """Compare one video with its original; see `verify.film.comparing`."""
    if find_spec("av") is None:
        return Verdict(False, (str(Held("library-missing", format=kinds.of_file(copy), extra="video")),))
    from paravent.verify.film import comparing  # noqa: PLC0415

    return comparing.compare(copy, original)


def _missing(job: Job) -> Outcome:
    kind = kinds.of_file(Path(job.path))
    params: dict[str, str | int] = {"format": kind, "extra": "video"}
    return Outcome(FileReport(job.relative, Status.HELD, format=kind, hold="library-missing", hold_params=params))
