"""CPU time for a 12-megapixel JPEG against libjpeg-turbo's decode plus encode, and where the rest goes.

    PARAVENT_EVAL=FOLDER python bench/limits.py [--pictures 8]

One process, loading left out: one picture is prepared before the clock starts. The pictures are handshakes enlarged to
4000 x 3000, in memory, and deleted afterwards.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time
from collections.abc import Callable
from pathlib import Path

import simplejpeg

from inputs import enlarged, folder, policy, prepare, scratch, tools

LINES, LEAST = 30, 0.02


def cpu(work: Callable[[Path], object], pictures: list[Path]) -> float:
    """CPU seconds a picture, all threads of this process."""
    started = time.process_time()
    for picture in pictures:
        work(picture)
    return (time.process_time() - started) / len(pictures)


def turbo(picture: Path) -> None:
    """Decode and encode with libjpeg-turbo."""
    pixels = simplejpeg.decode_jpeg(picture.read_bytes(), "RGB")
    simplejpeg.encode_jpeg(pixels, quality=92, colorsubsampling="420")


def print_profile(profile: cProfile.Profile, pictures: int) -> None:
    """Paravent's own functions by the time spent in and below them."""
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    rows = [
        (cumulative, f"{Path(file).parent.name}/{Path(file).name}:{function}")
        for (file, _line, function), (_c, _n, _own, cumulative, _callers) in stats.items()
        if "paravent" in Path(file).parts and "<" not in function
    ]
    rows.sort(reverse=True)
    for seconds, name in rows[:LINES]:
        if seconds >= LEAST * rows[0][0]:
            print(f"  {1000 * seconds / pictures:8.1f} ms  {name}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures CPU time against decode plus encode.")
    parser.add_argument("--pictures", type=int, default=8)
    parser.add_argument("--preset", default="family")
    options = parser.parse_args()
    faces = folder("faces/handshaking") / "faces"
    chosen, loaded = policy(options.preset), tools()
    with scratch() as work:
        first, *pictures = enlarged(faces, options.pictures + 1, work / "in")

        def ours(picture: Path) -> None:
            outcome = prepare(picture, picture.name, work / "out", chosen, loaded)
            if outcome.report.hold:
                print(f"held back: {picture.name} ({outcome.report.hold})")
            (work / "out" / picture.name).unlink(missing_ok=True)

        ours(first)
        turbo(first)
        mine, least = cpu(ours, pictures), cpu(turbo, pictures)
        print(f"{len(pictures)} pictures, preset {chosen.name}, CPU a picture:")
        print(f"  {1000 * mine:8.1f} ms  paravent, verification included: {mine / least:.2f} times the next line")
        print(f"  {1000 * least:8.1f} ms  libjpeg-turbo, decode plus encode")
        profile = cProfile.Profile(time.process_time)
        profile.runcall(cpu, ours, pictures)
    print("where it goes (CPU time in a function and below it, profiler included):")
    print_profile(profile, len(pictures))


if __name__ == "__main__":
    main()
