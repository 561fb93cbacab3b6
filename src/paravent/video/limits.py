"""What is refused before a film is decoded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FilmLimits:
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
