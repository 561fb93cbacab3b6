"""Pages are read by people who have little time: sentences stay short."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from project import PAGES, ROOT

# Words in a sentence must be fewer.
LIMIT = 40
_BLOCK = re.compile(r"^```.*?^```\s*$|<!--.*?-->", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+\.)\s+")
_END = re.compile(r"(?<=[.!?])[\"”)*_`]*\s+")


def paragraphs(text: str) -> list[str]:
    """The prose of a page: no code, no tables, no headings; each item of a list for itself."""
    found: list[list[str]] = [[]]
    for line in _BLOCK.sub("\n\n", text).splitlines():
        indented_code = line.startswith("    ") and not found[-1]
        if not line.strip() or line.startswith(("|", "#")) or indented_code:
            found.append([])
        elif item := _ITEM.match(line):
            found.append([line[item.end() :]])
        else:
            found[-1].append(line.strip())
    return [_LINK.sub(r"\1", " ".join(lines)) for lines in found if lines]


def sentences(text: str) -> list[str]:
    return [sentence for paragraph in paragraphs(text) for sentence in _END.split(paragraph) if sentence]


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_sentences_are_short(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [sentence for sentence in sentences(text) if len(sentence.split()) >= LIMIT] == []


def test_what_is_measured_is_prose() -> None:
    text = (
        "# A heading\n\nOne. Two\ngoes on (*three*). [Four](a.md)\n\n| a table. | b |\n\n"
        "- An item.\n- Another\n  one\n\n```\ncode. code\n```\n\n    more code.\n"
    )
    assert sentences(text) == ["One.", "Two goes on (*three*).", "Four", "An item.", "Another one"]
