"""Jobs for the pipeline, in a folder with `in` and `out`."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from paravent.model.job import Job
from paravent.model.policy import PRESETS

KEY = b"k" * 32


FAMILY = PRESETS["family"]


def saved(folder: Path, image: Image.Image, name: str, **options) -> Path:
    path = folder / "in" / name
    image.save(path, **options)
    return path


def job(path: Path, **changes) -> Job:
    folder = path.parent.parent
    given = {
        "path": str(path),
        "relative": path.name,
        "destination": path.name,
        "output": str(folder / "out"),
        "policy": FAMILY,
        "key": KEY,
        "recipe": "recipe",
    }
    return Job(**{**given, **changes})


def listed(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder / "out")) for path in (folder / "out").rglob("*"))
