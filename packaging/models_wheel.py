"""Builds the wheel of `packages/paravent-models` into a folder, and refuses one that holds other bytes than it should.

    python packaging/models_wheel.py [FOLDER | --twice | --manifest]

Without FOLDER it goes to dist/. With `--twice` it is built twice, and the bytes are compared. With `--manifest` instead,
the list of what it should hold is written anew, from the catalogue.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from paravent.detect.models.catalogue import MODELS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "packages" / "paravent-models"
MANIFEST = PACKAGE / "src" / "paravent_models" / "manifest.json"


def manifest() -> dict[str, dict[str, str]]:
    """What the package holds, by name of the file."""
    return {
        model.file: {
            "sha256": model.made[0][1] if model.prepared else model.sha256,
            "licence": model.licence,
            "trained on": model.training_data,
            "made of": f"{model.member} in {model.requirement}",
        }
        for model in MODELS
    }


def build(folder: Path) -> Path:
    """The wheel, in `folder`. Ends the program where it is not what it should be."""
    with tempfile.TemporaryDirectory() as work:
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", work, str(PACKAGE)]
        subprocess.run(command, check=True)
        (made,) = Path(work).glob("*.whl")
        if wrong := others(made):
            sys.exit(f"this machine makes other bytes than packages/paravent-models says: {', '.join(wrong)}")
        folder.mkdir(parents=True, exist_ok=True)
        wheel = folder / made.name
        wheel.write_bytes(made.read_bytes())
    return wheel


def others(wheel: Path) -> list[str]:
    """Files in a wheel that are not what the manifest says."""
    with zipfile.ZipFile(wheel) as archive:
        return [
            name
            for name, told in json.loads(MANIFEST.read_text(encoding="utf-8")).items()
            if hashlib.sha256(archive.read(f"paravent_models/{name}")).hexdigest() != told["sha256"]
        ]


def main() -> None:
    if sys.argv[1:] == ["--manifest"]:
        MANIFEST.write_text(json.dumps(manifest(), indent=2) + "\n", encoding="utf-8")
        return
    twice = sys.argv[1:] == ["--twice"]
    wheel = build(Path(sys.argv[1]) if sys.argv[1:] and not twice else ROOT / "dist")
    first = wheel.read_bytes()
    if twice and build(wheel.parent).read_bytes() != first:
        sys.exit("built twice, the wheel has other bytes")
    print(f"{wheel}  {len(first) / 1e6:.1f} MB  {hashlib.sha256(first).hexdigest()}")


if __name__ == "__main__":
    main()
