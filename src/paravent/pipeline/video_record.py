"""What is known of a video while it is prepared."""

from __future__ import annotations

from dataclasses import dataclass, field

from paravent.model.report import VideoReport
from paravent.pipeline.record import Record
from paravent.video.tracking.track import Track


@dataclass(slots=True)
class VideoRecord(Record):
    """area: mean area of a frame's coverings, in pixels. size: of a frame of the source, upright.
    tracks: what is covered somewhere."""

    tracks: list[Track] = field(default_factory=list)
    area: float = 0.0
    size: tuple[int, int] = (0, 0)
    video: VideoReport = field(default_factory=VideoReport)
