"""How much lettering and how many codes are found: recall by height of letters, identifying told from harmless.

    python bench/text.py [--scenes 300] [--codes 240]

Scenes are drawn: signs, shirts on drawn figures, number plates, name tags; several fonts (more if font packages with the
entry point `fonts_ttf` are installed), angles, sizes and blur. A line counts as covered when 0.99 of its ink lies below the
outlines found. Codes are drawn at angles all around, from 2.5 pixels a module. Nothing is kept.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from paravent.detect.base import Pixels
from paravent.detect.codes import Codes
from paravent.detect.text.detector import Text

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "kits"))
import code_kit
import text_kit

COVERED = 0.99
LETTERS = (6, 8, 10, 12, 16, 24, 40, 70)  # height of a capital, pixels
SORTS = (
    "sign",
    "sign",
    "sign",
    "plate",
    "plate",
    "shirt",
    "tag",
    "listed",
    "named",
    "harmless",
    "harmless",
    "harmless",
    "harmless",
)
ANGLES = (0, 0, 0, 5, -8, 15, -20, 30, 45, -60, 90, 120, 180, 225, 270)
BLURS = (0.4, 0.7, 1.0)
MODULES = (2.5, 3.0, 4.0, 6.0)
TWELVE_MEGAPIXELS = (4000, 3000)


class Shown:
    """A picture in memory."""

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = pixels
        self.height, self.width = pixels.shape[:2]

    def view(self, longest: int) -> Pixels:
        """Reduced by a whole factor, as a decoder of JPEG does it."""
        step = max(1, max(self.width, self.height) // longest)
        while step & (step - 1):
            step -= 1
        if step == 1:
            return self.pixels
        height, width = self.height // step * step, self.width // step * step
        blocks = self.pixels[:height, :width].reshape(height // step, step, width // step, step, 3)
        return blocks.mean(axis=(1, 3)).astype(np.uint8)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenes", type=int, default=300)
    parser.add_argument("--codes", type=int, default=240)
    asked = parser.parse_args()
    text(asked.scenes)
    codes(asked.codes)
    large()


def text(count: int) -> None:
    """Recall of all lines, and how identifying lines are told from harmless ones."""
    random = np.random.default_rng(2026)
    fonts = text_kit.fonts()
    everything, identifying = Text("all"), Text("identifying", text_kit.WORDS)
    covered: dict[str, dict[object, list[bool]]] = {mode: defaultdict(list) for mode in ("all", "identifying", "harmless")}
    used: Counter[str] = Counter()
    for i in range(count):
        sort, letters = str(random.choice(SORTS)), float(LETTERS[i % len(LETTERS)])
        angle, blur = float(random.choice(ANGLES)), float(random.choice(BLURS))
        seen = text_kit.scene(i, sort, letters, angle, blur=blur, more_fonts=fonts)
        for mode, detector in (("all", everything), ("identifying", identifying)):
            before = time.process_time()
            found = detector.find(Shown(seen.pixels), None, seen.context)
            used[mode] += time.process_time() - before
            for item in seen.items:
                told = mode if mode == "all" or item.identifies else "harmless"
                there = text_kit.share_covered(item, found) > (COVERED if told != "harmless" else 0.5)
                for key in ("", f"letters {letters:g}", f"sort {sort}", f"turned {_turned(angle)}", f"blur {blur}"):
                    covered[told][key].append(there)
    cpu = ", ".join(f"{mode} {used[mode] / count:.2f} s" for mode in used)
    print(f"{count} scenes of 1200 x 900; CPU a picture: {cpu}")
    for key in sorted(covered["all"], key=_order):
        print(f"{key or 'all':>16}  " + "  ".join(f"{mode} {_share(rows[key])}" for mode, rows in covered.items()))
    hits, false = sum(covered["identifying"][""]), sum(covered["harmless"][""])
    recall = _share(covered["identifying"][""])
    print(f"identifying against harmless: recall {recall}, precision {hits / max(1, hits + false):.3f}")


def _turned(angle: float) -> str:
    level = abs((angle + 180) % 360 - 180)
    return "to 20" if level <= 20 else "to 60" if level <= 60 else "more"


def _order(key: object) -> tuple[str, float]:
    first, _space, second = str(key).partition(" ")
    return first, float(second) if second.replace(".", "").isdigit() else 0.0


def _share(rows: Sequence[bool]) -> str:
    return f"{sum(rows) / len(rows):.3f} ({len(rows):3d})" if rows else "  -        "


def codes(count: int) -> None:
    """Recall of codes by kind and module size; angles all around, blur and noise."""
    detector = Codes()
    for name, code in code_kit.CODES.items():
        number = count if name == "qr" else count // 5
        found: dict[float, list[bool]] = defaultdict(list)
        for i in range(number):
            module = MODULES[i % len(MODULES)]
            placed = code_kit.place(code, module, 360 * i / number, seed=i, size=(900, 900), blur=BLURS[i % 2])
            found[module].append(code_kit.share_covered(detector.find(Shown(placed.pixels)), placed) > COVERED)
        everywhere = [there for rows in found.values() for there in rows]
        print(f"{name:>8}: {_share(everywhere)}  " + "  ".join(f"{m} px {_share(rows)}" for m, rows in found.items()))


def large() -> None:
    """CPU time at 12 megapixels."""
    seen = text_kit.scene(1, "sign", 60, size=TWELVE_MEGAPIXELS)
    for name, detector in (("all", Text("all")), ("identifying", Text("identifying")), ("codes", Codes())):
        shown = Shown(seen.pixels)
        detector.find(shown, None, seen.context)
        before = time.process_time()
        detector.find(shown, None, seen.context)
        print(f"12 megapixels, {name}: {time.process_time() - before:.2f} s of CPU")


if __name__ == "__main__":
    main()
