"""Makes docs/images/before-after.png: a drawn scene, and the copy that `paravent protect` prepares of it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

import draw_scenes

TARGET = Path(__file__).parent.parent / "docs" / "images" / "before-after.png"
EACH, GAP = (600, 450), 20  # pixels


def main() -> None:
    """Draw, prepare, set side by side."""
    picture = draw_scenes.ALBUM[0]
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        before = draw_scenes.write(picture, work / "pictures")
        command = [sys.executable, "-m", "paravent", "protect", work / "pictures", "-o", work / "ready"]
        subprocess.run([*command, "--private", work / "private", "--quiet"], check=True, stdout=subprocess.DEVNULL)
        both = Image.new("RGB", (2 * EACH[0] + GAP, EACH[1]), "white")
        for place, path in enumerate((before, work / "ready" / "IMG_2041.jpg")):
            with Image.open(path, formats=("JPEG",)) as shown:
                both.paste(shown.resize(EACH, Image.Resampling.LANCZOS), (place * (EACH[0] + GAP), 0))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    both.save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
