"""How data is described that crosses a border: to the page, into private state, into reports.

Each kind is described once, as a `Body`. Reading refuses what the description does not know: other names, other types,
numbers and lengths out of bounds. JSON Schema and the TypeScript of the page are made of the same descriptions
(scripts/schema.py).
"""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

T = TypeVar("T")

_LARGEST = 1e6  # pixels; no picture is that wide
_END = r"$(?!\n)"  # of a text, in Python and in JavaScript

Number: TypeAlias = Annotated[float, Meta(ge=-_LARGEST, le=_LARGEST)]
Size: TypeAlias = Annotated[float, Meta(gt=0, le=_LARGEST)]
Factor: TypeAlias = Annotated[float, Meta(ge=0.01, le=100)]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=1 << 40)]
Page: TypeAlias = Annotated[int, Meta(ge=0, le=100_000)]
Frame: TypeAlias = Annotated[int, Meta(ge=0, le=1 << 32)]
Digest: TypeAlias = Annotated[str, Meta(pattern=f"^[0-9a-f]{{0,64}}{_END}")]
KindName: TypeAlias = Annotated[str, Meta(pattern=f"^[a-z-]{{1,20}}{_END}")]
RegionId: TypeAlias = Annotated[str, Meta(pattern=f"^[a-z0-9-]{{1,40}}{_END}")]
# At least one digit and no spaces: a number of a form, not a name. "": none.
FormNumber: TypeAlias = Annotated[str, Meta(pattern=rf"^(?=.{{0,20}}$)([A-Za-z./-]{{0,4}}[0-9][A-Za-z0-9./-]*)?{_END}")]
Point: TypeAlias = tuple[Number, Number]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One object of JSON. Its fields are the names; those without a default must be there."""


def read(kind: type[T], value: object) -> T:
    """A value of JSON as what it should be. Raises ValueError for anything out of place."""
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        raise ValueError(str(error)) from None


def read_text(kind: type[T], text: object) -> T:
    """JSON, text or bytes, as what it should be. Raises ValueError."""
    if not isinstance(text, (str, bytes)):
        raise ValueError("no text")
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return read(kind, value)


def plain(value: object) -> Any:
    """As `json` takes it."""
    return msgspec.to_builtins(value)


def text(value: object) -> str:
    """As JSON in ASCII, because names of files may hold what is no text; without spaces."""
    return json.dumps(plain(value), separators=(",", ":"))
