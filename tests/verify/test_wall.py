"""Import contracts fail when they are broken; docs/verification.md lists what verification shares, no more, no less."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("importlinter")

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "paravent"
VERIFICATION = PACKAGE / "verify"
# Not paravent's own path: the copy under test must be the one that is found.
_LINT = """
import sys
sys.path.insert(0, "src")
from importlinter.cli import lint_imports
sys.exit(lint_imports(no_cache=True))
"""
PLANTED = {
    "verification imports a writer": ("verify/judge.py", "from paravent.formats.png import chunks"),
    "verification has a writer below it": ("detect/views.py", "from paravent.redact import filling"),
    "plain data import a format": ("model/plan.py", "from paravent.formats.png import chunks"),
    "a page imports a detector": ("web/review/rendering.py", "from paravent.detect.faces import centerface"),
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    shutil.copytree(PACKAGE, folder / "src" / "paravent", ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def linted(tree: Path) -> tuple[int, str]:
    run = subprocess.run([sys.executable, "-c", _LINT], cwd=tree, capture_output=True, text=True)
    return run.returncode, run.stdout


def test_contracts_are_kept(tree) -> None:
    status, said = linted(tree)
    assert status == 0, said
    assert " 0 broken" in said


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_violation_is_found(name, tree) -> None:
    place, line = PLANTED[name]
    file = tree / "src" / "paravent" / place
    before = file.read_text()
    file.write_text(f"{before}\n{line}\n")
    try:
        status, said = linted(tree)
    finally:
        file.write_text(before)
    assert status == 1
    assert " 0 broken" not in said
    assert line.split()[1] in said


def imported() -> Iterator[str]:
    """Modules that verification imports, by any statement, and libraries that it loads by name."""
    for file in VERIFICATION.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                yield from (one.name for one in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = {f"{node.module}.{one.name}" for one in node.names}
                modules = {name for name in names if _is_module(name)}
                yield from modules
                if len(modules) < len(names):
                    yield node.module
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if called in ("_library", "import_module") and node.args and isinstance(node.args[0], ast.Constant):
                    yield node.args[0].value


def _is_module(name: str) -> bool:
    path = ROOT / "src" / Path(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def section(title: str) -> str:
    page = (ROOT / "docs" / "verification.md").read_text()
    return page.split(f"### {title}\n", 1)[1].split("\n#", 1)[0]


def test_the_page_lists_the_modules_that_are_shared() -> None:
    shared = {name for name in imported() if name.startswith("paravent.") and not name.startswith("paravent.verify")}
    assert set(re.findall(r"^\| `(paravent\.[a-z0-9_.]+)` \|", section("Modules"), re.MULTILINE)) == shared


def test_the_page_lists_the_libraries_that_are_used() -> None:
    outside = {name.split(".")[0] for name in imported()} - sys.stdlib_module_names - {"paravent"}
    assert set(re.findall(r"^\|[^|]*\| `([A-Za-z0-9_]+)` \|", section("Libraries"), re.MULTILINE)) == outside
