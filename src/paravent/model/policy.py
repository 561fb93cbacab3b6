"""What is covered, how, and what may stay: presets, TOML files, options on top."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from paravent.errors import Held, UsageProblem
from paravent.formats import marks
from paravent.i18n.texts import N_, _
from paravent.redact.filling import STICKERS, STYLES, Style
from paravent.stores.reading import read_once

_VEIL = Style()
_COLOURED = ("solid", "sticker")  # styles that take a colour


@dataclass(frozen=True, slots=True)
class Policy:
    """One complete set of decisions for a run. Immutable plain data; `digest` input for the ledger.

    people: whole persons are covered, not only faces. text: what is covered of writing: "none", "identifying" or "all".
    words: further words that identify; they stay in memory. codes: QR and bar codes are covered. logos: files of logos
    that are covered wherever they recur. detectors: further ones that are installed (`detect.plugins.factory`).
    margin: size of the covering ellipse over the detected face box. doubt: "cover" or "wait" (held back for a human).
    max_size: longest side of the copy in pixels, 0 keeps it. rounds: how often new faces found
    in the copy are covered before the file is held back. ask_no_ai: the copy asks not to be mined; credit: its copyright
    line, "" for none (`formats.marks`). convert: "jpeg" writes files that cannot be written in kind as JPEG, "" holds them.
    Of films: sound: "mute", "keep" or "disguise". recheck: every how many frames the detector looks at the copy again.
    keep_subtitles: those that are text are written anew. salvage: a damaged film is prepared as far as it can be read.
    begin, end: the part that is prepared, in seconds; 0: from the beginning, to the end.
    """

    name: str = "family"
    people: bool = False
    text: str = "none"
    words: tuple[str, ...] = field(default=(), repr=False)
    codes: bool = False
    logos: tuple[bytes, ...] = field(default=(), repr=False)
    detectors: tuple[str, ...] = ()
    margin: float = 1.36
    doubt: str = "cover"
    style: Style = _VEIL
    max_size: int = 0
    reencode: bool = False
    keep_names: bool = False
    rounds: int = 6
    ask_no_ai: bool = False
    credit: str = ""
    convert: str = ""
    sound: str = "mute"
    recheck: int = 1
    keep_subtitles: bool = False
    salvage: bool = False
    begin: float = 0.0
    end: float = 0.0

    def for_jobs(self) -> Policy:
        """Without what only loading the detectors needs; it may be large, and goes to each worker once."""
        return replace(self, words=(), logos=())

    def with_options(self, **options: Any) -> Policy:
        """A copy with the given fields set; None means "not given". Raises UsageProblem for a value out of range."""
        given = {name: value for name, value in options.items() if value is not None}
        return _checked(replace(self, **given))


# The one table of presets; docs/policy.md is generated from it. Margins were chosen with bench/faces.py.
PRESETS: dict[str, Policy] = {
    "family": Policy(name="family", margin=1.36, doubt="cover"),
    "school": Policy(name="school", people=True, text="identifying", codes=True, margin=1.6, doubt="cover", max_size=1600),
    "press": Policy(name="press", margin=1.3, doubt="wait", sound="keep", recheck=5),
}

SOUNDS = ("mute", "keep", "disguise")  # what becomes of a film's
_TEXT, _NUMBER, _WHOLE, _SWITCH = N_("text in quotes"), N_("a number"), N_("a whole number"), N_("true or false")
_LIST = N_("a list of texts in quotes")
TEXTS = ("none", "identifying", "all")
_MOST_WORDS, _LONGEST_WORD = 10_000, 100
LARGEST_LOGO = 20_000_000  # bytes
# What a TOML file may set, and what each setting takes. An exact type: true is no number in TOML.
_SETTINGS: dict[str, tuple[tuple[type, ...], str]] = {
    "preset": ((str,), _TEXT),
    "name": ((str,), _TEXT),
    "people": ((bool,), _SWITCH),
    "text": ((str,), _TEXT),
    "words": ((list,), _LIST),
    "codes": ((bool,), _SWITCH),
    "logos": ((list,), _LIST),
    "detectors": ((list,), _LIST),
    "margin": ((int, float), _NUMBER),
    "doubt": ((str,), _TEXT),
    "style": ((str,), _TEXT),
    "color": ((str,), _TEXT),
    "sticker": ((str,), _TEXT),
    "max_size": ((int,), _WHOLE),
    "reencode": ((bool,), _SWITCH),
    "keep_names": ((bool,), _SWITCH),
    "rounds": ((int,), _WHOLE),
    "ask_no_ai": ((bool,), _SWITCH),
    "credit": ((str,), _TEXT),
    "convert": ((str,), _TEXT),
    "sound": ((str,), _TEXT),
    "recheck": ((int,), _WHOLE),
    "keep_subtitles": ((bool,), _SWITCH),
    "salvage": ((bool,), _SWITCH),
}


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
    for key, value in table.items():
        if key not in _SETTINGS:
            raise UsageProblem(f"{path}: unknown setting {key!r}; see docs/policy.md")
        types, takes = _SETTINGS[key]
        if type(value) not in types or (isinstance(value, list) and not all(isinstance(one, str) for one in value)):
            raise UsageProblem(_("{path}: {setting} takes {kind}").format(path=path, setting=key, kind=_(takes)))
    base = preset(table.pop("preset", "family"))
    style = styled(base.style, *(table.pop(key, None) for key in ("style", "color", "sticker")))
    logos = read_logos([path.parent / name for name in table.pop("logos", [])])
    lists = {key: tuple(value) for key, value in table.items() if isinstance(value, list)}
    return _checked(replace(base, style=style, logos=logos, **(table | lists)))


def read_words(path: Path) -> tuple[str, ...]:
    """A file of words, one a line. Raises UsageProblem, which never says what stands in it."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise UsageProblem(
            _("{path}: the words cannot be read ({reason}); write one a line").format(path=path, reason=reason)
        ) from None
    return tuple(dict.fromkeys(word for line in lines if (word := line.strip())))


def read_logos(paths: Sequence[Path]) -> tuple[bytes, ...]:
    """Files of logos. Raises UsageProblem."""
    try:
        return tuple(read_once(path, LARGEST_LOGO) for path in paths)
    except Held as held:
        raise UsageProblem(_("the logo cannot be used: {reason}").format(reason=held)) from None


def styled(before: Style, name: str | None, color: str | None, sticker: str | None) -> Style:
    """A style with what is given, None where it is not. Raises UsageProblem for a colour that is none.

    A shape without a style asks for a sticker; a colour without one for solid, unless the style before takes a colour.
    """
    if name is None:
        name = before.name
        if sticker is not None:
            name = "sticker"
        elif color is not None and name not in _COLOURED:
            name = "solid"
    return Style(
        name, before.color if color is None else parse_color(color), before.sticker if sticker is None else sticker
    )


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
        (policy.text in TEXTS, f"text must be one of {', '.join(TEXTS)}"),
        (
            len(policy.words) <= _MOST_WORDS and all(0 < len(word) <= _LONGEST_WORD for word in policy.words),
            f"words must be at most {_MOST_WORDS}, of at most {_LONGEST_WORD} characters each",
        ),
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
        (policy.sound in SOUNDS, f"sound must be one of {', '.join(SOUNDS)}"),
        (1 <= policy.recheck <= 100, "recheck must lie between 1 and 100"),
        (policy.begin >= 0 and (policy.end == 0 or policy.begin < policy.end), "from must lie before to"),
    )
    for holds, message in checks:
        if not holds:
            raise UsageProblem(message)
    return policy
