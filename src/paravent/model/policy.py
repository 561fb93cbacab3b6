"""What is covered, how, and what may stay: presets, and options on top."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias, get_args

from paravent.errors import UsageProblem
from paravent.model.style import STICKERS, STYLES, Style

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
    sound: SoundName = "mute"
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
        return checked(replace(self, **given))


# The one table of presets; docs/policy.md is generated from it. Margins were chosen with bench/faces.py.
PRESETS: dict[str, Policy] = {
    "family": Policy(name="family", margin=1.36, doubt="cover"),
    "school": Policy(name="school", people=True, text="identifying", codes=True, margin=1.6, doubt="cover", max_size=1600),
    "press": Policy(name="press", margin=1.3, doubt="wait", sound="keep", recheck=5),
}

SoundName: TypeAlias = Literal["mute", "keep", "disguise"]  # what becomes of a film's
SOUNDS: tuple[SoundName, ...] = get_args(SoundName)
TEXTS = ("none", "identifying", "all")
_MOST_WORDS, _LONGEST_WORD = 10_000, 100
LONGEST_CREDIT = 200  # characters of a copyright line


def preset(name: str) -> Policy:
    """The preset of that name. Raises UsageProblem naming the presets there are."""
    try:
        return PRESETS[name]
    except KeyError:
        raise UsageProblem(f"there is no preset {name!r}; choose one of {', '.join(PRESETS)}") from None


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


def is_credit(text: str) -> bool:
    """Whether the text is one printable line of at most `LONGEST_CREDIT` characters, without spaces at its ends."""
    return len(text) <= LONGEST_CREDIT and text.isprintable() and text == text.strip()


def checked(policy: Policy) -> Policy:
    """The policy, if every value is in range. Raises UsageProblem."""
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
            isinstance(policy.credit, str) and is_credit(policy.credit),
            f"credit must be one line of at most {LONGEST_CREDIT} characters, without spaces at its ends",
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
