"""Kills a run 100 times at random moments, over 60 pictures; after each looks at the whole disk it may write to.

python bench/kill.py [KILLS] [PICTURES]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "kits"))
from kill_kit import Scene, kill_at_random

KILLS, PICTURES, SEED = 100, 60, 2026


def main(kills: int, pictures: int) -> None:
    """Print what happened; an AssertionError says what went wrong."""
    with tempfile.TemporaryDirectory() as temporary:
        undisturbed = Scene(Path(temporary) / "undisturbed", pictures)
        started = time.monotonic()
        assert undisturbed.finish().returncode == 0
        longest = time.monotonic() - started
        whole = undisturbed.copies()
        assert len(whole) == pictures
        randomness = random.Random(SEED)
        done = rounds = finished = 0
        scene = Scene(Path(temporary) / "scene 0", pictures)
        while done < kills:
            copies = kill_at_random(scene, longest, randomness)
            done += 1
            scene.check(whole)
            print(f"kill {done}: {copies} of {pictures} copies there, nothing else", flush=True)
            if copies == pictures:  # start over, so that kills fall into work
                finished += scene.finish().returncode == 0 and scene.copies() == whole
                rounds += 1
                scene = Scene(Path(temporary) / f"scene {rounds}", pictures)
        assert scene.finish().returncode == 0
        assert scene.copies() == whole
        scene.check(whole)
        assert finished == rounds
        print(f"{done} kills in {rounds + 1} runs of {pictures} pictures; every run finished when started again")


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:3]]
    main(*(numbers + [KILLS, PICTURES][len(numbers) :]))
