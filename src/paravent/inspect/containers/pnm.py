"""Reads what a PPM or PGM gives away: the comments in its header, and what stands behind the pixels."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paravent.inspect.containers.trailing import behind
from paravent.inspect.entry import Entry
from paravent.inspect.metadata import comments

_HEADER = re.compile(rb"P([56])" + rb"((?:\s|#[^\r\n]{0,1000}[\r\n]){1,100})(\d{1,6})" * 3 + rb"\s")
_COMMENT = re.compile(rb"#([^\r\n]*)")


def entries(data: bytes) -> Iterator[Entry]:
    """Everything the file gives away; nothing if its header makes no sense."""
    header = _HEADER.match(data)
    if header is None:
        return
    for comment in _COMMENT.findall(header[0]):
        yield from comments.entries("PPM", comment)
    width, height, highest = (int(header[group]) for group in (3, 5, 7))
    size = width * height * (3 if header[1] == b"6" else 1) * (2 if highest > 255 else 1)
    yield from behind(data, min(header.end() + size, len(data)), len(data))
