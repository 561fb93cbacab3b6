"""Code says `video` where users read "film", and a class's name stands for one thing in its room."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from pathlib import Path

import pytest

from project import ROOT, SOURCES

PACKAGE = ROOT / "src" / "paravent"
CODE = sorted([*SOURCES, *(path for room in ("tests", "scripts", "bench", "fuzz") for path in (ROOT / room).rglob("*.py"))])
PAGE = sorted([*(ROOT / "frontend" / "src").glob("*.ts*"), *(ROOT / "frontend" / "src").glob("*.css")])
_USERS_WORD = re.compile("film", re.IGNORECASE)
_REMARK = re.compile(r"(?:^|\s)//\s.*$", re.MULTILINE)


def names(source: str) -> set[str]:
    """The identifiers of a module."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.string for token in tokens if token.type == tokenize.NAME}


def repeated(room: Path) -> list[str]:
    """Names that two classes of a room have, private ones aside."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in sorted(room.rglob("*.py")))
    found = Counter(node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef))
    return sorted(name for name, count in found.items() if count > 1 and not name.startswith("_"))


@pytest.mark.parametrize("source", CODE, ids=[str(path.relative_to(ROOT)) for path in CODE])
def test_identifiers_say_video(source: Path) -> None:
    assert sorted(filter(_USERS_WORD.search, names(source.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("source", PAGE, ids=[path.name for path in PAGE])
def test_the_page_says_video(source: Path) -> None:
    assert _USERS_WORD.findall(_REMARK.sub("", source.read_text(encoding="utf-8"))) == []


def test_files_of_code_say_video() -> None:
    assert [path for path in (*CODE, *PAGE) if _USERS_WORD.search(str(path.relative_to(ROOT)))] == []


@pytest.mark.parametrize("room", sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py")))
def test_a_class_has_a_name_of_its_own_in_its_room(room: str) -> None:
    assert repeated(PACKAGE / room) == []


def test_what_is_not_so_is_noticed(tmp_path: Path) -> None:
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text("class Seen:\n    pass\n\nclass _Own:\n    pass\n")
    assert repeated(tmp_path) == ["Seen"]
    assert names("film = 1  # a film\n") == {"film"}
