"""Small charts of a report, as SVG that stands in its page: numbers stand beside them as text."""

from __future__ import annotations

from collections.abc import Sequence

from paravent.report.markup import escaped

_LONG, _HIGH, _GAP = 600, 26, 3  # units of the drawing, which takes any width


def stacked(parts: Sequence[tuple[str, int]], said: str) -> str:
    """One bar of parts that follow one another. parts: class in the style sheet, and how many. said: the same in words."""
    whole = sum(count for _name, count in parts)
    room = _LONG - _GAP * (len(parts) - 1)
    pieces, at = [], 0.0
    for name, count in parts:
        width = room * count / whole
        pieces.append(_bar(name, at, width, _HIGH))
        at += width + _GAP
    drawn = f'viewBox="0 0 {_LONG} {_HIGH}" preserveAspectRatio="none"'
    return f'<svg class="totals" role="img" aria-label="{escaped(said)}" {drawn}>{"".join(pieces)}</svg>\n'


def bar(count: int, most: int) -> str:
    """One bar among others of which the longest stands for `most`. What it says stands beside it."""
    drawn = f'viewBox="0 0 {_LONG} 10" preserveAspectRatio="none"'
    bars = _bar("trough", 0, _LONG, 10) + _bar("share", 0, _LONG * count / most, 10)
    return f'<svg class="bar" aria-hidden="true" {drawn}>{bars}</svg>'


def _bar(name: str, x: float, width: float, height: int) -> str:
    return f'<rect class="{name}" x="{x:.1f}" width="{max(width, 1):.1f}" height="{height}"/>'
