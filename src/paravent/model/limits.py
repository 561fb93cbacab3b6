"""What a run may take: workers, time, memory; and what is refused before it is decoded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """workers: processes. timeout: seconds a file may take since it last gave a sign of life. memory: megabytes it may
    need."""

    workers: int
    timeout: float = 120.0
    memory: int = 2048


@dataclass(frozen=True, slots=True)
class StillLimits:
    """What is refused before anything is allocated. pixels: of all pictures of a file together; pages: their number."""

    pixels: int = 200_000_000
    pages: int = 2_000
    file_bytes: int = 512_000_000


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """file_bytes: of the source. side, pixels: of a frame. frames: of a film. streams: of a file. header: bytes of the
    tables of a container. depth, boxes: of nested boxes."""

    file_bytes: int = 64_000_000_000
    side: int = 8192
    pixels: int = 8192 * 4352
    frames: int = 2_000_000
    streams: int = 32
    header: int = 256_000_000
    depth: int = 16
    boxes: int = 200_000
