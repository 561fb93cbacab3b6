"""Values of lists, read with care: what is not as it should be is nothing, or an unknown shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from paravent.posted.spec import UnknownShape

_MENTION = re.compile(r"(?:^|\s)@[\w.\[]")


def parsed(data: bytes) -> Any:
    """JSON. Raises UnknownShape for anything else."""
    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise UnknownShape from None


def entries(value: Any, *keys: str) -> list[dict[str, Any]]:
    """A list of objects, by itself or under one of these keys, as far as it is there. Raises UnknownShape."""
    if isinstance(value, dict):
        found = next((value[key] for key in keys if key in value), None)
        if found is None:
            raise UnknownShape
        value = found
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise UnknownShape
    return value


def inner(value: Any, *keys: str) -> Iterator[dict[str, Any]]:
    """The objects under a way of keys, through lists, as far as they are there."""
    if isinstance(value, list):
        for one in value:
            yield from inner(one, *keys)
    elif isinstance(value, dict):
        if not keys:
            yield value
        elif keys[0] in value:
            yield from inner(value[keys[0]], *keys[1:])


def text(value: Any) -> str:
    """A text; "" for anything else."""
    return value.strip() if isinstance(value, str) else ""


def seconds(value: Any) -> int:
    """A time stamp in seconds; 0 for what is none."""
    return int(value) if isinstance(value, int | float) and 0 < value < 1 << 33 else 0


def since_1970(value: Any) -> int:
    """A time as ISO 8601, taken as UTC where it does not say; 0 for what is none."""
    try:
        return int(datetime.fromisoformat(text(value)[:19]).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return 0


def repaired(value: str) -> str:
    """UTF-8 that was written as if it were Latin-1, as it was meant; any other text as it is."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def mentions(value: str) -> bool:
    """Whether a text names an account."""
    return _MENTION.search(value) is not None
