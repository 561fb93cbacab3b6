"""How many hiding places each tool leaves clean, on the same files in the same run.

    python bench/leaks.py [--list] [--format NAME]

The files are those of tests/inspect/test_hiding_places.py, each with a secret in one place. Each tool gets a copy of
each file, and what it writes is searched with tests/kits/leak_search.py. "exiftool -all=" and "mat2" come from the
system's packages (libimage-exiftool-perl, mat2); deface 1.5.0 from build/bench/deface, see peers.py. Ours runs the
pipeline with the real detector. A tool that fails on a file, writes nothing or does not know the format has refused
it.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from inputs import policy, prepare, scratch, tools
from peers import deface

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "kits"))
from leak_search import leaks
from plants import PLANTS, suffix
from plants_kit import SECRET

_BATCH = 40  # files to one call of a program

# A tool: from files in a folder to what it wrote for each of them, where it wrote something.
Tool = Callable[[list[Path], Path], dict[Path, Path]]


def _batches(files: list[Path]) -> Iterable[list[Path]]:
    return (files[at : at + _BATCH] for at in range(0, len(files), _BATCH))


def _call(command: list[str]) -> None:
    subprocess.run(command, capture_output=True, check=False)


def exiftool(files: list[Path], out: Path) -> dict[Path, Path]:
    """Every tag deleted."""
    for some in _batches(files):
        _call(["exiftool", "-q", "-q", "-all=", "-o", f"{out}/", *map(str, some)])
    return {file: out / file.name for file in files}


def mat2(files: list[Path], out: Path) -> dict[Path, Path]:
    """Its default, thorough cleaning; it writes beside the file."""
    for some in _batches(files):
        _call(["mat2", *map(str, some)])
    return {file: file.with_suffix(f".cleaned{file.suffix}") for file in files}


def run_deface(files: list[Path], out: Path) -> dict[Path, Path]:
    """Its defaults; metadata are not kept unless asked for."""
    program = str(deface())
    for some in _batches(files):
        _call([program, *map(str, some)])
    written = {file: file.with_name(f"{file.stem}_anonymized{file.suffix}") for file in files}
    # A file that cannot be read ends the whole call: what is missing is tried alone.
    for file, made in written.items():
        if not made.exists():
            _call([program, str(file)])
    return written


def ours(files: list[Path], out: Path) -> dict[Path, Path]:
    """What a worker of `paravent protect` does."""
    loaded = tools()
    family = policy("family")
    for file in files:
        prepare(file, file.name, out, family, loaded)
    return {file: out / file.name for file in files}


TOOLS: dict[str, Tool] = {"paravent": ours, "exiftool -all=": exiftool, "mat2": mat2, "deface 1.5.0": run_deface}
_NEEDS = {"exiftool -all=": "exiftool", "mat2": "mat2"}


def outcomes(tool: Tool, work: Path, wanted: str) -> dict[tuple[str, str], str]:
    """By format and place: clean, leaks or refused."""
    source, out = work / "in", work / "out"
    source.mkdir(parents=True)
    out.mkdir()
    rows = {}
    for number, plant in enumerate(PLANTS):
        if wanted in ("", plant.format):
            path = source / f"{number:04}.{suffix(plant.format)}"
            path.write_bytes(plant.build())
            rows[path] = plant
    found = {}
    for path, made in tool(list(rows), out).items():
        plant = rows[path]
        if not made.exists():
            found[plant.format, plant.place] = "refused"
        else:
            found[plant.format, plant.place] = "leaks" if leaks(made.read_bytes(), SECRET) else "clean"
    return found


def table(results: dict[str, dict[tuple[str, str], str]]) -> str:
    """By format: clean of all, and how many were refused."""
    formats = list(dict.fromkeys(format for found in results.values() for format, _ in found))
    lines = ["| format | rows | " + " | ".join(results) + " |", "| --- | --- |" + " --- |" * len(results)]
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for format in [*formats, "all"]:
        cells = []
        for name, found in results.items():
            counts = sums[name] if format == "all" else Counter(how for (own, _), how in found.items() if own == format)
            if format != "all":
                sums[name] += counts
            cells.append(f"{counts['clean']} clean, {counts['leaks']} leak, {counts['refused']} refused")
        lines.append(f"| {format} | {counts.total()} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """All tools in turn."""
    parser = argparse.ArgumentParser(description="How many hiding places each tool leaves clean.")
    parser.add_argument("--list", action="store_true", help="name the rows that leak")
    parser.add_argument("--format", default="", help="of this format only")
    options = parser.parse_args()
    results = {}
    for name, tool in TOOLS.items():
        if name in _NEEDS and shutil.which(_NEEDS[name]) is None:
            print(f"{name} is not installed: left out", file=sys.stderr)
            continue
        with scratch() as work:
            results[name] = outcomes(tool, work, options.format)
    print(table(results))
    for name, found in results.items():
        for row, how in found.items():
            if options.list and how == "leaks":
                print(f"{name} leaks: {', '.join(row)}")


if __name__ == "__main__":
    main()
