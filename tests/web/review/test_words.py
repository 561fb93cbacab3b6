"""The page and its sentences: every one that is asked for is there, in every language, and none is left over."""

from __future__ import annotations

import re
import string

import pytest

from paravent.detect.models.catalogue import MODELS
from paravent.detect.registry import EXTRAS
from paravent.formats.extras import LIBRARIES
from paravent.i18n.texts import LANGUAGES, speak
from paravent.model.decision import REASONS
from paravent.model.policy import PRESETS, SOUNDS
from paravent.model.style import STYLES
from paravent.web.review.album import State
from paravent.web.review.ordering import FileKind, Sort
from paravent.web.review.words import WORDS, catalogue
from project import ROOT

SOURCES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "frontend" / "src").glob("*.ts*")}
# Names that are put together: what stands before the gap, and what may stand in it.
FAMILIES = {
    "state.": [*(state.value for state in State), "unread", "nobody", "video", "ended"],
    "style.": [*STYLES, "usual", *(f"{name}.text" for name in STYLES)],
    "sound.": [*SOUNDS, *(f"{name}.text" for name in SOUNDS)],
    "choose.": ["style", "names", "size", "sound"],
    "part.": [*EXTRAS, *LIBRARIES, *(model.name for model in MODELS)],
    "kinds.": [kind.value for kind in FileKind],
    "sort.": [sort.value for sort in Sort],
    "visible.": REASONS,
    "outcome.": ["publish", "private", "no-post"],
    "start.": [*PRESETS, *(f"{name}.text" for name in PRESETS)],
    "kind.": ["face", "head", "person", "text", "plate", "code", "logo", "drawn"],
    "done.": ["publish", "private"],
    "wall.": ["doubts", "all"],
    "picture.": ["select", "ellipse", "box", "free"],
    "more.": ["people", "text", "codes"],
    "check.": ["body", "place", "name", "audience", "child", "look"],
    "keys.": re.findall(r'^  \["[^"]+", "(\w+)"\],$', SOURCES["keys.tsx"], re.MULTILINE),
}


def asked_for() -> set[str]:
    text = "\n".join(SOURCES.values())
    names = {name for name in re.findall(r'"([a-z]+(?:\.[a-z-]+)*)"', text) if name in WORDS}
    names |= set(re.findall(r'\bt\("([^"]+)"', text))
    composed = set(re.findall(r"t\(`([a-z]+\.)\$", text))
    assert composed <= set(FAMILIES), "name what may stand in the gap"
    return names | {start + name for start in composed for name in FAMILIES[start]}


def test_every_sentence_that_is_asked_for_is_there_and_no_other() -> None:
    asked = asked_for()
    assert asked - set(WORDS) == set()
    assert set(WORDS) - asked == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there_in_every_language(language: str) -> None:
    speak(language)
    try:
        told = catalogue()
    finally:
        speak("en")
    assert set(told) == set(WORDS)
    for name, sentence in told.items():
        original = WORDS[name]
        assert isinstance(sentence, str) == isinstance(original, str)
        for mine, theirs in zip(forms(sentence), forms(original), strict=True):
            assert mine
            assert gaps(mine) == gaps(theirs), name


def forms(sentence: str | tuple[str, str]) -> tuple[str, ...]:
    return (sentence,) if isinstance(sentence, str) else sentence


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_no_sentence_stands_in_the_page_itself(name: str) -> None:
    # Text between tags, other than names of languages and of the program.
    found = re.findall(r">\s*([A-Z][a-z]+(?: [a-z]+)+)\s*<", SOURCES[name])
    assert found == []


def test_the_page_asks_nobody_else() -> None:
    for path in (ROOT / "src" / "paravent" / "web" / "review" / "static").iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
        assert not re.findall(r"https?://[^\s\"'`)]+", text), path
