"""High dynamic range, which no prepared copy carries: said as what it is. Numbers are those of ITU-T H.273."""

from __future__ import annotations

from paravent.errors import Held

_CURVES = {16: "PQ", 18: "HLG"}
_PRIMARIES = {1: "BT.709", 9: "BT.2020", 11: "DCI-P3", 12: "Display P3"}


def refuse_hdr(primaries: int, curve: int) -> None:
    """Raises Held("hdr") for a curve of high dynamic range."""
    if curve in _CURVES:
        colours = _PRIMARIES.get(primaries)
        raise Held("hdr", detail=f"{_CURVES[curve]}, {colours}" if colours else _CURVES[curve])
