"""Writes the table of presets in docs/policy.md anew from `paravent.model.policy.PRESETS`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from paravent.model.policy import PRESETS, Policy

PAGE = Path(__file__).parent.parent / "docs" / "policy.md"
START, END = "<!-- presets: written by make docs -->", "<!-- end of presets -->"

# The words of the first column and what stands in the others.
ROWS: tuple[tuple[str, Callable[[Policy], str]], ...] = (
    ("faces", lambda policy: "yes"),
    ("whole persons (`people`)", lambda policy: "yes" if policy.people else "no"),
    ("writing (`text`)", lambda policy: policy.text),
    ("QR codes, bar codes and their kin (`codes`)", lambda policy: "yes" if policy.codes else "no"),
    ("size of the covering, times the face found (`margin`)", lambda policy: f"{policy.margin:g}"),
    ("what may be a face (`doubt`)", lambda policy: {"cover": "covered", "wait": "held back for a human"}[policy.doubt]),
    ("longest side of the copy (`max_size`)", lambda policy: f"{policy.max_size} px" if policy.max_size else "as it was"),
    ("style (`style`)", lambda policy: policy.style.name),
    ("file names kept (`keep_names`)", lambda policy: "yes" if policy.keep_names else "no"),
    ("rounds of looking again (`rounds`)", lambda policy: str(policy.rounds)),
)


def table() -> str:
    """The presets as a Markdown table."""
    head = "| | " + " | ".join(f"`{name}`" for name in PRESETS) + " |"
    rule = "|" + " --- |" * (len(PRESETS) + 1)
    rows = (f"| {words} | " + " | ".join(cell(policy) for policy in PRESETS.values()) + " |" for words, cell in ROWS)
    return "\n".join((head, rule, *rows))


def page(text: str) -> str:
    """The page's text with the table as it should be."""
    before, rest = text.split(START)
    after = rest.split(END)[1]
    return f"{before}{START}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
