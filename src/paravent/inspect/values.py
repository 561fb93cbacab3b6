"""The values behind the findings, for one file on its owner's screen (`scan --show-values`); stored nowhere."""

from __future__ import annotations

import unicodedata
from itertools import islice

from paravent.inspect.entry import Audit
from paravent.model.report import Kind

_MAX_LENGTH = 200
_MOST_NAMES = 100
# Control, format (bidirectional overrides), surrogate, private and unassigned characters, line and paragraph separators.
_UNPRINTABLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def values(data: bytes, audit: Audit) -> list[tuple[str, str]]:
    """Label ("EXIF DateTimeOriginal") and value of every entry that has one, in file order.

    Nothing in either can steer a terminal: unprintable characters are written as escapes. Both end after 200 characters.
    """
    return [
        (shown(f"{entry.where} {entry.label}"), shown(str(entry.value)))
        for entry in audit.entries(data)
        if entry.value is not None
    ]


def names(data: bytes, audit: Audit) -> tuple[str, ...]:
    """What the metadata gives away of people, as it stands there: owners, authors, people depicted. Never kept."""
    told = (entry for entry in audit.entries(data) if entry.kind is Kind.PERSON_NAME and entry.value is not None)
    return tuple(str(entry.value) for entry in islice(told, _MOST_NAMES))


def shown(text: str) -> str:
    """The text on one line, without anything a terminal acts on, cut at 200 characters."""
    escaped = "".join(map(_escaped, text[: _MAX_LENGTH + 1]))
    return escaped if len(escaped) <= _MAX_LENGTH else escaped[: _MAX_LENGTH - 1] + "…"


def _escaped(character: str) -> str:
    if unicodedata.category(character) not in _UNPRINTABLE:
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}"
