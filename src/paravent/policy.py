"""What is covered, how, and what may stay: presets, TOML files, options on top."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from paravent.errors import UsageProblem
from paravent.formats import marks
from paravent.redact.filling import STICKERS, STYLES, Style

_VEIL = Style()


@dataclass(frozen=True, slots=True)
class Policy:
    """One complete set of decisions for a run. Immutable plain data; `digest` input for the ledger.

    margin: size of the covering ellipse over the detected face box. doubt: "cover" or "wait" (held back for a human).
    max_size: longest side of the copy in pixels, 0 keeps it. rounds: how often new faces found
    in the copy are covered before the file is held back. ask_no_ai: the copy asks not to be mined; credit: its copyright
    line, "" for none (`formats.marks`). convert: "jpeg" writes files that cannot be written in kind as JPEG, "" holds them.
    """

    name: str = "family"
    margin: float = 1.38
    doubt: str = "cover"
    style: Style = _VEIL
    max_size: int = 0
    reencode: bool = False
    keep_names: bool = False
    rounds: int = 3
    ask_no_ai: bool = False
    credit: str = ""
    convert: str = ""

    def with_options(self, **options: Any) -> Policy:
        """A copy with the given fields set; None means "not given". Raises UsageProblem for a value out of range."""
        given = {name: value for name, value in options.items() if value is not None}
        return _checked(replace(self, **given))


# The one table of presets; docs/policy.md is generated from it. Margins were chosen with bench/faces.py.
PRESETS: dict[str, Policy] = {
    "family": Policy(name="family", margin=1.38, doubt="cover"),
    "school": Policy(name="school", margin=1.6, doubt="cover", max_size=1600),
    "press": Policy(name="press", margin=1.3, doubt="wait"),
}

_STYLE_FIELDS = {"style": "name", "color": "color", "sticker": "sticker"}


def preset(name: str) -> Policy:
    """The preset of that name. Raises UsageProblem naming the presets there are."""
    try:
        return PRESETS[name]
    except KeyError:
        raise UsageProblem(f"there is no preset {name!r}; choose one of {', '.join(PRESETS)}") from None


def load(path: Path) -> Policy:
    """Read a TOML policy: `preset = "family"` and any field of the table on top. Raises UsageProblem."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageProblem(f"{path}: the policy cannot be read ({error}); see docs/policy.md") from None
    base = preset(str(table.pop("preset", "family")))
    style = {_STYLE_FIELDS[key]: table.pop(key) for key in list(table) if key in _STYLE_FIELDS}
    unknown = set(table) - {field.name for field in fields(Policy)} - {"style"}
    if unknown:
        raise UsageProblem(f"{path}: unknown setting {sorted(unknown)[0]!r}; see docs/policy.md")
    if "color" in style:
        style["color"] = parse_color(str(style["color"]))
    try:
        return _checked(replace(base, style=replace(base.style, **style), **table))
    except TypeError as error:
        raise UsageProblem(f"{path}: {error}; see docs/policy.md") from None


def parse_color(text: str) -> tuple[int, int, int]:
    """'#336699' or '336699' as RGB, 0 to 255. Raises UsageProblem."""
    digits = text.removeprefix("#")
    try:
        red, green, blue = bytes.fromhex(digits)
    except ValueError:
        raise UsageProblem(f"{text!r} is not a colour; write it like #336699") from None
    return red, green, blue


def _checked(policy: Policy) -> Policy:
    checks = (
        (1.0 <= policy.margin <= 4.0, "margin must lie between 1 and 4"),
        (policy.doubt in ("cover", "wait"), "doubt must be 'cover' or 'wait'"),
        (policy.style.name in STYLES, f"style must be one of {', '.join(STYLES)}"),
        (policy.style.sticker in STICKERS, f"sticker must be one of {', '.join(STICKERS)}"),
        (
            policy.max_size == 0 or 16 <= policy.max_size <= 65535,
            "max_size must be 0 or from 16 to 65535 pixels",
        ),
        (1 <= policy.rounds <= 9, "rounds must lie between 1 and 9"),
        (isinstance(policy.ask_no_ai, bool), "ask_no_ai must be true or false"),
        (
            isinstance(policy.credit, str) and marks.is_credit(policy.credit),
            f"credit must be one line of at most {marks.LONGEST_CREDIT} characters, without spaces at its ends",
        ),
        (policy.convert in ("", "jpeg"), "convert must be 'jpeg'"),
    )
    for holds, message in checks:
        if not holds:
            raise UsageProblem(message)
    return policy
