"""CPU seconds for a 12-megapixel picture: Paravent, verification included, and deface 1.5.0.

    PARAVENT_EVAL=FOLDER python bench/peers.py [--kind ordinary] [--pictures 24] [--rounds 2]

deface is installed, with the onnxruntime it needs, into an environment of its own: build/bench/deface. Start-up is left out
on both sides: a run over one picture is subtracted from a run over that one and all others. Ours is one process that runs
what a worker of `paravent protect` runs. The three take turns on the same pictures, in memory, deleted afterwards.

--kind: `ordinary`, handshakes enlarged to 4000 x 3000; `portrait`, one public-domain portrait at as many pixels; `crowd`,
family groups as they are, about 1000 pixels wide; `mosaic`, those at their own size in pictures of 12 megapixels.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import venv
from pathlib import Path

import matplotlib.cbook
from PIL import Image

from inputs import enlarged, folder, policy, prepare, scratch, tools

PACKAGES = ("deface==1.5.0", "onnxruntime")
HOME = Path(__file__).parent.parent / "build" / "bench" / "deface"
VARIANTS = {"deface": (), "deface --scale 1280x960": ("--scale", "1280x960")}


def deface() -> Path:
    """deface's program, installed on first use."""
    scripts = HOME / "bin"
    if not (scripts / "deface").exists():
        venv.create(HOME, with_pip=True, clear=True)
        subprocess.run([scripts / "python", "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return scripts / "deface"


def cpu(command: list[str]) -> float:
    """User and system seconds of a program with all its threads and children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run(command, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    print("".join(line for line in ended.stderr.splitlines(True) if line.startswith("held back")), end="")
    if ended.returncode:
        sys.exit(f"{command[0]} failed:\n{ended.stderr[-2000:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def a_picture(command: list[str], pictures: list[Path]) -> float:
    """CPU seconds a picture, start-up left out."""
    alone = cpu([*command, str(pictures[0])])
    together = cpu([*command, *map(str, pictures)])
    return (together - alone) / (len(pictures) - 1)


def run_ours(pictures: list[str], preset: str) -> None:
    """What is measured as ours, in a process of its own."""
    loaded = tools()
    with scratch() as work:
        for picture in map(Path, pictures):
            outcome = prepare(picture, picture.name, work, policy(preset), loaded)
            if outcome.report.hold:
                print(f"held back: {picture.name} ({outcome.report.hold})", file=sys.stderr)


def of_kind(kind: str, count: int, target: Path) -> list[Path]:
    """`count` pictures of a kind in `target`, fewer where there are not so many."""
    if kind == "ordinary":
        return enlarged(folder("faces/handshaking") / "faces", count, target)
    target.mkdir(parents=True)
    if kind == "portrait":
        with Image.open(matplotlib.cbook.get_sample_data("grace_hopper.jpg"), formats=("JPEG",)) as picture:
            large = picture.convert("RGB").resize((3200, 3750), Image.Resampling.BICUBIC)
        large.save(target / "0.jpg", quality=92, subsampling=2)
        return [shutil.copyfile(target / "0.jpg", target / f"{i}.jpg") if i else target / "0.jpg" for i in range(count)]
    crowds = folder("crowds/gt.json", "mosaic.py") / "crowds"
    if kind == "mosaic":
        subprocess.run([sys.executable, crowds.parent / "mosaic.py", crowds / "gt.json", target], check=True)
        return sorted(target.glob("*.jpg"))[:count]
    groups = sorted((crowds / "train-family_group").glob("*.jpg"))[:count]
    return [shutil.copyfile(group, target / group.name) for group in groups]


def main() -> None:
    """Measure in turn and print."""
    parser = argparse.ArgumentParser(description="Measures CPU time against deface.")
    parser.add_argument("--kind", default="ordinary", choices=("ordinary", "portrait", "crowd", "mosaic"))
    parser.add_argument("--pictures", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--preset", default="family")
    parser.add_argument("--ours", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ours:
        run_ours(options.ours, options.preset)
        return
    tools()
    commands = {"paravent": [sys.executable, __file__, "--preset", options.preset, "--ours"]}
    commands |= {name: [str(deface()), *more] for name, more in VARIANTS.items()}
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    with scratch() as work:
        pictures = of_kind(options.kind, options.pictures + 1, work / "in")
        for _round in range(options.rounds):
            for name, command in commands.items():
                own = work / "own"
                shutil.copytree(work / "in", own)
                seconds[name].append(a_picture(command, [own / picture.name for picture in pictures]))
                shutil.rmtree(own)
    middle = {name: statistics.median(values) for name, values in seconds.items()}
    for name, values in seconds.items():
        spread = f"{min(values):.2f} to {max(values):.2f}"
        ratio = f"  paravent takes {middle['paravent'] / middle[name]:.2f} of it" if name != "paravent" else ""
        print(f"{name:26} {middle[name]:6.2f} CPU seconds a picture ({spread}, {options.rounds} rounds){ratio}")


if __name__ == "__main__":
    main()
