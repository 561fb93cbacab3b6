"""Signs of life while a video is gone through several times."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from paravent.process import heartbeat


def beat(done: int, passes: int, file: BinaryIO) -> Callable[[int], None]:
    """Signs of life; how far a pass is, is told by how far the file was read. done: of all passes."""
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
