"""Reads a container as the format of a name does."""

from __future__ import annotations

from paravent.formats import specs
from paravent.inspect import Inspection
from paravent.inspect import inspect as inspect_by
from paravent.inspect.entry import Audit
from paravent.inspect.values import values as values_by


def audit_of(name: str) -> Audit:
    """name: of the format, in lower case."""
    return next(spec.audit for spec in specs() if spec.name.lower() == name)


def values(data: bytes, name: str) -> list[tuple[str, str]]:
    """See `paravent.inspect.values.values`."""
    return values_by(data, audit_of(name))


def inspect(data: bytes, name: str, *, deep: bool = True) -> Inspection:
    """See `paravent.inspect.inspect`."""
    return inspect_by(data, audit_of(name), deep=deep)
