"""Times in a film as people write them."""

from __future__ import annotations

import re

_FORM = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:\.\d{1,6})?)")


def clock(time: float) -> str:
    """Seconds as hours, minutes and seconds: '0:01:30.50'."""
    minutes, rest = divmod(time, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02}:{rest:05.2f}"


def seconds(text: str) -> float:
    """'90', '1:30', '0:01:30.5' as seconds. Raises ValueError."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    hours, minutes, rest = match.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(rest)
