"""Letters: whole in every language, blank where nothing was said, and nothing in them that nobody wrote; and who helps."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from datetime import date

import pytest

from paravent.i18n import texts
from paravent.report import helping, letters
from paravent.report.letters import LETTERS, Letter
from project import ROOT

TODAY = date(2026, 11, 30)
SOURCES = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")


@pytest.fixture(params=texts.LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    texts.speak(request.param)
    yield request.param
    texts.speak("")


def answers(letter: Letter) -> Iterator[dict[str, str]]:
    """Free text, with each of the choices once."""
    free = {field.name: f"<{field.name}>" for field in letter.fields if not field.choices}
    yield free
    for field in letter.fields:
        yield from ({**free, field.name: value} for value, _words in field.choices)


@pytest.mark.parametrize("letter", LETTERS, ids=[letter.name for letter in LETTERS])
def test_every_answer_stands_in_it_and_nothing_is_left_open(letter: Letter, language: str) -> None:
    for given in answers(letter):
        text = letters.filled(letter, given, TODAY)
        for name, value in given.items():
            if value == f"<{name}>":
                assert value in text, name
        assert not re.search(r"[{}]|\n\n\n", text)
        assert letters.BLANK in text if letter.name == "consent" else letters.BLANK not in text


@pytest.mark.parametrize("letter", LETTERS, ids=[letter.name for letter in LETTERS])
def test_what_is_not_answered_is_a_line_to_write_on(letter: Letter, language: str) -> None:
    text = letters.filled(letter, {}, TODAY)
    gaps = {name for part in letter.paragraphs for _, name, _, _ in string.Formatter().parse(part.text) if name}
    asked = {field.name for field in letter.fields if not field.choices}
    assert asked == gaps - {"today", "blank"}  # nothing is asked in vain
    assert text.count(letters.BLANK) >= len(asked)


def test_letters_hold_what_they_must() -> None:
    erase = letters.named("erase")
    grounds = [letters.filled(erase, {"ground": ground}, TODAY) for ground in ("withdrawn", "none", "minor")]
    assert [text.count("Article 17(1)(b)") for text in grounds] == [1, 0, 0]
    assert [text.count("Article 17(1)(f)") for text in grounds] == [0, 0, 1]
    for text in grounds:
        for held in ("30 November 2026", "within one month", "CNIL", "sizes and copies", "search engines"):
            assert held in text
    for held in ("Article", "Regulation", "law"):
        assert held not in letters.filled(letters.named("relative"), {}, TODAY)
    consent = letters.filled(letters.named("consent"), {}, TODAY)
    for held in ("one parent", "the other parent", "The child was asked", "withdrawn at any time"):
        assert held in consent


def test_braces_of_a_writer_stay_what_they_are() -> None:
    assert "{child} {0} %s" in letters.filled(letters.named("relative"), {"child": "{child} {0} %s"}, TODAY)


def test_every_address_and_number_stands_in_the_sources() -> None:
    for path in helping.PATHS:
        for one in path.helps:
            assert one.address in SOURCES
            assert one.number in SOURCES
            assert one.address.startswith("https://")
            row = next(line for line in SOURCES.splitlines() if f"<{one.address}>" in line)
            assert ("not opened" in row) == (one.state == "named"), one.address


def test_the_two_paths_share_nothing_but_a_guide() -> None:
    ordinary, misuse = helping.PATHS
    assert not set(ordinary.steps) & set(misuse.steps)
    assert not any(one.number for one in ordinary.helps)
    assert misuse.helps[0].number  # whom to call comes first
    assert misuse.helps[0].where == "France"
