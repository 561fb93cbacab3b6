"""What a process that works on files keeps between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from paravent.detect.detector_set import DetectorSet
from paravent.formats import HEAD, FormatSpec, recognise, specs
from paravent.model.job import Job
from paravent.model.limits import StillLimits, VideoLimits
from paravent.stores.base import Output, Source


@dataclass(frozen=True, slots=True)
class Tools:
    """Opened and loaded once, when the process starts; no job carries any of it.

    detectors: None where only metadata is looked at. source: where originals come from. outputs: where copies appear, by
    the names that jobs know them by. key: of this installation, for HMAC-SHA-256.
    """

    detectors: DetectorSet | None
    source: Source
    outputs: Mapping[str, Output] = field(default_factory=dict)
    key: bytes = field(default=b"", repr=False)
    still: StillLimits = field(default_factory=StillLimits)
    video: VideoLimits = field(default_factory=VideoLimits)

    def needed(self) -> DetectorSet:
        """The detectors, where there is no work without them."""
        if self.detectors is None:
            raise ValueError("looking needs detectors")
        return self.detectors

    def format_of(self, job: Job) -> FormatSpec | None:
        """What was recognised when the job was planned, else what its first bytes say now."""
        if job.format is None:
            return recognise(self.source.head(job.identity, HEAD))
        return next((spec for spec in specs() if spec.name == job.format), None)
