"""How far the work on a video is, while it is gone through several times."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from paravent.process import heartbeat

# Told after each frame: how many were done.
Progress = Callable[[int], None]


def reporter(done: int, passes: int, file: BinaryIO) -> Progress:
    """Tells the parent of this worker. How far a pass is, is known by how far the file was read. done: of all passes."""
    size = max(1, _length(file))

    def tell(frames: int) -> None:
        del frames
        heartbeat.beat(min(1.0, (done + min(1.0, file.tell() / size)) / passes))

    return tell


def _length(file: BinaryIO) -> int:
    at = file.tell()
    size = file.seek(0, 2)
    file.seek(at)
    return size
