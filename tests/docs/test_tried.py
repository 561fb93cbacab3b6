"""The page of what was tried names tests that are there, and says for each format what was tried."""

from __future__ import annotations

import re

from project import ROOT

_PAGE = (ROOT / "docs" / "tried.md").read_text(encoding="utf-8")


def test_every_test_that_is_named_is_there() -> None:
    files = list((ROOT / "tests").rglob("test_*.py"))
    there = {path.stem for path in files}
    for path in files:
        there.update(re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8")))
    named = set(re.findall(r"`(test_\w+)`", _PAGE))
    assert named
    assert named <= there


def test_no_cell_is_empty_and_no_dash_without_a_reason() -> None:
    reasons = set(re.findall(r"^- (\w):", _PAGE, re.MULTILINE))
    rows = [line.strip("|").split("|") for line in _PAGE.splitlines() if line.startswith("|") and "---" not in line]
    for row in rows:
        for cell in map(str.strip, row[1:]):
            assert cell
            assert not cell.startswith("–") or cell.removeprefix("– ") in reasons, row
    assert len({len(row) for row in rows}) == 2
