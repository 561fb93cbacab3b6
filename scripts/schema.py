"""Writes what is described once in the package as JSON Schema (docs/schema) and as the TypeScript of the page's model.

python scripts/schema.py            writes them
python scripts/schema.py --check    fails if one is not what it would write
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec import inspect as described

from paravent.model import diagnosis, posted
from paravent.model.decision import REASONS, Reason
from paravent.model.policy import SOUNDS
from paravent.model.review import ReviewOutcome
from paravent.model.review_body import ReviewBody
from paravent.model.style import STYLES
from paravent.report import jsonl
from paravent.site import manifest
from paravent.state import bodies
from paravent.web.review import payloads

ROOT = Path(__file__).parents[1]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
# File, what it is about, and what is described there.
SCHEMAS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "report-1.json": ("A line of a report (paravent-report/1).", (jsonl.Record,)),
    "doctor-1.json": ("What `paravent doctor --json` says (paravent-doctor/1).", (diagnosis.Diagnosis,)),
    "posted-1.json": ("What `paravent posted --json` says (paravent-posted/1).", (posted.PostedReport,)),
    "site-1.json": (
        "What `paravent site` lists: a manifest, or a check (paravent-site/1).",
        (manifest.Manifest, manifest.SiteCheck),
    ),
    "todo-1.json": ("What `paravent todo --json` says (paravent-todo/1).", (posted.TodoList,)),
    "state.json": (
        "What private state keeps as JSON: decisions, looks, and regions of copies.",
        (ReviewBody, bodies.ProposalBody, bodies.CoveredBody, bodies.ChoicesBody),
    ),
    "review-page.json": ("What crosses between the review page and its server.", tuple(payloads.ALL)),
}
# Names of what the package calls otherwise.
NAMES = {
    "ReviewBody": "Review",
    "ReviewItemBody": "ReviewItem",
    "ShapeBody": "Shape",
    "CourseBody": "Course",
    "ChoicesBody": "Choices",
    "VideoChoiceBody": "VideoChoice",
}
ALIASES = {
    frozenset(get_args(Reason)): "Reason",
    frozenset(get_args(ReviewOutcome)): "Outcome",
    frozenset(STYLES): "Style",
    frozenset(SOUNDS): "Sound",
}
# Of these exactly one is there, which a description of types does not say.
ONE_OF = ("ellipse", "polygon")


def files() -> dict[Path, str]:
    """Every generated file and its content."""
    written = {ROOT / "docs" / "schema" / name: _schema(*about) for name, about in SCHEMAS.items()}
    written[ROOT / "frontend" / "src" / "model.ts"] = TypeScript().text(payloads.ALL)
    return written


def _schema(about: str, kinds: tuple[Any, ...]) -> str:
    tops, parts = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    for part in parts.values():
        if set(ONE_OF) <= set(part.get("properties", ())):
            part["oneOf"] = [{"required": [name]} for name in ONE_OF]
    top = tops[0] if len(tops) == 1 else {"anyOf": list(tops)}
    return json.dumps({"$schema": DIALECT, "description": about, **top, "$defs": parts}, indent=2, sort_keys=True) + "\n"


class TypeScript:
    """Types of the page's model, each once, those first that others are made of."""

    def __init__(self) -> None:
        self._types: dict[str, str] = {}

    def text(self, kinds: tuple[type, ...]) -> str:
        """A module that exports every kind and what it is made of."""
        for kind in kinds:
            self._type(described.type_info(kind))
        lines = ["// Made from the package by scripts/schema.py: what crosses to the page and back.", ""]
        lines += self._types.values()
        lines += [
            f"export const STYLES: Style[] = {json.dumps(list(STYLES))};",
            f"export const REASONS: Reason[] = {json.dumps(list(REASONS))};",
            f"export const SOUNDS: Sound[] = {json.dumps(list(SOUNDS))};",
        ]
        return "\n".join(lines) + "\n"

    def _type(self, kind: described.Type) -> str:
        match kind:
            case described.StructType():
                return self._struct(kind)
            case described.EnumType():
                return self._named(kind.cls.__name__, " | ".join(json.dumps(one.value) for one in kind.cls), kind.cls)
            case described.LiteralType():
                words = " | ".join(json.dumps(value) for value in kind.values)
                name = ALIASES.get(frozenset(kind.values))
                return self._named(name, words) if name else words
            case described.UnionType():
                return " | ".join(self._type(one) for one in kind.types)
            case described.TupleType():
                return f"[{', '.join(map(self._type, kind.item_types))}]"
            case described.VarTupleType():
                return _many(self._type(kind.item_type))
            case described.DictType():
                return f"Record<{self._type(kind.key_type)}, {self._type(kind.value_type)}>"
            case described.Metadata():
                return self._type(kind.type)
        return _PLAIN[type(kind)]

    def _struct(self, kind: described.StructType) -> str:
        if kind.array_like:
            return f"[{', '.join(self._type(field.type) for field in kind.fields)}]"
        name = NAMES.get(kind.cls.__name__, kind.cls.__name__)
        if name not in self._types:
            if not any(field.required for field in kind.fields) and set(kind.cls.__struct_defaults__) == {
                msgspec.UNSET
            }:  # exactly one of them is there
                fields = [f"{field.encode_name}: {self._type(field.type)}" for field in kind.fields]
                self._named(name, " | ".join(f"{{ {field} }}" for field in fields), kind.cls)
            else:
                fields = [f"{field.encode_name}{_maybe(field)}: {self._type(field.type)}" for field in kind.fields]
                self._named(name, "{\n" + "".join(f"  {field};\n" for field in fields) + "}", kind.cls)
        return name

    def _named(self, name: str, text: str, cls: type | None = None) -> str:
        if name not in self._types:
            comment = "".join(f"// {line}\n" for line in inspect.cleandoc(cls.__doc__ or "").splitlines()) if cls else ""
            self._types[name] = f"{comment}export type {name} = {text};\n"
        return name


_PLAIN = {
    described.StrType: "string",
    described.DateType: "string",
    described.IntType: "number",
    described.FloatType: "number",
    described.BoolType: "boolean",
    described.NoneType: "null",
    described.AnyType: "unknown",
}


def _maybe(field: described.Field) -> str:
    """Whether it may be left out, and means nothing then."""
    return "?" if not field.required and field.default is msgspec.NODEFAULT else ""


def _many(item: str) -> str:
    return f"({item})[]" if " | " in item else f"{item}[]"


def stale() -> Iterator[Path]:
    """Generated files that are not what would be written."""
    for path, text in files().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield path.relative_to(ROOT)


def main(arguments: list[str]) -> None:
    """See above."""
    if arguments == ["--check"]:
        if found := list(stale()):
            sys.exit(f"run scripts/schema.py: {', '.join(map(str, found))}")
        return
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
