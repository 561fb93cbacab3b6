"""Files a second of `paravent scan --metadata-only`, of exiftool and of mat2, on the same files, in turn.

    PARAVENT_EVAL=FOLDER python bench/metadata.py [--files 1000] [--rounds 2] [--skip mat2]

The stills below FOLDER/files are copied, again and again, until there are as many files as asked for. Each program
runs as a person starts it: a whole command, start-up included, writing what it found to a file. Files lie in the page
cache for all. The best of the rounds counts; CPU seconds are user and system time of all processes.
"""

from __future__ import annotations

import argparse
import re
import resource
import shutil
import subprocess
import sys
import time
from itertools import cycle, islice
from pathlib import Path

from inputs import folder, scratch
from paravent.engine.session import cores
from paravent.formats import sniff

PARAVENT = [sys.executable, "-m", "paravent", "scan", "--metadata-only", "--json"]
PEERS = {
    "exiftool": ["exiftool", "-json", "-r"],
    "mat2": ["mat2", "--show"],
}


def copied(source: Path, count: int, target: Path) -> int:
    """Fill a folder with copies of the stills in another. Returns how many different ones there were."""
    stills = [path for path in sorted(source.rglob("*")) if path.is_file() and sniff(path.read_bytes()[:64])]
    for number, path in enumerate(islice(cycle(stills), count)):
        part = target / f"{number // 200:02}"
        part.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, part / f"{number:04}{path.suffix.lower()}")
    return len(stills)


def timed(command: list[str], output: Path) -> tuple[float, float, int]:
    """Wall-clock and CPU seconds of a command, and how many files it names in what it says.

    Its exit code tells of files it does not know, and is no failure here.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    with output.open("wb") as told:
        subprocess.run(command, stdout=told, stderr=subprocess.DEVNULL, check=False)
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    named = set(re.findall(rb"\b\d\d/(\d{4})\.", output.read_bytes()))
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, len(named)


def main() -> None:
    """All programs in turn, round by round."""
    parser = argparse.ArgumentParser(description="Reading metadata only, against exiftool and mat2.")
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--skip", default="", help="a program to leave out")
    options = parser.parse_args()
    data = folder("files")
    with scratch() as work:
        different = copied(data / "files", options.files, work / "files")
        private = ["--private", str(work / "private")]
        commands = {
            "paravent": [*PARAVENT, *private],
            "paravent, 1 worker": [*PARAVENT, *private, "--workers", "1"],
            **{name: peer for name, peer in PEERS.items() if shutil.which(name) and name != options.skip},
        }
        print(f"{options.files} files, {different} different ones; {cores()} processors")
        best: dict[str, tuple[float, float, int]] = {}
        for _ in range(options.rounds):
            for name, command in commands.items():
                spent = timed([*command, str(work / "files")], work / "told")
                best[name] = min(best.get(name, spent), spent)
    for name, (seconds, cpu, named) in best.items():
        rate = f"{options.files / seconds:7.0f} files a second"
        print(f"{name:20} {rate}   {seconds:7.2f} s   {cpu:7.2f} CPU s   {named} files named")
    for name in PEERS.keys() - commands.keys():
        print(f"{name:20} not there")


if __name__ == "__main__":
    main()
