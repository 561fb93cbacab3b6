"""Puts the weights into the wheel: fetched by pinned hash and prepared as `paravent models install` does it.

A store that PARAVENT_MODELS names is used; without one, what was fetched is not kept.

Weights are not in the repository. `manifest.json` says which bytes a wheel for an index must hold, and
`packaging/models_wheel.py` refuses others. Where this machine makes other bytes of the same weights, they have passed the
test on the known picture, and Paravent repeats it whenever they are loaded.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = Path(__file__).parents[2] / "src"


class WeightsHook(BuildHookInterface):
    """Makes the files and has them included."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """See hatchling."""
        sys.path.insert(0, str(SOURCES))
        self._folder = tempfile.TemporaryDirectory(prefix="paravent-models-")
        os.environ.setdefault("PARAVENT_MODELS", str(Path(self._folder.name) / "fetched"))
        for file in made(Path(self._folder.name)):
            build_data["force_include"][str(file)] = f"paravent_models/{file.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """See hatchling."""
        self._folder.cleanup()


def made(folder: Path) -> list[Path]:
    """The weights of every model in the catalogue, and the list of them."""
    from paravent.detect.models import install, store
    from paravent.detect.models.catalogue import MODELS

    files, listed = [], {}
    for model in MODELS:
        data, precision = store.weights(print, model), model.precision
        if model.prepared:
            data, precision = install.prepared(model, data, print)
        file = folder / model.file
        file.write_bytes(data)
        files.append(file)
        digest, recipe = hashlib.sha256(data).hexdigest(), store.recipe_digest(model)
        listed[model.name] = {"file": file.name, "precision": precision, "sha256": digest, "recipe": recipe}
    record = folder / store.PACKAGED
    record.write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
    return [record, *files]
