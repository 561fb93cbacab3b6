"""Text and lists in HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence


def escaped(text: str) -> str:
    """Text for HTML. What has no shape of its own (control characters, direction marks, broken bytes) is spelled out."""
    visible = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
    return html.escape(visible)


def items(sentences: Sequence[str]) -> str:
    """A list, nothing for none."""
    if not sentences:
        return ""
    return "<ul>" + "".join(f"<li>{escaped(sentence)}</li>" for sentence in sentences) + "</ul>"
