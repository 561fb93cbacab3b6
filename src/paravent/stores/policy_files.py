"""Reads what belongs to a policy and stands in files: TOML policies, lists of words, logos."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from paravent.errors import Held, UsageProblem
from paravent.i18n.texts import N_, _
from paravent.model.policy import Policy, checked, preset, styled
from paravent.stores.reading import read_once

LARGEST_LOGO = 20_000_000  # bytes
_TEXT, _NUMBER, _WHOLE, _SWITCH = N_("text in quotes"), N_("a number"), N_("a whole number"), N_("true or false")
_LIST = N_("a list of texts in quotes")
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
    return checked(replace(base, style=style, logos=logos, **(table | lists)))


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
