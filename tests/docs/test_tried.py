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


def _rows() -> list[list[str]]:
    """The cells of all tables, without their heads."""
    rows = [line.strip("|").split("|") for line in _PAGE.splitlines() if line.startswith("|") and "---" not in line]
    return [[cell.strip() for cell in row] for row in rows if row[0].strip() != "kind"]


def test_every_cell_names_a_test_or_why_there_is_none() -> None:
    reasons = set(re.findall(r"^- (\w):", _PAGE, re.MULTILINE))
    for row in _rows():
        for cell in row[1:-1]:
            assert re.search(r"`test_\w+`", cell) or cell.removeprefix("– ") in reasons, (row[0], cell)
    assert len({len(row) for row in _rows()}) == 2


def test_of_each_kind_it_is_said_how_the_program_before_did() -> None:
    for row in _rows():
        assert re.match(r"(fails|passes)\b", row[-1]), row[0]
