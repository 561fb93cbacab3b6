"""A function that is loaded with its first call, so that whoever only names it stays light."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Deferred:
    """place: "package.module:function"."""

    place: str

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call it."""
        return self.load()(*arguments, **named)

    def load(self) -> Any:
        """The function. Raises ImportError, AttributeError where it is not."""
        module, _, name = self.place.partition(":")
        return getattr(import_module(module), name)
