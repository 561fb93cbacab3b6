"""What verification says of a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """ok: nothing was found by the checks made. problems: one sentence each. notes: what the checks could not say."""

    ok: bool
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
