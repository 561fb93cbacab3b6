"""One thing read from a file, with its value: what readers yield, before values are dropped for findings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from paravent.model.report import Finding, Kind

BEHIND = "behind the picture"
BETWEEN = "between JPEG segments"

_DATE = re.compile(
    r"\s*(?!0000)(\d{4}[:/.-]?\d\d[:/.-]?\d\d|\d{4}-\d\d|\d{4})"
    r"(?:[T ]+(\d\d:\d\d)(:\d\d)?([.,]\d+)?)?"
)
_PROMPT = re.compile(
    r"Negative prompt:|Steps: \d+, |\bSampler: |\"(?:prompt|class_type|sampler_name|negative_prompt|uc|last_node_id)\"\s*:"
    r"|^(?:prompt|workflow|parameters)\s*:?\s*\{",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a file's metadata, or one hidden thing.

    kind, where, precision, size: as in `report.Finding`. label: the field's standard name. value: what stands there; it
    goes to `values` alone, never into a finding, and is left out of the repr.
    """

    kind: Kind
    where: str
    precision: str = ""
    size: int = 0
    label: str = ""
    value: object = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Audit:
    """How a format's files are read for what they give away.

    entries: what stands in the container. deep: what takes as long as decoding the picture; None: nothing more.
    """

    entries: Callable[[bytes], Iterator[Entry]]
    deep: Callable[[bytes], Iterator[Entry]] | None = None


def merged(entries: Iterable[Entry]) -> tuple[Finding, ...]:
    """The entries as findings without values, in order of first sight; equal ones are counted, their sizes added."""
    sums: dict[tuple[Kind, str, str], tuple[int, int]] = {}
    for entry in entries:
        key = (entry.kind, entry.where, entry.precision)
        count, size = sums.get(key, (0, 0))
        sums[key] = (count + 1, size + entry.size)
    return tuple(Finding(kind, where, count, precision, size) for (kind, where, precision), (count, size) in sums.items())


def time_precision(text: str) -> str | None:
    """How finely a date string in any customary notation tells the time, as a code; None when it tells nothing."""
    match = _DATE.match(text)
    if match is None:
        return None
    _, minute, second, fraction = match.groups()
    if fraction:
        return "to-the-subsecond"
    if second:
        return "to-the-second"
    return "to-the-minute" if minute else "date-only"


def caption(where: str, label: str, text: str, precision: str = "") -> Entry:
    """Free text: a caption, or a prompt if it looks like an image generator's. Size is its length in characters."""
    if _PROMPT.search(text[:20_000]):
        return Entry(Kind.AI_PROMPT, where, "", len(text), label, text)
    return Entry(Kind.CAPTION, where, precision, len(text), label, text)


def decoded(raw: bytes) -> str:
    """Bytes of unstated encoding as text: UTF-8, else Latin-1; without the padding around it."""
    raw = raw.strip(b"\0 \r\n\t")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
