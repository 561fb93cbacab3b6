"""Formats that other packages offer, by an entry point of the group `paravent.formats`.

It leads to an object with a `spec` (`formats.spec.FormatSpec`), which `formats` takes, and a `check`
(`verify.offered.FormatCheck`), which verification takes. Neither looks at the other's.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Any

from paravent.errors import UsageProblem
from paravent.i18n.texts import _

GROUP = "paravent.formats"


@cache
def offered() -> tuple[Any, ...]:
    """What is installed, by name. Raises UsageProblem for what cannot be loaded."""
    return tuple(_loaded(point) for point in sorted(entry_points(group=GROUP), key=lambda point: point.name))


def _loaded(point: Any) -> Any:
    try:
        return point.load()
    except Exception as error:  # whatever it is, it is the other package's
        sentence = _("the format {name!r} of another package cannot be loaded ({kind})")
        raise UsageProblem(sentence.format(name=point.name, kind=type(error).__name__)) from None
