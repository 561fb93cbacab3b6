"""Byte streams of units, as encoders of H.264 and HEVC give them (ITU-T H.264 and H.265, annex B)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_START = re.compile(re.escape(b"\0\0\1"))


def units(stream: bytes) -> Iterator[bytes]:
    """The units of a byte stream, without start codes and the zeros behind."""
    starts = [match.end() for match in _START.finditer(stream)]
    ends = [start - 3 for start in starts[1:]] + [len(stream)]
    for start, end in zip(starts, ends, strict=True):
        unit = stream[start:end].rstrip(b"\0")
        if unit:
            yield unit


def with_lengths(kept: Iterable[bytes]) -> bytes:
    """Units as containers store them, lengths of four bytes in front."""
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in kept)
