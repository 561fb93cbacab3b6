"""The style sheet of reports: light and dark, wide and narrow, on paper; and which rows a filter leaves."""

from __future__ import annotations

from pathlib import Path

from paravent.model.report import Kind, Status

_SHEET = Path(__file__).with_name("report.css").read_text(encoding="utf-8")


def chosen(name: str) -> str:
    """The id of the button that leaves only rows of a class."""
    return f"only-{name}"


def _rule(name: str) -> str:
    return f"body:has(#{chosen(name)}:checked) tbody tr:not(.{name}) {{ display: none; }}\n"


SHEET = _SHEET + "".join(map(_rule, (*Status, *Kind)))
