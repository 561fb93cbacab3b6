"""The first pass over a film: faces are followed, and packets of sound are judged on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from paravent.detect.faces.network import Network
from paravent.model.limits import VideoLimits
from paravent.video import analysis, sound
from paravent.video.analysis import Analysis
from paravent.video.looking import Looker, Schedule
from paravent.video.progress import Progress
from paravent.video.source import Frame, Video
from paravent.video.tracking.faces import FaceLinker


def _nothing(_frame: Frame) -> None:
    """What is done with a frame besides, as a rule."""


def analyse(
    video: Video,
    network: Network,
    schedule: Schedule,
    limits: VideoLimits,
    progress: Progress,
    besides: Callable[[Frame], None] = _nothing,
) -> Analysis:
    """Go through the film once. besides: is shown each frame. Raises Held."""
    to_encode: set[int] = set()
    linker = FaceLinker.of(video.facts, schedule.large_every)
    found = analysis.analyse(_frames(video, to_encode, besides), Looker(network, schedule), linker, limits.frames, progress)
    found.to_encode = to_encode
    return found


def _frames(video: Video, to_encode: set[int], besides: Callable[[Frame], None]) -> Iterator[Frame]:
    """The frames; notes tracks of sound that cannot be copied."""
    names = {one.index: one.name for one in video.facts.sounds}
    for part in video.parts():
        if isinstance(part, Frame):
            besides(part)
            yield part
        elif not sound.may_be_copied(names[part.index], part.content):
            to_encode.add(part.index)
