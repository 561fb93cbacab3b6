"""Reads what a Photoshop file gives away: its image resources, its layers, what stands behind the picture."""

from __future__ import annotations

from collections.abc import Iterator

from paravent.inspect.entry import Entry
from paravent.inspect.metadata import photoshop
from paravent.model.report import Kind

_HEADER = 26  # Adobe Photoshop file format: in front of the colour mode data
_WHERE = "Photoshop"


def entries(data: bytes) -> Iterator[Entry]:
    """Everything the file gives away; nothing if its sections make no sense."""
    resources, layers, end = (section for section in _sections(data))
    if end > len(data):
        return
    yield from photoshop.entries(data[resources + 4 : layers])
    size = end - layers - 4
    if size > 0:
        yield Entry(Kind.HIDDEN_PICTURE, _WHERE, "layers", size)


def _sections(data: bytes) -> Iterator[int]:
    """Where the resources, the layers and the flattened picture begin; each section states its length in front."""
    at = _HEADER
    for _ in range(3):
        at += 4 + int.from_bytes(data[at : at + 4], "big")
        yield at
