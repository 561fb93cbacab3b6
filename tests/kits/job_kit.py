"""Jobs for the pipeline, in a folder with `in` and `out`."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from paravent.detect.detector_set import DetectorSet
from paravent.model.job import Job
from paravent.model.policy import PRESETS
from paravent.pipeline.tools import Tools
from paravent.stores.base import Output
from paravent.stores.files import FilesLocation
from paravent.stores.folder import FolderLocation

KEY = b"k" * 32


FAMILY = PRESETS["family"]


def saved(folder: Path, image: Image.Image, name: str, **options) -> Path:
    path = folder / "in" / name
    image.save(path, **options)
    return path


class _Anywhere(dict[str, Output]):
    """Output folders that are called by their paths."""

    def __missing__(self, name: str) -> Output:
        self[name] = opened = FolderLocation(Path(name)).open()
        return opened


def tools_of(detectors: DetectorSet | None) -> Tools:
    """For files anywhere on this disk."""
    return Tools(detectors, FilesLocation((Path("/"),)).open(), _Anywhere(), KEY)


def job(path: Path, **changes) -> Job:
    folder = path.parent.parent
    given = {
        "identity": str(path),
        "relative": path.name,
        "destination": path.name,
        "output": str(folder / "out"),
        "policy": FAMILY,
        "recipe": "recipe",
    }
    return Job(**{**given, **changes})


def listed(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder / "out")) for path in (folder / "out").rglob("*"))
