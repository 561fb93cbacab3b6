"""Writes the table of what each format keeps in docs/formats.md anew from `paravent.formats.fidelity.FIDELITY`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from paravent.formats import FORMATS
from paravent.formats.fidelity import FIDELITY, Fidelity

PAGE = Path(__file__).parent.parent / "docs" / "formats.md"
START, END = "<!-- formats: written by make docs -->", "<!-- end of formats -->"

TITLES = {"JP2": "JPEG 2000"}


def _depths(facts: Fidelity) -> str:
    low, high = facts.depths[0], facts.depths[-1]
    every = len(facts.depths) > 2 and len(facts.depths) == high - low + 1
    return f"{low} to {high}" if every else ", ".join(str(bits) for bits in facts.depths)


def _durations(facts: Fidelity) -> str:
    return f"kept, in steps of {facts.tick} ms" if facts.tick else "no animations"


def _needs(facts: Fidelity) -> str:
    if facts.extra:
        return f"`[{facts.extra}]`"
    return f"`[{facts.deep_extra}]` above 8 bits" if facts.deep_extra else "nothing"


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
    ("extra", _needs),
)


def table() -> str:
    """What each format keeps, as a Markdown table."""
    head = "| | " + " | ".join(words for words, _ in COLUMNS) + " |"
    rule = "|" + " --- |" * (len(COLUMNS) + 1)
    rows = (
        f"| {TITLES.get(form.name, form.name)} | " + " | ".join(cell(FIDELITY[form.name]) for _, cell in COLUMNS) + " |"
        for form in FORMATS
    )
    return "\n".join((head, rule, *rows))


def page(text: str) -> str:
    """The page's text with the table as it should be."""
    before, rest = text.split(START)
    after = rest.split(END)[1]
    return f"{before}{START}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
