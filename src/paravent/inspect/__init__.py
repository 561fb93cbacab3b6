"""What a file's container gives away, read from its bytes without decoding the picture."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from paravent.inspect.entry import Audit, merged
from paravent.inspect.signatures import known_format
from paravent.model.report import Finding

__all__ = ["Audit", "Inspection", "inspect", "known_format"]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the container of one file gives away: kinds, counts, precision and sizes, never values."""

    findings: tuple[Finding, ...]


def inspect(data: bytes, audit: Audit, *, deep: bool = True) -> Inspection:
    """Read the container as its format says. deep: also look where it takes inflating the whole picture (behind a PNG's
    compressed stream, where hardly anyone hides anything).

    Never raises over the bytes themselves: damage ends the reading or is a finding "unreadable"; whether the picture
    is whole is for decoding to say.
    """
    entries = audit.entries(data)
    if deep and audit.deep:
        entries = chain(entries, audit.deep(data))
    return Inspection(merged(entries))
