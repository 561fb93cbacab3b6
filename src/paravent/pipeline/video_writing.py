"""Writes one copy of a film into a staged file, and has it judged from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from paravent.model.limits import VideoLimits
from paravent.stores.base import Staged
from paravent.verify.video import checking
from paravent.verify.video.watching import Checked, Watch
from paravent.video.analysis import Analysis
from paravent.video.progress import Progress, reporter
from paravent.video.rewriting import Wanted, Written, rewrite
from paravent.video.source import Video
from paravent.video.survey import Recheck
from paravent.video.tracking.regions import Regions

PASSES = 3  # over the frames: see, rewrite, check


@dataclass(frozen=True, slots=True)
class VideoWriter:
    """See `rounds.Writer`. wanted: how the copy is made. passes: over the frames, of a round and before it."""

    video: Video
    file: BinaryIO
    analysis: Analysis
    wanted: Wanted
    staged: Staged
    passes: int

    def make(self, regions: Regions, watch: Watch, recheck: Recheck) -> tuple[Written, Checked]:
        """See `rounds.Writer.make`."""
        wanted, staged = self.wanted, self.staged
        staged.clear()
        with staged.writing() as out:
            progress = self.progress(-2, self.file)
            written = rewrite(self.video, regions, self.analysis, wanted, out, progress)
        copied = regions.part(wanted.first, wanted.stop).scaled(*wanted.size)
        with staged.reading() as copy:
            progress = self.progress(-1, copy)
            return written, checking.check(copy, written, copied, watch, recheck, VideoLimits(), progress)

    def progress(self, done: int, file: BinaryIO) -> Progress:
        """Tells how far the work is. done: passes that lie behind; a negative number counts from the last. file: what is
        read."""
        return reporter(done % self.passes, self.passes, file)
