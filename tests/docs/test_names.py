"""Names of modules and files in docstrings, comments and pages are those of today's tree."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from functools import cache
from pathlib import Path

import pytest

from project import PAGES, ROOT, SOURCES

PACKAGE = ROOT / "src" / "paravent"
_DOTTED = re.compile(r"`([a-z]\w*(?:\.[A-Za-z_]\w*)+)(?:\(\))?`")
_FILE = re.compile(r"`((?:[\w.-]+/)*[\w-]+\.(?:py|tsx?|sh))`")
_ENDINGS = {"py", "md", "json", "toml", "onnx", "tflite", "html", "txt", "jpg", "mp4"}
# Groups of entry points, which look like modules.
_GROUPS = {"paravent.detectors"}
# Programs and examples that pages speak of and that are no part of the project.
_ELSEWHERE = {"panzoom.py", "score_regions.py", "yellow_plates.py"}


@cache
def modules() -> dict[tuple[str, ...], ast.Module]:
    """Every module of the package by its parts, `paravent` first."""
    found = {}
    for path in SOURCES:
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[parts[:-1] if parts[-1] == "__init__" else parts] = ast.parse(path.read_text(encoding="utf-8"))
    return found


@cache
def classes() -> dict[str, list[ast.ClassDef]]:
    found: dict[str, list[ast.ClassDef]] = {}
    for tree in modules().values():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(node)
    return found


def bound(node: ast.stmt) -> list[str]:
    """The names that one statement of a module or class gives."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return []


def members(node: ast.ClassDef) -> set[str]:
    """What objects of a class have: its own, what methods set, and what its bases in the package have."""
    own = {name for child in node.body for name in bound(child)}
    own |= {
        attribute.attr
        for attribute in ast.walk(node)
        if isinstance(attribute, ast.Attribute) and isinstance(attribute.value, ast.Name) and attribute.value.id == "self"
    }
    for base in node.bases:
        for parent in classes().get(ast.unparse(base).rpartition(".")[2], []):
            own |= members(parent)
    return own


def defined(module: tuple[str, ...], rest: tuple[str, ...]) -> bool:
    """Whether a module has what `rest` names: nothing, a name, or a member of a class of it."""
    if not rest:
        return True
    body = modules()[module].body
    if rest[0] not in {name for node in body for name in bound(node)}:
        return False
    return len(rest) == 1 or any(rest[1] in members(one) for one in classes().get(rest[0], []))


def exists(name: str) -> bool:
    """Whether a dotted name is that of a module, or of something in one, named by the end of the module's path."""
    parts = tuple(name.split("."))
    return any(
        module[-length:] == parts[:length] and defined(module, parts[length:])
        for length in range(1, len(parts) + 1)
        for module in modules()
    )


def foreign(source: str) -> set[str]:
    """The names by which a module knows other packages."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    return found


def prose(source: str) -> str:
    """Comments and strings of a module."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return "\n".join(token.string for token in tokens if token.type in (tokenize.COMMENT, tokenize.STRING))


def unknown(text: str, known: set[str]) -> list[str]:
    names = {name for name in _DOTTED.findall(text) if name.rpartition(".")[2] not in _ENDINGS} - _GROUPS
    return sorted(name for name in names if name.partition(".")[0] not in known and not exists(name))


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES, ids=[str(path.relative_to(PACKAGE)) for path in SOURCES])
def test_what_docstrings_name_is_there(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    assert unknown(prose(text), foreign(text)) == []


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_what_pages_name_is_there(page: Path) -> None:
    assert unknown(page.read_text(encoding="utf-8"), set()) == []


@pytest.mark.parametrize("page", [*PAGES, *SOURCES], ids=[str(path.relative_to(ROOT)) for path in [*PAGES, *SOURCES]])
def test_files_that_are_named_are_there(page: Path) -> None:
    folders = (ROOT, PACKAGE, page.parent)
    named = set(_FILE.findall(page.read_text(encoding="utf-8"))) - _ELSEWHERE
    assert sorted(name for name in named if not any((folder / name).exists() for folder in folders)) == []


@pytest.mark.parametrize("name", ["no_module.Thing", "geometry.NoShape", "model.geometry.Box.no_side", "jobs.Job"])
def test_a_name_that_is_not_there_is_noticed(name: str) -> None:
    assert not exists(name)
    assert unknown(f"see `{name}`", set()) == [name]


@pytest.mark.parametrize("name", ["geometry", "model.geometry", "geometry.Box.area", "paravent.model.geometry.Box"])
def test_a_name_that_is_there_passes(name: str) -> None:
    assert exists(name)
