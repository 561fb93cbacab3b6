"""Checks of formats that other packages offer; see `model.offered`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from paravent.model.limits import StillLimits
from paravent.model.offered import offered
from paravent.model.samples import DeepSamples
from paravent.verify.profiles import Allowed


class Check(Protocol):
    """Reads a container by its allowlist. Raises Held for anything that no copy holds.

    orientation, profiles: what it may state; None for any orientation.
    """

    def __call__(self, data: bytes, *, orientation: int | None, profiles: Allowed) -> object:
        """What `verify.judge` makes of it besides."""
        ...


@dataclass(frozen=True, slots=True)
class FormatCheck:
    """How copies of one format are verified, with a reader of its own.

    name: as its specification's. recognises: by the first bytes. decode: the pictures in order, (h, w, 4), RGB and alpha.
    """

    name: str
    recognises: Callable[[bytes], bool]
    check: Check
    decode: Callable[[bytes, str, StillLimits], Iterator[DeepSamples]]


@cache
def checks() -> dict[str, FormatCheck]:
    """By name. Raises UsageProblem."""
    return {one.check.name: one.check for one in offered()}
