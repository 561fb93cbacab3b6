"""Writes docs/api.md from the docstrings of what `paravent` exports."""

from __future__ import annotations

import dataclasses
import inspect
from enum import Enum
from pathlib import Path
from typing import Any

from paravent import api

PAGE = Path(__file__).parent.parent / "docs" / "api.md"
HEAD = """# Python API

Written by `make docs` from the docstrings; `from paravent import ...` gives each of these names.
"""


def page(text: str = "") -> str:
    """The whole page; nothing of the one before stays."""
    del text
    exported = {name: getattr(api, name) for name in api.__all__}
    functions = {name: one for name, one in exported.items() if inspect.isfunction(one)}
    classes = {name: one for name, one in exported.items() if inspect.isclass(one)}
    rest = sorted(exported.keys() - functions.keys() - classes.keys())
    parts = [HEAD, inspect.cleandoc(api.__doc__ or ""), "## Functions", *map(_function, functions, functions.values())]
    parts += ["## Classes", *(_class(name, one) for name, one in classes.items())]
    if rest:
        parts += ["## Others", *(f"### `{name}`\n\n{_value(exported[name])}" for name in rest)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _function(name: str, function: Any) -> str:
    return f"### `{name}`\n\n```python\n{_signature(name, function)}\n```\n\n{inspect.getdoc(function) or ''}"


def _signature(name: str, function: Any) -> str:
    """As it is written in the source, one argument a line."""
    arguments: list[str] = []
    for one in inspect.signature(function).parameters.values():
        if one.kind is one.KEYWORD_ONLY and "*" not in arguments:
            arguments.append("*")
        default = "" if one.default is one.empty else f" = {one.default!r}"
        arguments.append(f"{one.name}: {one.annotation}{default}" if one.annotation is not one.empty else one.name)
    returned = inspect.signature(function).return_annotation
    lines = "".join(f"\n    {one}," for one in arguments)
    return f"{name}({lines}{chr(10) if lines else ''}) -> {returned}"


def _class(name: str, one: Any) -> str:
    lines = [f"### `{name}`", "", "" if _is_made(one) else inspect.getdoc(one) or ""]
    if issubclass(one, Enum):
        lines += ["", *(f"- `{choice.name}`: `{choice.value}`" for choice in one)]
    elif dataclasses.is_dataclass(one):
        lines += ["", *(f"- `{field.name}: {field.type}`" for field in dataclasses.fields(one) if field.name[0] != "_")]
    for member, value in vars(one).items():
        if member.startswith("_"):
            continue
        if isinstance(value, property):
            lines += ["", f"`{name}.{member}`: {inspect.getdoc(value) or ''}"]
        elif inspect.isfunction(value):
            arguments = ", ".join(list(inspect.signature(value).parameters)[1:])
            lines += ["", f"`{name}.{member}({arguments})`: {inspect.getdoc(value) or ''}"]
    return "\n".join(lines)


def _is_made(one: Any) -> bool:
    """Whether the docstring is the one that `dataclass` makes from the fields."""
    return bool(dataclasses.is_dataclass(one) and (one.__doc__ or "").startswith(f"{one.__name__}("))


def _value(value: object) -> str:
    return ", ".join(f"`{one}`" for one in value) if isinstance(value, (dict, tuple, list)) else f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
