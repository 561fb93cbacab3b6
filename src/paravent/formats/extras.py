"""Extras of this package that formats need, and the one sentence for those that are not installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from paravent.errors import Held

# By name of the extra, the library it brings.
LIBRARIES = {"heif": "pillow_heif", "deep": "imagecodecs", "video": "av"}


def is_there(extra: str) -> bool:
    """Whether the extra is installed."""
    return find_spec(LIBRARIES[extra]) is not None


def require(extra: str, form: str) -> None:
    """Raises Held where the extra is not installed; loads nothing. form: name of what needs it."""
    if not is_there(extra):
        raise _missing(extra, form)


def library(extra: str, form: str) -> Any:
    """The library that an extra brings, loaded. form: name of what needs it. Raises Held where it is not installed."""
    try:
        return import_module(LIBRARIES[extra])
    except ImportError:
        raise _missing(extra, form) from None


def _missing(extra: str, form: str) -> Held:
    return Held("library-missing", format=form, extra=extra)
