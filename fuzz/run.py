"""The long run: every target in turn, on one core, round by round; what goes wrong is kept in build/fuzz.

    python fuzz/run.py [--seconds 3600] [--only open-]    fuzz
    python fuzz/run.py --replay build/fuzz/TARGET/FILE    run one kept input again, without instrumentation

An exception that is not a refusal, two seconds of processor time, a gigabyte of memory, a crash and a hang are findings.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FOLDER = ROOT / "build" / "fuzz"
sys.path[:0] = [str(ROOT / "src"), str(HERE)]

from targets import TARGETS  # noqa: E402

SLICE_SECONDS = 60
_LINE_SECONDS = 60
_NAP = 0.2
# What a process may take to start, run the seeds, and end after its last input, on a busy machine too.
_GRACE = 300


class Run:
    """Slices of the time, one after the other, each in a process of its own."""

    def __init__(self, names: list[str], seconds: int) -> None:
        self._names = names
        self._began = time.monotonic()
        self._end = self._began + seconds
        self._told = self._began
        self._slice = max(5, min(SLICE_SECONDS, seconds // len(names)))

    def go(self) -> bool:
        """Fuzz until the time is over. Returns whether nothing was found."""
        while time.monotonic() < self._end:
            for name in self._names:
                self._fuzz(name)
        for name in self._names:
            print(f"{name:14} {executions(name):9,} executions  {len(findings(name))} findings")
        found = [path for name in self._names for path in findings(name)]
        for path in found:
            print(f"finding: {path.relative_to(ROOT)}")
        return not found

    def _fuzz(self, name: str) -> None:
        until = min(self._end, time.monotonic() + self._slice)
        while (left := round(until - time.monotonic())) > 1:
            command = [sys.executable, str(HERE / "child.py"), name, str(FOLDER / name), str(left)]
            with (FOLDER / name / "log").open("ab") as log:
                child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
                self._wait(child, left + _GRACE, name)
            if child.returncode:
                print(f"{name}: ended with {child.returncode}, started again", flush=True)

    def _wait(self, child: subprocess.Popen[bytes], seconds: float, name: str) -> None:
        # Counted in naps: by the clock, a machine that stood still would look like an endless child.
        while child.poll() is None:
            time.sleep(_NAP)
            seconds -= _NAP
            if seconds < 0:
                child.kill()
                child.wait()
                (FOLDER / name / "finding-endless").write_bytes(b"")
            if time.monotonic() - self._told > _LINE_SECONDS:
                self._told = time.monotonic()
                self._tell(name)

    def _tell(self, name: str) -> None:
        done = sum(map(executions, self._names))
        found = sum(len(findings(name)) for name in self._names)
        minutes = (time.monotonic() - self._began) / 60
        print(f"{minutes:5.1f} min  {done:12,} executions  {found} findings  now {name}", flush=True)


def executions(name: str) -> int:
    """Of one target, in all runs since its folder was made."""
    counts = FOLDER / name / "executions"
    return sum(map(int, counts.read_text().split())) if counts.exists() else 0


def findings(name: str) -> list[Path]:
    """The kept inputs of one target."""
    return sorted(
        path
        for path in (FOLDER / name).iterdir()
        if path.name.startswith(("finding-", "native-")) and path.suffix != ".txt"
    )


def replay(path: Path) -> None:
    """Run one kept input again; it raises what it raised."""
    data = path.read_bytes()
    began = time.process_time()
    TARGETS[path.resolve().parent.name](data)
    print(f"{time.process_time() - began:.2f} s")


def _sow(names: list[str]) -> None:
    # In a process of its own: it imports the tests, and whatever they need.
    code = f"import seeds, pathlib\nfor n in {names!r}: seeds.write(n, pathlib.Path({str(FOLDER)!r}, n, 'corpus'))"
    subprocess.run([sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path[:2]!r}\n{code}"], check=True)


def main() -> int:
    """Run as the module says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--only", default="", help="what the names of the targets begin with")
    parser.add_argument("--replay", type=Path)
    options = parser.parse_args()
    if options.replay:
        replay(options.replay)
        return 0
    names = [name for name in TARGETS if name.startswith(options.only)]
    _sow(names)
    return 0 if Run(names, options.seconds).go() else 1


if __name__ == "__main__":
    sys.exit(main())
