"""The drawing of the rooms is the contract that `make lint` checks, and both name every room."""

from __future__ import annotations

import re
import tomllib

from project import ROOT

PACKAGE = ROOT / "src" / "paravent"


def contract() -> list[list[str]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = [one["layers"] for one in settings["tool"]["importlinter"]["contracts"] if one["type"] == "layers"]
    return [layer.split(" | ") for layer in layers]


def test_the_drawing_is_the_contract() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    (drawing,) = re.findall(r"^```text\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    rooms = [re.split(r"\s{2,}", line)[0].split(" | ") for line in drawing.splitlines()]
    assert rooms == contract()


def test_every_room_is_in_the_contract() -> None:
    rooms = {path.stem for path in PACKAGE.iterdir() if path.is_dir() or path.suffix == ".py"}
    assert rooms - {"__init__", "__main__", "__pycache__"} == {room for layer in contract() for room in layer}
