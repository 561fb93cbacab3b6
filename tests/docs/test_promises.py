"""Paravent promises what is done and no more. The list of phrases that never appear stands here and nowhere else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from paravent.i18n.texts import HOLDS
from project import PAGES, ROOT, SOURCES

CATALOGUES = sorted((ROOT / "src").rglob("*.po"))

NEVER = re.compile(
    r"""
    \bsafe\b | \bsafely\b | \b(un)?safe\s+to\b | (?<!plus\ )\bsûre?s?\b | en\ toute\ sécurité | sans\ (aucun\ )?risque |
    \banonym | \bGDPR | \bRGPD | \bcompliant\b | \bconforme\b |
    AI[- ]proof | fool[- ]?proof | bullet[- ]?proof | à\ l'épreuve |
    \bguarantee | \bgaranti | 100\ ?%\ \w | \bunrecogni[sz]able | \bméconnaissable | cannot\ be\ recogni[sz]ed |
    fully\ protect | completely\ protect | perfectly | military | privacy[- ]friendly | nothing\ to\ worry
    """,
    re.IGNORECASE | re.VERBOSE,
)


def sentences(source: Path) -> Iterator[str]:
    """The strings of a module that somebody may come to read; its docstrings are for developers."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, documented) and _documents(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def _documents(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return bool(node.body) and isinstance(node.body[0], ast.Expr)


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_there_is_something_to_read() -> None:
    assert len(SOURCES) > 30
    assert len(PAGES) > 8


@pytest.mark.parametrize("sentence", ["Your pictures are now safe.", "Anonymised.", "GDPR-compliant", "It is AI-proof"])
def test_the_list_finds_what_it_is_for(sentence: str) -> None:
    assert NEVER.search(sentence)


@pytest.mark.parametrize("sentence", ["Not posting is safest.", "A covered face makes a child harder to recognise."])
def test_the_list_lets_sober_sentences_pass(sentence: str) -> None:
    assert not NEVER.search(sentence)


@pytest.mark.parametrize("source", SOURCES, ids=names(SOURCES))
def test_no_sentence_of_the_program_oversells(source: Path) -> None:
    assert [sentence for sentence in sentences(source) if NEVER.search(sentence)] == []


@pytest.mark.parametrize("page", [*PAGES, *CATALOGUES], ids=names([*PAGES, *CATALOGUES]))
def test_no_page_and_no_catalogue_oversells(page: Path) -> None:
    assert [line for line in page.read_text(encoding="utf-8").splitlines() if NEVER.search(line)] == []


def test_docs_name_no_machine_and_no_registry() -> None:
    outside = re.compile(r"/(work|root|tmp/w)/|localhost|pypi\.org|npmjs|(?-i:\bTODO\b|\bFIXME\b)", re.IGNORECASE)
    for page in [*PAGES, *SOURCES]:
        assert not outside.search(page.read_text(encoding="utf-8")), page


NOTHING_TO_DO = {"empty", "system-file"}


@pytest.mark.parametrize("code", sorted(HOLDS))
def test_a_reason_for_holding_back_says_what_to_do(code: str) -> None:
    sentence = HOLDS[code]
    assert not sentence.endswith((".", "!"))
    assert ";" in sentence or code in NOTHING_TO_DO, f"{code}: say what to do next after a semicolon"
