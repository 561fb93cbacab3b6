"""What a worker is given once, when it starts, in place of every job's carrying it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from paravent.model.policy import Policy
from paravent.stores.base import Output, OutputLocation, SourceLocation

if TYPE_CHECKING:
    from paravent.pipeline.tools import Tools

J = TypeVar("J")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """policy: what is looked for, with its words and logos. source: where originals come from. outputs: where copies
    appear, by the names that jobs know them by. key: of this installation, for HMAC-SHA-256."""

    policy: Policy
    source: SourceLocation
    outputs: Mapping[str, OutputLocation] = field(default_factory=dict)
    key: bytes = field(default=b"", repr=False)

    def tools(self, *, detectors: bool = True) -> Tools:
        """Load and open everything, in the worker. detectors: pictures are looked at. Raises ParaventError."""
        from paravent.detect.registry import chosen  # noqa: PLC0415  (loads the libraries that only workers need)
        from paravent.pipeline.tools import Tools  # noqa: PLC0415

        found = chosen(self.policy) if detectors else None
        return Tools(found, self.source.open(), _Outputs(self.outputs), self.key)


# Makes the function that does one job, in the worker; whatever it needs is loaded then.
Start: TypeAlias = Callable[[WorkerSetup], Callable[[J], R]]


class _Outputs(dict[str, Output]):
    """Opened with the first copy: an output that gets none need not be there."""

    def __init__(self, locations: Mapping[str, OutputLocation]) -> None:
        super().__init__()
        self._locations = locations

    def __missing__(self, name: str) -> Output:
        self[name] = opened = self._locations[name].open()
        return opened
