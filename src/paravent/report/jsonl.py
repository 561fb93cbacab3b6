"""The report as JSON Lines: a header with the schema, a line a file, a last line with the totals."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from paravent.model.report import SCHEMA, FileReport
from paravent.report.summary import Totals
from paravent.version import VERSION

BEGINNING = f'{{"record":"header","schema":"{SCHEMA.partition("/")[0]}/'  # of every report


def header(command: str, **facts: str | bool) -> dict[str, Any]:
    """What a report begins with."""
    return {"record": "header", "schema": SCHEMA, "version": VERSION, "command": command, **facts}


def file(report: FileReport) -> dict[str, Any]:
    """One file."""
    return {"record": "file", **asdict(report)}


def totals(sums: Totals, *, complete: bool) -> dict[str, Any]:
    """What a report ends with. complete: False if the run was ended early."""
    return {"record": "totals", "complete": complete, **sums.as_json()}


def line(record: dict[str, Any]) -> str:
    """One record, ASCII only, with a line feed; bytes of names that are no text stand as lone surrogates."""
    return json.dumps(record, separators=(",", ":")) + "\n"
