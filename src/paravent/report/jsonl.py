"""The report as JSON Lines: a header with the schema, a line a file, a last line with the totals.

Names may be added to a record; none is taken away or changes its meaning as long as `SCHEMA` stays.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import Literal, TypeAlias, get_type_hints

import msgspec
from msgspec import UNSET, UnsetType

from paravent.i18n import dates
from paravent.model import schema
from paravent.model.policy import Policy
from paravent.model.report import SCHEMA, FileReport, Kind, Status
from paravent.report.summary import Totals
from paravent.version import VERSION

BEGINNING = f'{{"record":"header","schema":"{SCHEMA.partition("/")[0]}/'  # of every report


class HeaderRecord(msgspec.Struct, frozen=True, tag_field="record", tag="header", omit_defaults=True):
    """What a report begins with. policy: of `protect`. faces: of `scan`, whether they were looked for.

    time: when the run began, in UTC, ISO 8601. looked_for: in the pictures (`wording.LOOKED_FOR`, or names of detectors of
    other packages). style: of coverings.
    """

    schema: Literal["paravent-report/1"]
    version: str
    command: str
    policy: str | UnsetType = UNSET
    faces: bool | UnsetType = UNSET
    time: str | UnsetType = UNSET
    looked_for: tuple[str, ...] | UnsetType = UNSET
    style: str | UnsetType = UNSET


class TotalsRecord(msgspec.Struct, frozen=True, tag_field="record", tag="totals"):
    """What a report ends with. complete: False if the run was ended early. Others: see `Totals`."""

    complete: bool
    files: int
    statuses: dict[Status, int]
    holds: dict[str, int]
    kinds: dict[Kind, int]
    remarks: dict[str, int]
    faces: int
    covered: dict[str, int]
    left_visible: int
    permissions: dict[str, int]
    doubtful: int
    pictures_with_faces: int
    face_pixels: int
    pixels: int
    prepared_without_face: int
    left_over: int


_FILE = [
    (name, kind) for name, kind in get_type_hints(FileReport).items() if name in {one.name for one in fields(FileReport)}
]
_NAMES = {"video": "film"}  # as every report of this schema has it
FileRecord = msgspec.defstruct("FileRecord", _FILE, frozen=True, tag_field="record", tag="file", rename=_NAMES)
FileRecord.__doc__ = "One file: see `FileReport`, of whose fields it is made."

Record: TypeAlias = HeaderRecord | TotalsRecord | FileRecord  # type: ignore[valid-type]


def header(command: str, policy: Policy, *, faces: bool | UnsetType = UNSET) -> HeaderRecord:
    """What a report of a run that begins now begins with. faces: see `HeaderRecord`, where nothing is covered."""
    covers = faces is UNSET
    return HeaderRecord(
        *(SCHEMA, VERSION, command, policy.name if covers else UNSET, faces, dates.now()),
        looked_for=() if faces is False else _looked_for(policy),
        style=policy.style.name if covers else UNSET,
    )


def _looked_for(policy: Policy) -> tuple[str, ...]:
    asked = {"faces": True, "people": policy.people, f"text-{policy.text}": policy.text != "none"}
    asked |= {"codes": policy.codes, "logos": bool(policy.logos)}
    return (*(name for name, is_asked in asked.items() if is_asked), *policy.detectors)


def file(report: FileReport) -> msgspec.Struct:
    """One file."""
    return FileRecord(*(getattr(report, name) for name, _ in _FILE))


def totals(sums: Totals, *, complete: bool) -> TotalsRecord:
    """What a report ends with. complete: False if the run was ended early."""
    holds: Counter[str] = Counter()
    for (_status, hold, _sentence), files in sums.reasons.items():
        holds[hold] += files.count
    return TotalsRecord(
        complete=complete,
        files=sums.statuses.total(),
        statuses={status: sums.statuses[status] for status in Status},
        holds=holds,
        kinds=sums.kinds,
        remarks=sums.remarks,
        faces=sums.faces,
        covered=sums.covered,
        left_visible=sums.left_visible,
        permissions=sums.permissions,
        doubtful=sums.doubtful,
        pictures_with_faces=sums.with_faces,
        face_pixels=sums.face_pixels,
        pixels=sums.pixels,
        prepared_without_face=sums.faceless.count,
        left_over=sums.left_over.count,
    )


def line(record: msgspec.Struct) -> str:
    """One record, ASCII only, with a line feed; bytes of names that are no text stand as lone surrogates."""
    return schema.text(record) + "\n"
