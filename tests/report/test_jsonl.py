"""Reports as JSON Lines: what 0.1.0 wrote is written today, to the byte but for what was added since.

Its reports of drawn pictures lie in data/.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from paravent.model import schema
from paravent.model.policy import preset
from paravent.model.report import FileReport, Status
from paravent.report import jsonl
from paravent.report.summary import Totals

DATA = Path(__file__).parent / "data"
ADDED = ('"recheck_side":0,"rechecked_closely":0,', ',"planned":0')  # of a film; of totals


def without_additions(line: str) -> str:
    for added in ADDED:
        line = line.replace(added, "")
    return re.sub(r',"time":.*(?=}\n)', "", line) if '"header"' in line else line


@pytest.mark.parametrize("command", ["protect", "scan"])
def test_a_report_is_written_as_before(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (DATA / f"{command}-0.1.0.jsonl").read_text(encoding="ascii").splitlines(keepends=True)
    first, *files, _last = map(json.loads, before)
    monkeypatch.setattr(jsonl, "VERSION", first["version"])
    facts = {name: first[name] for name in ("faces",) if name in first}
    header = jsonl.header(command, preset(first.get("policy", "family")), **facts)
    sums, lines = Totals(), [jsonl.line(header)]
    for record in files:
        del record["record"]
        report = msgspec.convert({**record, "video": record.pop("film")}, FileReport)
        sums.add(report)
        lines.append(jsonl.line(jsonl.file(report)))
    lines.append(jsonl.line(jsonl.totals(sums, complete=True)))
    assert list(map(without_additions, lines)) == before
    assert lines[0].startswith(jsonl.BEGINNING)


def test_a_header_says_when_and_what_for() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    told = json.loads(jsonl.line(jsonl.header("protect", preset("school"))))
    assert before <= datetime.fromisoformat(told["time"]) <= datetime.now(UTC)
    assert told["looked_for"] == ["faces", "people", "text-identifying", "codes"]
    assert told["style"] == "veil"
    assert json.loads(jsonl.line(jsonl.header("scan", preset("family"), faces=False)))["looked_for"] == []


def test_every_line_is_what_the_schema_says() -> None:
    odd = FileReport("\udcff.jpg", Status.HELD, hold="unsupported-format", hold_params={"format": "HEIC", "count": 2})
    sums = Totals()
    sums.add(odd)
    for record in (jsonl.header("protect", preset("family")), jsonl.file(odd), jsonl.totals(sums, complete=False)):
        line = jsonl.line(record)
        assert line.isascii()
        assert line.endswith("}\n")
        assert schema.read_text(jsonl.Record, line) == record


@pytest.mark.parametrize("change", [{"faces": "3"}, {"status": "done"}, {"findings": [{"kind": "place"}]}, {"record": "x"}])
def test_a_line_that_the_schema_does_not_know_is_told(change: dict[str, Any]) -> None:
    record = {**schema.plain(jsonl.file(FileReport("a.jpg", Status.HELD))), **change}
    with pytest.raises(ValueError, match=r"."):
        schema.read(jsonl.Record, record)
