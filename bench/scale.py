"""Memory of the parent and of the workers over a long run, and what a second worker brings.

    python bench/scale.py [PICTURES]

Small drawn pictures, so that what surrounds the work on a picture weighs most. Linux (reads /proc).
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "kits"))
from kill_kit import Scene

PICTURES = 2000
TENTHS = 10


def main(pictures: int) -> None:
    """Print seconds for one and for two workers, and resident memory at every tenth of the way."""
    with tempfile.TemporaryDirectory() as temporary:
        seconds = {workers: run(Path(temporary) / f"{workers}", pictures, workers) for workers in (1, 2)}
    print(f"two workers are {seconds[1] / seconds[2]:.2f} times as fast as one")


def run(folder: Path, pictures: int, workers: int) -> float:
    """Seconds from start to end of one run, start-up of the processes included."""
    scene = Scene(folder, pictures)
    started = time.monotonic()
    process = scene.start("--quiet", "--workers", str(workers))
    tenth = 0
    while process.poll() is None:
        time.sleep(0.2)
        copies = len(scene.names())
        if copies * TENTHS >= tenth * pictures and copies:
            parent, *children = memory(process.pid)
            print(f"{workers} worker(s), {copies:6} copies: parent {parent} MB, workers {children} MB", flush=True)
            tenth = copies * TENTHS // pictures + 1
    spent = time.monotonic() - started
    assert process.returncode == 0
    assert len(scene.names()) == pictures
    print(f"{workers} worker(s): {spent:.1f} s, {pictures / spent:.1f} pictures a second")
    return spent


def memory(parent: int) -> list[int]:
    """Resident megabytes of a process and of its children that do the work."""
    children = Path(f"/proc/{parent}/task/{parent}/children")
    pids = [parent, *map(int, children.read_text().split())] if children.exists() else [parent]
    sizes = []
    for pid in pids:
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
        if b"resource_tracker" not in command:
            sizes.append(pages * 4096 >> 20)
    return sizes or [0]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
