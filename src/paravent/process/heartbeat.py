"""A sign of life from long work in a worker process: what moves on is not too late."""

from __future__ import annotations

import time
from collections.abc import Callable

_EVERY = 1.0  # seconds
_tell: Callable[[float], None] | None = None
_last = 0.0
_share = 0.0


def tell_by(tell: Callable[[float], None] | None) -> None:
    """How this process gives a sign; None: not at all."""
    global _tell, _last, _share
    _tell, _last, _share = tell, 0.0, 0.0


def beat(share: float) -> None:
    """The work goes on. share: how much is done, 0 to 1."""
    global _last, _share
    now, _share = time.monotonic(), share
    if _tell is not None and now - _last >= _EVERY:
        _last = now
        _tell(share)


def go_on() -> None:
    """The same from work that does not know how much of the whole it is."""
    beat(_share)
