"""Tries an installed program: it prepares the demo pictures, a HEIC and a film with `school`, and gives known bytes.

    python packaging/smoke.py PROGRAM [REFERENCE]

PROGRAM and REFERENCE are commands; REFERENCE, a pip install, must give the same bytes. Each begins with an empty home, and
on Linux, as root, without network. Runs where Paravent's test environment is.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import av
import numpy as np
import pillow_heif
from PIL import Image

ROOT = Path(__file__).parents[1]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="paravent-smoke-") as folder:
        desk = Path(folder)
        draw(desk / "photos")
        made = [prepared(command, desk / str(number), desk / "photos") for number, command in enumerate(sys.argv[1:])]
        originals = sum(path.is_file() for path in (desk / "photos").rglob("*"))
    if any(len(copies) != originals for copies in made):
        sys.exit(f"{originals} originals, copies: {[len(copies) for copies in made]}")
    if any(copies != made[0] for copies in made):
        sys.exit("the copies are others than those of the reference")
    print(f"{originals} files prepared, without network" + (", the same bytes as the reference" if made[1:] else ""))


def draw(folder: Path) -> None:
    """The demo pictures, a HEIC of one of them and a film that moves over it."""
    subprocess.run([sys.executable, ROOT / "scripts/draw_scenes.py", folder], check=True, stdout=subprocess.DEVNULL)
    picture = Image.open(next(iter(sorted(folder.glob("*.JPG"))))).convert("RGB").resize((800, 600))
    pillow_heif.from_pillow(picture).save(folder / "phone.heic")
    with av.open(str(folder / "film.mp4"), "w") as film:
        stream = film.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for step in range(12):
            shown = np.ascontiguousarray(np.asarray(picture)[60 : 60 + 480, 5 * step : 5 * step + 640])
            film.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="rgb24")))
        film.mux(stream.encode(None))


def prepared(command: str, home: Path, photos: Path) -> list[str]:
    """SHA-256 of each copy; names are drawn anew by each installation."""
    home.mkdir()
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LANGUAGE": "en", "LC_ALL": "C.UTF-8"}
    alone = ["unshare", "-n"] if sys.platform == "linux" and os.geteuid() == 0 else []
    for name in ("SYSTEMROOT", "TEMP", "USERPROFILE", "LOCALAPPDATA"):  # Windows starts nothing without them
        if name in os.environ and sys.platform == "win32":
            environment[name] = os.environ[name] if name in ("SYSTEMROOT", "TEMP") else str(home)
    words = [*alone, command, "protect", str(photos), "-o", str(home / "ready"), "--preset", "school", "--quiet"]
    done = subprocess.run(words, env=environment, check=False)
    if done.returncode:
        sys.exit(f"{command} ended with {done.returncode}")
    copies = [path for path in (home / "ready").rglob("*") if path.is_file()]
    return sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in copies)


if __name__ == "__main__":
    main()
