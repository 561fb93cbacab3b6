"""Writes the table of what each format keeps in docs/formats.md anew from the formats' specifications."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from paravent.formats import FormatSpec, specs
from paravent.formats.fidelity import Fidelity

PAGE = Path(__file__).parent.parent / "docs" / "formats.md"
START, END = "<!-- formats: written by make docs -->", "<!-- end of formats -->"


def _depths(facts: Fidelity) -> str:
    low, high = facts.depths[0], facts.depths[-1]
    every = len(facts.depths) > 2 and len(facts.depths) == high - low + 1
    return f"{low} to {high}" if every else ", ".join(str(bits) for bits in facts.depths)


def _durations(facts: Fidelity) -> str:
    return f"kept, in steps of {facts.tick} ms" if facts.tick else "no animations"


def _needs(spec: FormatSpec) -> str:
    if spec.extra:
        return f"`[{spec.extra}]`"
    return f"`[{spec.deep_extra}]` above 8 bits" if spec.deep_extra else "nothing"


# The words of the head, and what stands below.
COLUMNS: tuple[tuple[str, Callable[[Fidelity], str]], ...] = (
    ("outside the covered places", lambda facts: facts.loss.value),
    ("orientation", lambda facts: facts.turn.value),
    ("well-known colour profile", lambda facts: facts.colour.value),
    ("bits a colour", _depths),
    ("transparency", lambda facts: facts.alpha.value),
    ("palette", lambda facts: facts.palette.value),
    ("pictures", lambda facts: facts.pictures.value),
    ("durations", _durations),
)


def table() -> str:
    """What each format keeps, as a Markdown table."""
    head = "| | " + " | ".join(words for words, _ in COLUMNS) + " | extra |"
    rule = "|" + " --- |" * (len(COLUMNS) + 2)
    rows = (_row(spec, spec.fidelity) for spec in specs() if spec.fidelity)
    return "\n".join((head, rule, *rows))


def _row(spec: FormatSpec, facts: Fidelity) -> str:
    return f"| {spec.title or spec.name} | " + " | ".join(cell(facts) for _, cell in COLUMNS) + f" | {_needs(spec)} |"


def page(text: str) -> str:
    """The page's text with the table as it should be."""
    before, rest = text.split(START)
    after = rest.split(END)[1]
    return f"{before}{START}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
