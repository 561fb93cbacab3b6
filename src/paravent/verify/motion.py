"""What a container says of its animation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Motion:
    """timing: how long each frame is shown, in milliseconds; empty for still pictures. loop: plays, 0: for ever."""

    timing: tuple[int, ...] = ()
    loop: int = 1
