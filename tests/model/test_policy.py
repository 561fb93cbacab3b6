"""Policies from files and options: what each setting takes, and what is said where it is something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from paravent.errors import UsageProblem
from paravent.model.policy import Policy, styled
from paravent.model.style import Style
from paravent.stores.policy_files import load


def loaded(folder: Path, text: str) -> Policy:
    (folder / "p.toml").write_text(text, encoding="utf-8")
    return load(folder / "p.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("margin = true", "margin takes a number"),
        ('margin = "2"', "margin takes a number"),
        ("margin = nan", "margin must lie"),
        ("rounds = true", "rounds takes a whole number"),
        ("max_size = 2048.0", "max_size takes a whole number"),
        ('keep_names = "no"', "keep_names takes true or false"),
        ("reencode = 0", "reencode takes true or false"),
        ("ask_no_ai = 1", "ask_no_ai takes true or false"),
        ("doubt = false", "doubt takes text"),
        ("credit = 7", "credit takes text"),
        ("preset = 1", "preset takes text"),
        ("sticker = []", "sticker takes text"),
        ("color = 336699", "color takes text"),
        ('color = "blue"', "not a colour"),
        ("[style]", "style takes text"),
        ("colour = 1", "unknown setting 'colour'"),
    ],
)
def test_a_setting_takes_its_own_kind_of_value(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        loaded(tmp_path, text)


def test_a_whole_number_is_a_number(tmp_path: Path) -> None:
    assert loaded(tmp_path, "margin = 2").margin == 2


@pytest.mark.parametrize(
    ("before", "name", "color", "sticker", "after"),
    [
        ("veil", None, None, None, "veil"),
        ("veil", None, None, "star", "sticker"),
        ("veil", None, "#336699", None, "solid"),
        ("veil", None, "#336699", "star", "sticker"),
        ("sticker", None, "#336699", None, "sticker"),
        ("solid", None, None, "star", "sticker"),
        ("veil", "pixelate", "#336699", "star", "pixelate"),
    ],
)
def test_what_a_shape_or_a_colour_asks_for(
    before: str, name: str | None, color: str | None, sticker: str | None, after: str
) -> None:
    style = styled(Style(before), name, color, sticker)
    assert style.name == after
    assert color is None or style.color == (0x33, 0x66, 0x99)
    assert sticker is None or style.sticker == sticker


def test_a_file_asks_as_options_do(tmp_path: Path) -> None:
    assert loaded(tmp_path, 'sticker = "heart"').style == Style("sticker", Style().color, "heart")
