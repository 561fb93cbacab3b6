"""One target under atheris, in a process of its own: whatever it does, the run goes on.

Python's exceptions and slow inputs are written down and the fuzzing continues; a native crash or a hang ends this
process with the input kept by libFuzzer, and `run.py` starts another.

    python fuzz/child.py TARGET FOLDER SECONDS
"""

from __future__ import annotations

import hashlib
import resource
import struct
import sys
import time
import traceback
import zlib
from pathlib import Path

import atheris

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "src"), str(Path(__file__).resolve().parent)]
with atheris.instrument_imports(include=["paravent"]):
    from targets import SLOW_SECONDS, TARGETS

HANG_SECONDS = 30
MEMORY = 1 << 30
_COUNT_EVERY = 5.0


class Watch:
    """Runs the target, counts, and keeps what goes wrong: one input for each place in the code."""

    def __init__(self, name: str, folder: Path) -> None:
        self._target = TARGETS[name]
        self._folder = folder
        self._done = 0
        self._told = time.monotonic()
        self._counts = folder / "executions"

    def __call__(self, data: bytes) -> None:
        began = time.process_time()
        try:
            self._target(data)
        except Exception as error:
            self._keep(data, _place(error), traceback.format_exc())
        seconds = time.process_time() - began
        if seconds > SLOW_SECONDS:
            self._keep(data, f"slow-{int(seconds)}", f"{seconds:.1f} s of processor time\n")
        self._done += 1
        if time.monotonic() - self._told > _COUNT_EVERY:
            self.tell()

    def tell(self) -> None:
        """Add to the count of executions, which outlives this process."""
        with self._counts.open("a") as file:
            file.write(f"{self._done}\n")
        self._done, self._told = 0, time.monotonic()

    def _keep(self, data: bytes, place: str, text: str) -> None:
        path = self._folder / f"finding-{place}"
        if not path.exists():
            path.write_bytes(data)
            path.with_suffix(".txt").write_text(text)


def _place(error: Exception) -> str:
    """Where it was raised, as a name of a file: the same fault is kept once."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} {frame.filename} {frame.lineno}"
    return f"{type(error).__name__}-{Path(frame.filename).stem}-{hashlib.sha256(place.encode()).hexdigest()[:8]}"


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """libFuzzer's change; every other time the checksums of a PNG are put right, that its readers see the rest."""
    changed = atheris.Mutate(data, max_size)
    return _with_checksums(changed) if seed % 2 and changed[:4] == b"\x89PNG" else changed


def _with_checksums(data: bytes) -> bytes:
    out, at = bytearray(data), 8
    while at + 12 <= len(out):
        (length,) = struct.unpack_from(">I", out, at)
        if at + 12 + length > len(out):
            break
        struct.pack_into(">I", out, at + 8 + length, zlib.crc32(out[at + 4 : at + 8 + length]))
        at += 12 + length
    return bytes(out)


def _limit_memory() -> None:
    in_use = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (in_use + MEMORY, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Fuzz one target for so many seconds."""
    name, folder, seconds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    watch = Watch(name, folder)
    options = [
        sys.argv[0],
        str(folder / "corpus"),
        f"-max_total_time={seconds}",
        f"-timeout={HANG_SECONDS}",
        f"-artifact_prefix={folder}/native-",
        "-rss_limit_mb=0",
        "-print_final_stats=0",
        "-verbosity=0",
        "-reload=0",
    ]
    for data in sorted((folder / "corpus").iterdir()):
        if data.name.startswith("seed-"):
            watch(data.read_bytes())  # modules that are imported on first use are no growth afterwards
    _limit_memory()
    atheris.Setup(options, watch, custom_mutator=mutate if name.endswith("-png") else None)
    try:
        atheris.Fuzz()
    finally:
        watch.tell()


if __name__ == "__main__":
    main()
