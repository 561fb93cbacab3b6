"""Where an unexpected error comes from: told of our own code, without the error's text, which may hold anything."""

from __future__ import annotations

import os
from types import FrameType
from typing import Final

_OURS = "paravent."
_SHOWN = 4  # places, of which the innermost comes last
DEBUG: Final = "PARAVENT_DEBUG"


def debugging() -> bool:
    """Whether the user asked for more than an error's kind."""
    return os.environ.get(DEBUG) == "1"


def kind(error: BaseException) -> str:
    """The kind of an error; while debugging also module, function and line of ours that it passed through."""
    name = type(error).__name__
    return f"{name}: {trail(error)}" if debugging() else name


def trail(error: BaseException) -> str:
    """Module, function and line of ours that an error passed through, "" for none: no value, no name of a user's file."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        if _is_ours(trace.tb_frame):
            places.append(f"{trace.tb_frame.f_globals['__name__']} {trace.tb_frame.f_code.co_name} {trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(places[-_SHOWN:])


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith(_OURS)
