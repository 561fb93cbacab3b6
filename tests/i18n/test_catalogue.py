"""The French catalogue: fresh, complete, with the same gaps to fill, and used."""

from __future__ import annotations

import ast
import io
import os
import string
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo

import catalogue
from project import ROOT, SOURCES


@pytest.fixture(scope="module")
def merged() -> Catalog:
    return catalogue.merged()


def gaps(sentence: str) -> set[str]:
    return {f"{name}:{form}" for _text, name, form, _conversion in string.Formatter().parse(sentence) if name is not None}


def pairs(message: Message) -> list[tuple[str, str]]:
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    # The first form of both languages may do without the number: "the file".
    return [(message.id[min(form, 1)], translated) for form, translated in enumerate(message.string)]


def test_catalogue_has_the_sentences_of_the_source(merged: Catalog) -> None:
    assert catalogue.as_po(merged) == catalogue.PO.read_bytes(), "run: make locale"


def test_compiled_catalogue_is_fresh() -> None:
    assert sentences(catalogue.as_mo(catalogue.PO.read_bytes())) == sentences(catalogue.MO.read_bytes()), "run: make locale"


def sentences(mo: bytes) -> set[str]:
    """Without the header, which names the version of the compiler."""
    return {repr((message.id, message.string)) for message in read_mo(io.BytesIO(mo)) if message.id}


def test_every_sentence_is_translated(merged: Catalog) -> None:
    assert catalogue.untranslated(merged) == []
    assert len(merged) > 100


def test_translations_have_the_same_gaps(merged: Catalog) -> None:
    for message in merged:
        for original, translated in pairs(message):
            assert gaps(original) == gaps(translated), original


def marked(node: ast.AST) -> bool:
    """Whether this is a call that marks a sentence for translation."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("_", "ngettext")
        and isinstance(node.args[0], ast.Constant)
    )


@pytest.mark.parametrize("source", SOURCES, ids=[path.name for path in SOURCES])
def test_no_sentence_hides_in_an_f_string(source: Path) -> None:
    # The extractor does not look there.
    tree = ast.parse(source.read_text(encoding="utf-8"))
    formatted = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    assert [node.lineno for node in formatted if any(map(marked, ast.walk(node)))] == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fr", "le fichier est vide"), ("fr_CA", "le fichier est vide"), ("en", "the file is empty"), ("xx", "empty")],
)
def test_language_of_the_user_is_spoken(language: str, sentence: str) -> None:
    program = "from paravent.i18n.texts import hold_text; print(hold_text('empty', {}))"
    environment = {**os.environ, "LANGUAGE": language, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}
    said = subprocess.check_output([sys.executable, "-c", program], env=environment, encoding="utf-8")
    assert sentence in said
