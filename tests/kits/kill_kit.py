"""A run over drawn pictures that can be killed, and what must be true of the disk afterwards (also for bench/kill.py)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

import paravent
from paravent.detect.models import store
from portraits import astronaut

PATTERN = b"PLANTED-ORIGINAL-7f3a"  # stands in metadata and behind the end of every original


class Scene:
    """Originals, output folder and everything a run may write to, below `folder`."""

    def __init__(self, folder: Path, pictures: int) -> None:
        self.folder = folder
        self.input, self.output, self.home = folder / "in", folder / "out", folder / "home"
        for name in ("in", "home", "tmp"):
            (folder / name).mkdir(parents=True)
        draw(self.input, pictures)
        self.before = _states(self.input)

    def command(self, *options: str) -> list[str]:
        return [sys.executable, "-m", "paravent", "protect", str(self.input), "-o", str(self.output), *options]

    def start(self, *options: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*options),
            env=self.environment(),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def environment(self) -> dict[str, str]:
        models = str(store.folder())
        home, passing = str(self.home), str(self.folder / "tmp")
        source = str(Path(paravent.__file__).parents[1])
        path = os.pathsep.join([source, *filter(None, [os.environ.get("PYTHONPATH")])])
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "PARAVENT_"))}
        return {**kept, "HOME": home, "TMPDIR": passing, "PARAVENT_MODELS": models, "PYTHONPATH": path, "LC_ALL": "C.UTF-8"}

    def finish(self, *options: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*options)
        out, err = process.communicate(timeout=600)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def copies(self) -> dict[str, bytes]:
        """Everything in the output folder, hidden files and broken links too."""
        if not self.output.exists():
            return {}
        files = (path for path in self.output.rglob("*") if path.is_symlink() or not path.is_dir())
        return {path.relative_to(self.output).as_posix(): path.read_bytes() for path in files}

    def names(self) -> list[str]:
        """Names of the copies there are, in one flat folder."""
        return os.listdir(self.output) if self.output.exists() else []  # noqa: PTH208  (called often)

    def check(self, whole: dict[str, bytes]) -> None:
        """What must be true at any moment. whole: the copies of a run that nobody disturbed."""
        copies = self.copies()
        strange = [name for name, data in copies.items() if whole.get(name) != data]
        assert not strange, f"not copies of the undisturbed run: {strange}"
        assert _states(self.input) == self.before, "an original was touched"
        for place in (self.home, self.folder / "tmp", self.output):
            for path in place.rglob("*"):
                assert not path.is_file() or PATTERN not in path.read_bytes(), f"the original's bytes lie in {path}"
        beside = {path.name for path in self.folder.iterdir()} - {"in", "home", "tmp", "out"}
        assert not beside, f"left beside the output folder: {beside}"


def kill_at_random(scene: Scene, longest: float, randomness: random.Random) -> int:
    """Kill -9 a run after a random time, wait until its workers are gone too; how many copies there were."""
    process = scene.start("--quiet")
    time.sleep(randomness.uniform(0, longest))
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)  # the pipes close when the last worker is gone
    wait_for_end(process.pid)
    return len(scene.copies())


def wait_for_end(session: int) -> None:
    """Until no process of that session is left."""
    deadline = time.monotonic() + 120
    while _members(session):
        assert time.monotonic() < deadline, "workers outlive their parent"
        time.sleep(0.02)


def draw(folder: Path, pictures: int) -> None:
    """Small pictures, some with a public-domain face, all with the pattern planted."""
    face = astronaut().crop((130, 0, 330, 200)).resize((120, 120))
    for number in range(pictures):
        image = Image.new("RGB", (320, 240), (200, 220 - number % 60, 180))
        ImageDraw.Draw(image).rectangle((20, 150, 100 + number % 90, 230), fill=(60, 90, number % 255))
        if number % 3 == 0:
            image.paste(face, (100 + number % 40, 60))
        exif = Image.Exif()
        exif[0x010E] = PATTERN.decode()
        buffer = BytesIO()
        kind = "PNG" if number % 4 == 3 else "JPEG"
        image.save(buffer, kind, exif=exif)
        name = f"IMG_{number:04}.{'png' if kind == 'PNG' else 'jpg'}"
        (folder / name).write_bytes(buffer.getvalue() + PATTERN)


def _states(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def _members(session: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except (OSError, IndexError):
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(entry.name))
    return found
