"""Reads the free comments that several formats allow."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paravent.inspect.entry import Entry, caption, decoded
from paravent.model.report import Kind

_TOOL_COMMENT = re.compile(
    r"CREATOR: gd-jpeg|Created (?:with|by) |Lavc|Optimized by |LEAD Technologies|Intel\(R\)|Compressed by |AppleMark|"
    r"File (?:written|source)|Handmade Software|Software:|JPEG Encoder|Processed [Bb]y |Kakadu|"
    r"(?:Edited|Resized|Made) (?:with|on|by) |GIF[ -]?(?:Builder|Construction|Animator)"
)


def entries(where: str, payload: bytes) -> Iterator[Entry]:
    """One entry for a comment: the program's that wrote the file, or a caption. None for an empty one."""
    text = decoded(payload)
    if not text:
        return
    if _TOOL_COMMENT.match(text):
        yield Entry(Kind.SOFTWARE, where, "", 0, "Comment", text)
    else:
        yield caption(where, "Comment", text)
